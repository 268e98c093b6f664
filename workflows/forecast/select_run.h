/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/select_run.h - inside of select.c: one call of select_at().
 *
 * Moments of every hour and the blocks that share them (select.c), then the choice for every block:
 * by rounds of QUBOs (select_rounds.c) or one of the ways to compare with (select_compare.c). */
#ifndef LEHR_WORKFLOWS_FORECAST_SELECT_RUN_H
#define LEHR_WORKFLOWS_FORECAST_SELECT_RUN_H

#include "qubo/forecast/feature_selection.h"
#include "workflows/forecast/regression.h"
#include "workflows/forecast/select.h"

enum { BLOCK_NAME = 96 };

/* A choice under way for one block of hours. */
typedef struct block {
  selection_problem problem;
  char name[BLOCK_NAME];         /* ZONE/h08-11 */
  uint8_t *bits, *best, *before; /* [p] current solution, best so far, the round before */
  double explained, best_explained;
  bool is_settled; /* the last round returned what the round before did: nothing will change */
} block;

/* One zone under way. */
typedef struct zone_moments {
  standard_moments *moments[24];
  double *ridge_b[24]; /* [p] standardised coefficients of the full ridge regression */
} zone_moments;

typedef struct select_run {
  select_task *tasks; /* [n_tasks] */
  int32_t n_tasks;
  const select_options *o;
  int32_t origin, threads, blocks_per_zone, n_blocks, rounds;
  zone_moments *zones; /* [n_tasks] */
  block *blocks;       /* [n_blocks] zone after zone; without bits where the zone has failed */
  /* Results of loops over blocks or hours that run in parallel. */
  lehr_status *status; /* [largest of 24 n_tasks and n_blocks] */
  lehr_error *errors;
} select_run;

/* EBUSY if the caller wants a stop. */
lehr_status select_check_stop(const select_run *s, lehr_error *err);
/* The first failure by index in status[first .. first+n): the same whatever the number of
 * threads. */
lehr_status select_first_failure(const select_run *s, int32_t first, int32_t n, lehr_error *err);

typedef lehr_status (*select_model_fn)(const selection_problem *s, lehr_model **out,
                                       lehr_error *err);
/* Builds the model of every block that has not settled, solves them with the caller's solver and
 * refits: bits, explained and, where it is better, best. */
lehr_status select_solve_round(select_run *s, select_model_fn build, uint64_t key, lehr_error *err);
/* Fills best and best_explained of every block. */
lehr_status select_by_rounds(select_run *s, lehr_error *err);
lehr_status select_by_comparison(select_run *s, lehr_error *err);
/* Sets the reports of the tasks that have not failed. */
lehr_status select_make_reports(const select_run *s, lehr_error *err);

#endif
