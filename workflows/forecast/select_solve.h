/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/select_solve.h - who solves the selection models. */
#ifndef LEHR_WORKFLOWS_FORECAST_SELECT_SOLVE_H
#define LEHR_WORKFLOWS_FORECAST_SELECT_SOLVE_H

#include "lehr/solve.h"
#include "workflows/forecast/select.h"

/* Solves in this process, models side by side on `threads` threads, one thread each. */
typedef struct select_in_process {
  const char *engine;         /* NULL: auto */
  const char *const *options; /* [n_options] "key=value" */
  size_t n_options;
  int64_t reads;
  int32_t threads;
  const volatile int32_t *stop; /* or NULL */
} select_in_process;

/* The solver; `s` must outlive it. */
select_solver select_solver_in_process(select_in_process *s);

#endif
