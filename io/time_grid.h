/* SPDX-License-Identifier: Apache-2.0 */
/* io/time_grid.h - the regular grid on which a file's times lie. */
#ifndef LEHR_IO_TIME_GRID_H
#define LEHR_IO_TIME_GRID_H

#include "lehr/status.h"

#include <stdint.h>

typedef struct time_grid {
  int64_t start_s, step_s, n_steps;
} time_grid;

/* In both, time k is times[k * stride], in seconds. */

/* The difference that more than half of all neighbours have (Boyer and Moore's majority vote); if
 * there is none, some frequent one. 0 if nothing increases. */
int64_t time_grid_step(const int64_t times[], int64_t stride, int64_t count);

/* Grid with grid->step_s (> 0, set by the caller) that holds the count >= 1 ascending times. EINPUT
 * if one is off the grid (*bad is its number) or if nearly all of the grid would be gap (*bad is
 * -1). */
lehr_status time_grid_fit(const int64_t times[], int64_t stride, int64_t count, time_grid *grid,
                          int64_t *bad, lehr_error *err);

#endif
