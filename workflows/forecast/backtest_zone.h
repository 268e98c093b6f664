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

/* What one way of choosing arrived at. */
typedef struct zone_choice {
  select_report *warm, *test; /* for the warm-up and the test; the QUBO's test report belongs to the
                                 backtest */
  const selection **in_force; /* [n_refits], NULL if there is no choice */
  double cpu_s;
} zone_choice;

typedef struct zone_run {
  backtest *b;
  const backtest_options *o;
  backtest_steps *steps;
  backtest_zone *zone;
  zone_choice choice[CHOICE_METHODS];
  lehr_error why_not; /* why there is none */
} zone_run;

/* Reports a step; EBUSY if the caller wants a stop. */
lehr_status zone_step(zone_run *z, const char *phase, lehr_error *err);
/* The zone's days, without a selection. */
forecast_task zone_task(const zone_run *z);
/* A choice or model that the data do not allow is left out; only lack of memory, a stop and
 * failures of files end the backtest. */
bool zone_is_skippable(lehr_status status);

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
