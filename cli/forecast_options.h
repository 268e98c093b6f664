/* SPDX-License-Identifier: Apache-2.0 */
/* cli/forecast_options.h - the command line of `lehr forecast backtest`. */
#ifndef LEHR_CLI_FORECAST_OPTIONS_H
#define LEHR_CLI_FORECAST_OPTIONS_H

#include "cli/run_record.h"
#include "cli/solve_options.h"
#include "io/series_file.h"
#include "workflows/forecast/forecaster.h"

enum { MOST_COLUMNS = 64 };

typedef struct forecast_command {
  solve_options common;
  const char *path, *day_offset, *test, *report;
  series_file_options file;
  const char *load_columns[MOST_COLUMNS], *temperature_columns[MOST_COLUMNS];
  const forecaster *models[FORECASTERS_MOST];
  int32_t n_models;
  int32_t features_max;
  bool is_compared;
  int64_t fill_gaps_h; /* 0: missing stays missing */
  run_record record;
  const char *culprit; /* file that a failure is about */
} forecast_command;

/* Fills *c; wrong options end the process. Release with solve_options_free(&c->common). */
void forecast_options_parse(forecast_command *c, int argc, char **argv);

#endif
