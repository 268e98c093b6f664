/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/validate.h - how many candidates: time-ordered validation.
 *
 * Selections of several sizes are made at one origin and forecast the days after it with the usual
 * refits; the size of the smallest error wins. Nothing after those days is looked at. */
#ifndef LEHR_WORKFLOWS_FORECAST_VALIDATE_H
#define LEHR_WORKFLOWS_FORECAST_VALIDATE_H

#include "workflows/forecast/select.h"

enum { VALIDATION_SIZES = 3 };

typedef struct validation {
  int32_t n; /* sizes tried, largest first */
  int32_t features[VALIDATION_SIZES];
  double mape[VALIDATION_SIZES];
  int32_t best; /* index of the winner */
} validation;

/* Tries o->features_max, two thirds and one third of it on the days of `task` (the origin is its
 * first day; task->selected is ignored). *out: the winner's selection at that origin. */
lehr_status validate_features(const forecast_task *task, const select_options *o, validation *v,
                              select_report **out, lehr_error *err);

#endif
