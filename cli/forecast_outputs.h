/* SPDX-License-Identifier: Apache-2.0 */
/* cli/forecast_outputs.h - what `lehr forecast backtest` and `lehr demo` share: how selections are
 * solved, and the files that a backtest leaves. */
#ifndef LEHR_CLI_FORECAST_OUTPUTS_H
#define LEHR_CLI_FORECAST_OUTPUTS_H

#include "cli/run_record.h"
#include "cli/solve_options.h"
#include "workflows/forecast/backtest.h"
#include "workflows/forecast/select_solve.h"

/* Threads that the user allows. */
int32_t forecast_threads(const solve_options *o);

/* The selection's models are small: unless the user says otherwise, short anneals do. Strings are
 * borrowed from o. */
select_in_process forecast_solver(const solve_options *o, const lehr_context *ctx);

/* Refuses engines and options that do not exist, whether or not a selection will be solved. */
lehr_status forecast_check_solver(const select_in_process *s, const lehr_context *ctx,
                                  lehr_error *err);

/* Progress for backtest_options. */
void forecast_progress(void *user, double fraction, const char *phase);

typedef struct forecast_outputs {
  const char *series_path, *time_zone, *title;
  const char *hdf5_path, *report_path; /* either may be NULL */
  const select_in_process *solver;
  int32_t features_max;
  run_record *record;
  const char *culprit; /* out: the file that a failure is about */
} forecast_outputs;

/* Writes the HDF5 file with its .run.json, and the report. */
lehr_status forecast_outputs_write(forecast_outputs *f, const backtest *b, lehr_error *err);

#endif
