/* SPDX-License-Identifier: Apache-2.0 */
#include "io/time_grid.h"

#include "base/civil.h"
#include "base/error.h"

#include <inttypes.h>

int64_t time_grid_step(const int64_t times[], int64_t stride, int64_t count) {
  int64_t step = 0, votes = 0;
  for (int64_t k = 1; k < count; k++) {
    const int64_t d = times[k * stride] - times[(k - 1) * stride];
    if (d <= 0) continue;
    if (votes == 0) step = d;
    votes += d == step ? 1 : -1;
  }
  return step;
}

lehr_status time_grid_fit(const int64_t times[], int64_t stride, int64_t count, time_grid *grid,
                          int64_t *bad, lehr_error *err) {
  enum { MAX_SPREAD = 64, SLACK = 4096 };
  char text[CIVIL_TEXT];
  *bad = -1;
  for (int64_t k = 1; k < count; k++) {
    if ((times[k * stride] - times[0]) % grid->step_s == 0) continue;
    *bad = k;
    civil_format(times[k * stride], 0, text);
    return error_set(err, LEHR_EINPUT, "%s is not on the grid of %" PRId64 " s steps", text,
                     grid->step_s);
  }
  grid->start_s = times[0];
  grid->n_steps = (times[(count - 1) * stride] - times[0]) / grid->step_s + 1;
  if (grid->n_steps / MAX_SPREAD > count + SLACK)
    return error_set(err, LEHR_EINPUT,
                     "%" PRId64 " times spread over %" PRId64 " steps of %" PRId64 " s", count,
                     grid->n_steps, grid->step_s);
  return LEHR_OK;
}
