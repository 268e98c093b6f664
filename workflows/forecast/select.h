/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/select.h - choosing the candidates of hourly models by solving QUBOs.
 *
 * Rounds: build one model per zone and block of hours (qubo/forecast/selection.h), solve all of
 * them, refit with what was chosen, build again. Who solves is a callback: in this process, or
 * through a batch file. The number of candidates is validated on the days after an earlier origin.
 * Nothing at or after an origin enters the selection of that origin. */
#ifndef LEHR_WORKFLOWS_FORECAST_SELECT_H
#define LEHR_WORKFLOWS_FORECAST_SELECT_H

#include "lehr/model.h"
#include "workflows/forecast/forecaster.h"

/* Solves models[0..n): writes the best bits of model i to bits[i] (of its n variables), which holds
 * a start. Result must depend on the models, the key and nothing else. */
typedef struct select_solver {
  lehr_status (*solve)(void *user, const lehr_model *const models[], int32_t n, uint64_t key,
                       uint8_t *const bits[], lehr_error *err);
  void *user;
} select_solver;

typedef struct select_options {
  int32_t features_max; /* candidates per hour at most, >= 1 */
  int32_t block_hours;  /* hours that share a choice; divides 24 */
  int32_t neighbours;   /* hours on either side of the block that have a say as well */
  int32_t rounds;       /* >= 1 */
  choice_method method;
  uint64_t seed;
  select_solver solver;
  const volatile int32_t *stop; /* non-zero: give up with EBUSY; or NULL */
} select_options;

/* 58 candidates, every hour for itself with two neighbours, 8 rounds. The solver is not set. */
select_options select_defaults(void);

typedef struct select_report {
  selection *choice;
  int32_t n_blocks;
  double *explained; /* [n_blocks] variance of the log load that the choice explains, summed over
                        the hours that have a say */
  int32_t rounds;    /* made */
} select_report;

/* One zone to choose for. */
typedef struct select_task {
  const char *name; /* of the zone, for the names of the models */
  const candidates *pool;
  const zone_hours *zone;
  int32_t features_max;  /* overrides that of the options if > 0 */
  select_report *report; /* out, to be freed; NULL if this zone cannot be chosen for */
  lehr_status status;    /* out: why */
  lehr_error error;      /* out: why */
} select_task;

/* Chooses for all tasks at an origin; the models of all of them are solved together. A zone with
 * too few complete days gets EINPUT in its task. Returned are ENOMEM, EBUSY
 * and failures of the solver. */
lehr_status select_at(select_task tasks[], int32_t n, int32_t origin, const select_options *o,
                      int32_t threads, lehr_error *err);
void select_report_free(select_report *r);

#endif
