/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/select_batch.h - solving the selection models through HDF5 batch files, as a
 * farm of machines would: one file of models goes out, one file of results comes back. */
#ifndef LEHR_WORKFLOWS_FORECAST_SELECT_BATCH_H
#define LEHR_WORKFLOWS_FORECAST_SELECT_BATCH_H

#include "lehr/solve.h"
#include "workflows/forecast/select.h"

typedef struct select_through_files {
  const char *models_path, *results_path; /* written anew in every round */
  const lehr_context *context;            /* NULL: built-in engines */
  lehr_params params;                     /* engine, options, reads, threads, stop; not the seed */
} select_through_files;

/* The solver; `s` must outlive it. EBUSY when stopped. */
select_solver select_solver_through_files(select_through_files *s);

#endif
