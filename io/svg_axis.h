/* SPDX-License-Identifier: Apache-2.0 */
/* io/svg_axis.h - ranges and round tick positions. */
#ifndef LEHR_IO_SVG_AXIS_H
#define LEHR_IO_SVG_AXIS_H

#include "io/svg.h"

enum { AXIS_MAX_TICKS = 64, AXIS_LABEL = 48 };

typedef struct axis_ticks {
  double low, high; /* the range to draw; low < high */
  int32_t count;
  double at[AXIS_MAX_TICKS];
  char label[AXIS_MAX_TICKS][AXIS_LABEL];
} axis_ticks;

/* Ticks for values low..high (finite) in `pixels`. Numbers: 1, 2 or 5 times a power of ten; unless
 * the axis has a range of its own it grows to full steps where is_padded. Times: from minutes to
 * years, on round local clock times. */
void axis_choose(const plot_axis *axis, double low, double high, double pixels, bool is_padded,
                 axis_ticks *out);

#endif
