/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/forecaster.h - what a day-ahead forecasting model is.
 *
 * A forecaster gets one zone and the days to forecast and returns point forecasts. For a day d it
 * may use loads before day d, temperatures up to the end of day d and the calendar; parameters are
 * refitted at given days on everything before them. A test changes the future and compares. */
#ifndef LEHR_WORKFLOWS_FORECAST_FORECASTER_H
#define LEHR_WORKFLOWS_FORECAST_FORECASTER_H

#include "qubo/forecast/candidates.h"
#include "qubo/forecast/zone.h"

/* The candidates chosen for each hour of the day at one origin. */
typedef struct selection {
  int32_t k[24];
  int32_t most;    /* room per hour */
  int32_t *chosen; /* [24 * most] indices into the candidates, ascending, k[h] valid of hour h */
} selection;

static inline const int32_t *selection_of(const selection *s, int32_t hour) {
  return s->chosen + (int64_t)hour * s->most;
}

typedef struct forecast_task {
  const zone_hours *zone;
  const candidates *pool; /* all candidate columns; NULL if no model of this run needs them */
  const int32_t *refit;   /* [n_refits + 1] days: first forecast day, later refits, end day */
  int32_t n_refits;       /* >= 1 */
  const selection *const *selected; /* [n_refits] the choice in force at each refit, or NULL */
  int32_t threads;                  /* >= 1 */
  const volatile int32_t *stop;     /* non-zero: give up with EBUSY; or NULL */
} forecast_task;

/* How a model's candidates are chosen; all but the first at the number that the first arrived at.
 */
typedef enum choice_method {
  CHOICE_QUBO,
  CHOICE_FORWARD,     /* stepwise: what explains most, one by one */
  CHOICE_MRMR,        /* relevance minus redundancy, as a QUBO */
  CHOICE_CORRELATION, /* largest absolute correlations */
  CHOICE_METHODS
} choice_method;

typedef struct forecaster {
  const char *name, *summary;
  bool needs_temperature, needs_pool, needs_selection;
  bool is_comparison;   /* not among the models that run unless asked for */
  choice_method method; /* if needs_selection */
  /* Writes point[24 * n_days] for the days of the task, NaN where an input is missing; other days
   * are left alone. *features: the largest number of inputs in any hour's model. */
  lehr_status (*run)(const forecast_task *task, double point[], int32_t *features, lehr_error *err);
} forecaster;

/* Rows of forecasters.def in order; NULL past the end. */
const forecaster *forecaster_at(int32_t index);
/* The models that run where none are named; returns how many. */
enum { FORECASTERS_MOST = 32 };
int32_t forecasters_default(const forecaster *out[FORECASTERS_MOST]);
/* The forecaster of that name or NULL. */
const forecaster *forecaster_find(const char *name);

/* First training day of the regressions that pool all hours. */
enum { POOLED_FIRST_DAY = 14 };

#endif
