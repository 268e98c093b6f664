/* SPDX-License-Identifier: Apache-2.0 */
/* io/svg.h - plots as SVG text: lines, quantile bands, bars and points over one pair of axes, and
 * ranked bars.
 *
 * The text is the same for the same input on every machine (coordinates have one decimal), holds
 * no outside references, and follows the reader's light or dark colour scheme. A plot that goes
 * into an HTML report leaves its style sheet out; the report carries it once. All names and values
 * are borrowed; all text is escaped. */
#ifndef LEHR_IO_SVG_H
#define LEHR_IO_SVG_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum plot_kind {
  PLOT_LINE,   /* through the points in their order; NaN breaks it */
  PLOT_BAND,   /* filled between y and y2 */
  PLOT_BARS,   /* from 0 to y, centred at x, bar_width wide in units of x */
  PLOT_POINTS, /* dots */
  PLOT_RULE    /* one straight line across at x[0] (vertical) or y[0] (horizontal); the other
                  pointer is NULL */
} plot_kind;

enum { PLOT_COLORS = 8, PLOT_GRAY = 7 };

typedef struct plot_layer {
  plot_kind kind;
  const char *label; /* for the legend; NULL: not in it */
  int64_t count;
  const double *x, *y; /* [count] */
  const double *y2;    /* [count], bands */
  double bar_width;
  int32_t color; /* 0..PLOT_COLORS-1 */
  bool is_dashed;
} plot_layer;

typedef enum plot_scale {
  PLOT_NUMBERS,
  PLOT_TIMES /* UTC seconds since 1970, shown at plot_axis.offset_s */
} plot_scale;

/* All zero: numbers, range from the data. */
typedef struct plot_axis {
  plot_scale scale;
  const char *label; /* what and unit, e.g. "load in MW" */
  bool has_range;    /* low..high given; else found from the layers */
  double low, high;
  bool has_zero;    /* the range found must include 0 */
  int32_t offset_s; /* seconds east of UTC for PLOT_TIMES */
} plot_axis;

typedef struct plot {
  const char *title, *subtitle; /* subtitle may be NULL */
  int32_t width, height;        /* 0: 760 x 340 */
  plot_axis x, y;
  const plot_layer *layers; /* drawn in their order */
  int32_t n_layers;
  bool is_inline; /* without style sheet, for report_figure() */
} plot;

/* Renders it; free(*svg). Layers without a finite value are left out; a plot without any says "no
 * data". ENOMEM. O(values). */
lehr_status svg_plot(const plot *p, char **svg, size_t *length, lehr_error *err);

/* Horizontal bars, one per name, longest names fitted; values are written at their ends. */
typedef struct bar_chart {
  const char *title, *subtitle;
  int32_t width; /* 0: 760; the height follows from count */
  int64_t count;
  const char *const *names; /* [count] */
  const double *values;     /* [count] >= 0; NaN is shown as n/a */
  const int32_t *colors;    /* [count] or NULL: all 0 */
  int32_t decimals;
  const char *unit; /* behind the numbers, e.g. "%"; NULL: none */
  bool is_inline;
} bar_chart;

lehr_status svg_bars(const bar_chart *c, char **svg, size_t *length, lehr_error *err);

/* The style sheet (CSS text, static) that inline plots rely on. */
const char *svg_style(void);

#endif
