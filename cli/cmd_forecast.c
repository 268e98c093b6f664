/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr forecast backtest SERIES`: day-ahead forecasts of a past period, all models side by side.
 */
#include "cli/command.h"

#include "base/error.h"
#include "cli/forecast_outputs.h"
#include "cli/forecast_period.h"
#include "cli/forecast_table.h"
#include "cli/terminal.h"
#include "io/series_file.h"
#include "workflows/forecast/regression.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static lehr_status run_backtest(forecast_command *c, const series *hourly, const time_zone *tz,
                                backtest_options *o, lehr_error *err) {
  lehr_context *ctx = NULL;
  backtest *b = NULL;
  c->culprit = NULL;
  LEHR_TRY(solve_options_context(&c->common, &ctx, err));
  select_in_process solver = forecast_solver(&c->common, ctx);
  o->models = c->models;
  o->n_models = c->n_models;
  o->threads = forecast_threads(&c->common);
  o->selection = select_defaults();
  o->selection.features_max = c->features_max;
  o->selection.seed = solver.params.seed;
  o->selection.solver = select_solver_in_process(&solver);
  if (terminal_shows_progress()) o->progress = forecast_progress;
  lehr_status status = forecast_check_solver(&solver, ctx, err);
  if (status == LEHR_OK) {
    c->culprit = c->path;
    status = backtest_run(hourly, tz, o, &b, err);
  }
  terminal_clear();
  if (status == LEHR_OK) {
    if (!c->common.files.is_quiet) forecast_notes_print(b);
    forecast_outputs f = {.series_path = c->path,
                          .time_zone = hourly->time_zone[0] ? hourly->time_zone : "UTC",
                          .title = "Day-ahead load forecasts, backtested",
                          .hdf5_path = c->common.files.output,
                          .report_path = c->report,
                          .solver = &solver,
                          .features_max = c->features_max,
                          .record = &c->record};
    status = forecast_outputs_write(&f, b, err);
    c->culprit = f.culprit;
  }
  if (status == LEHR_OK) {
    c->culprit = NULL;
    status = forecast_table_print(b, c->common.files.format, err);
  }
  backtest_free(b);
  lehr_context_free(ctx);
  return status;
}

/* What was asked to be made up is made up in the steps of the file, and said. */
static void fill_gaps(const forecast_command *c, series *s) {
  if (c->fill_gaps_h == 0) return;
  const int64_t filled = series_fill_gaps(s, c->fill_gaps_h * 3600 / s->step_s);
  if (filled > 0 && !c->common.files.is_quiet)
    fprintf(stderr, "lehr: %" PRId64 " missing loads interpolated, trained on and scored\n",
            filled);
}

static lehr_status run(forecast_command *c, lehr_error *err) {
  series *s = NULL, *hourly = NULL;
  time_zone *tz = NULL;
  backtest_options o = {0};
  c->culprit = c->path;
  lehr_status status = series_file_read(c->path, &c->file, &s, err);
  if (status == LEHR_OK) status = time_zone_open(s->time_zone[0] ? s->time_zone : "UTC", &tz, err);
  if (status == LEHR_OK) fill_gaps(c, s);
  if (status == LEHR_OK) status = forecast_find_offset(c, s, tz, &o.day_offset_s, err);
  if (status == LEHR_OK) status = series_hourly(s, o.day_offset_s, &hourly, err);
  if (status == LEHR_OK) status = forecast_find_period(c, hourly, o.day_offset_s, &o, err);
  if (status == LEHR_OK) status = run_backtest(c, hourly, tz, &o, err);
  time_zone_free(tz);
  series_free(hourly);
  series_free(s);
  return status;
}

static int backtest_command(int argc, char **argv) {
  forecast_command c;
  lehr_error err = {.text = ""};
  forecast_options_parse(&c, argc, argv);
  blas_use_one_thread();
  const lehr_status status = run(&c, &err);
  run_record_end(&c.record);
  solve_options_free(&c.common);
  return status == LEHR_OK ? 0 : command_fail(c.culprit, status, &err);
}

int cmd_forecast(int argc, char **argv) {
  static const char usage[] = "Usage: lehr forecast backtest SERIES [OPTION...]\n"
                              "Try `lehr forecast backtest --help'.\n";
  if (argc >= 2 && strcmp(argv[1], "backtest") == 0) {
    static char name[] = "lehr forecast backtest";
    argv[1] = name;
    return backtest_command(argc - 1, argv + 1);
  }
  const bool wants_help = argc >= 2 && strcmp(argv[1], "--help") == 0;
  fputs(usage, wants_help ? stdout : stderr);
  return wants_help ? 0 : lehr_status_exit(LEHR_EUSAGE);
}
