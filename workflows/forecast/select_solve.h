/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/select_solve.h - solving the selection models in this process. */
#ifndef LEHR_WORKFLOWS_FORECAST_SELECT_SOLVE_H
#define LEHR_WORKFLOWS_FORECAST_SELECT_SOLVE_H

#include "lehr/solve.h"
#include "workflows/forecast/select.h"

/* Models side by side on `threads` threads, one thread each. */
typedef struct select_in_process {
  const lehr_context *context; /* NULL: built-in engines */
  lehr_params params;          /* engine, options, reads, budgets, stop; the rest is set here */
  int32_t threads;             /* 1 where the context has plugins */
} select_in_process;

/* The solver; `s` must outlive it. Solutions that are no better than the start are dropped. */
select_solver select_solver_in_process(select_in_process *s);

/* What a selection is solved with where nothing else was asked for: options for `anneal`. */
enum { SELECT_READS = 2 };
extern const char *const SELECT_SWEEPS; /* "sweeps=..." */

#endif
