/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/backtest.h - day-ahead forecasts of a past period, as they would have been.
 *
 * Every test day is forecast at its first hour (fixed-offset clock) for its 24 hours, with models
 * refitted on the first of each month on everything before. Temperatures of the day itself are
 * the measured ones (ex post). Before the test period the same scheme runs for up to half a year,
 * so that the quantiles have a record to start from.
 *
 * All models are scored on the same hours: those with a load where every model made a forecast. */
#ifndef LEHR_WORKFLOWS_FORECAST_BACKTEST_H
#define LEHR_WORKFLOWS_FORECAST_BACKTEST_H

#include "workflows/forecast/forecaster.h"
#include "workflows/forecast/metrics.h"
#include "workflows/forecast/quantiles.h"
#include "workflows/forecast/validate.h"

enum { BACKTEST_LEAST_HISTORY_DAYS = 60, BACKTEST_REASON = 256 };

typedef void (*backtest_progress_fn)(void *user, double fraction, const char *phase);

typedef struct backtest_options {
  int32_t day_offset_s;            /* the days' UTC offset */
  int64_t test_first, test_last;   /* days since 1970-01-01, both inside the test */
  const forecaster *const *models; /* [n_models] */
  int32_t n_models;
  select_options selection;      /* its stop is set from the one below */
  select_solver trial_solver;    /* for the warm-up and its validation; NULL: the same */
  int32_t threads;               /* >= 1 */
  const volatile int32_t *stop;  /* non-zero: give up with EBUSY; or NULL */
  backtest_progress_fn progress; /* or NULL */
  void *user;
} backtest_options;

typedef struct backtest_model {
  const forecaster *forecaster;
  bool is_skipped;
  char reason[BACKTEST_REASON]; /* of the skipping */
  int32_t features;
  double cpu_s;
  double *point;    /* [24 * n_days] MW from the first day of the warm-up on; NaN elsewhere */
  double *quantile; /* [24 * test days][QUANTILES] */
  point_metrics points;
  quantile_metrics quantiles;
  double mape_by_hour[24];
} backtest_model;

typedef struct backtest_zone {
  series_name name;
  zone_hours *hours;
  candidates *pool;         /* names only; NULL where no model needed them */
  double features_cpu_s;    /* making the candidates */
  select_report *selection; /* of the test period; NULL where no model needed it */
  validation validation;    /* how many candidates; n == 0 where it was not done */
  double *scored;           /* [24 * test days] load where it is scored, else NaN */
  int64_t hours_without_load, hours_without_forecast; /* test hours not scored, by reason */
  backtest_model *model;                              /* [n_models] */
} backtest_zone;

typedef struct backtest {
  calendar *calendar;
  int32_t warm_day, first_day, end_day; /* day numbers: warm-up, test, end of the test */
  int32_t *refit;                       /* [n_refits + 1] */
  int32_t n_refits, first_test_refit;
  int32_t n_zones, n_models;
  int32_t threads;
  backtest_zone *zone; /* [n_zones] */
} backtest;

/* Runs everything. `hourly` comes from series_hourly() with the same offset. EINPUT with the reason
 * when the test period is not inside the series or has too little before it; a model that cannot
 * run is skipped and says why. ENOMEM. EBUSY when stopped. */
lehr_status backtest_run(const series *hourly, const time_zone *tz, const backtest_options *o,
                         backtest **out, lehr_error *err);
void backtest_free(backtest *b);

/* Averages over the zones of a model's metrics; skipped zones are left out. */
typedef struct backtest_summary {
  bool is_skipped; /* in every zone */
  int32_t features;
  double cpu_s; /* sum */
  point_metrics points;
  quantile_metrics quantiles;
} backtest_summary;
backtest_summary backtest_summarise(const backtest *b, int32_t model);

/* The model to look at first: the last one that is not skipped; -1 if all are. */
int32_t backtest_main_model(const backtest *b);

#endif
