/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/backtest_zone.h - inside of backtest.c: the zones of one group, step by step.
 */
#ifndef LEHR_WORKFLOWS_FORECAST_BACKTEST_ZONE_H
#define LEHR_WORKFLOWS_FORECAST_BACKTEST_ZONE_H

#include "workflows/forecast/backtest.h"

/* Zones whose candidates are in memory together and whose selections are solved together. */
enum { ZONE_GROUP = 4 };

/* Steps done, for the progress report. */
typedef struct backtest_steps {
  double done, all;
} backtest_steps;

typedef struct zone_run {
  backtest *b;
  const backtest_options *o;
  backtest_steps *steps;
  backtest_zone *zone;
  select_report *warm;        /* choice for the warm-up */
  const selection **selected; /* [n_refits], NULL if there is no choice */
  lehr_error why_not;         /* why there is none */
  double selection_cpu_s;
} zone_run;

/* How many steps one zone makes. */
double zone_step_count(const backtest_options *o);

/* Candidates, where a model needs them. The zone's hours are there already. */
lehr_status zone_prepare(zone_run *z, lehr_error *err);
/* Number of candidates from the warm-up, then the choice, for all zones together. */
lehr_status zones_choose(zone_run zones[], int32_t n, lehr_error *err);
/* Runs and scores the models. */
lehr_status zone_finish(zone_run *z, lehr_error *err);
/* Releases what only the run needed: the columns of the candidates, but not their names. */
void zone_run_release(zone_run *z);

#endif
