/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr demo`: the main job from end to end on a utility that lehr makes up. */
#include "cli/command.h"
#include "cli/command_line.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/forecast_outputs.h"
#include "cli/forecast_table.h"
#include "cli/terminal.h"
#include "io/series_file.h"
#include "qubo/forecast/synthetic.h"
#include "workflows/forecast/regression.h"
#include "workflows/forecast/select_batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  ZONES = 2,
  YEARS = 2,
  FIRST_YEAR = 2023,
  TEST_DAYS = 182,
  BLOCK_HOURS = 4,
  FEATURES = 40,
  ROUNDS = 3,
  DEFAULT_SEED = 1
};

/* What is written into the folder. */
enum { FILE_SERIES, FILE_SELECTION, FILE_SOLVED, FILE_RESULTS, FILE_REPORT, FILES };
static const struct {
  const char *name, *what;
} files[FILES] = {
    {"series.h5", "two zones, two years of hourly load, temperature and holidays"},
    {"selection.h5", "the last round's selection models, one per zone and block of hours"},
    {"solved.h5", "their solutions, from the batch workflow"},
    {"results.h5", "forecasts, quantiles, metrics and selected inputs"},
    {"report.html", "all of it to look at"}};

typedef struct demo {
  solve_options common;
  const char *folder;
  char *path[FILES];
  run_record record;
  const char *culprit;
} demo;

static error_t parse(int key, char *arg, struct argp_state *state) {
  demo *d = state->input;
  (void)arg;
  if (key == ARGP_KEY_INIT) state->child_inputs[0] = &d->common;
  return key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
}

/* ---- Folder ---- */

static lehr_status open_folder(demo *d, lehr_error *err) {
  struct stat s;
  d->folder = d->common.files.output ? d->common.files.output : "demo";
  d->culprit = d->folder;
  if (mkdir(d->folder, 0777) != 0 && errno != EEXIST)
    return error_errno(err, LEHR_EOUTPUT, d->folder);
  if (stat(d->folder, &s) != 0 || !S_ISDIR(s.st_mode))
    return error_set(err, LEHR_EOUTPUT, "%s is not a folder", d->folder);
  for (int k = 0; k < FILES; k++)
    if (asprintf(&d->path[k], "%s/%s", d->folder, files[k].name) < 0) {
      d->path[k] = NULL;
      return error_memory(err, 0);
    }
  return LEHR_OK;
}

/* ---- Series ---- */

/* Makes the series, writes it, and goes on with what is read back, as for anybody's file. */
static lehr_status make_series(demo *d, series **out, lehr_error *err) {
  const synthetic_options o = {
      .n_zones = ZONES, .n_years = YEARS, .first_year = FIRST_YEAR, .seed = d->common.params.seed};
  series *made = NULL;
  terminal_progress(0, "series", "");
  LEHR_TRY(synthetic_series(&o, &made, err));
  d->culprit = d->path[FILE_SERIES];
  lehr_status status =
      series_file_write(made, d->path[FILE_SERIES], "load of a utility that does not exist", err);
  series_free(made);
  const series_file_options read = {.is_trusted = true};
  if (status == LEHR_OK) status = series_file_read(d->path[FILE_SERIES], &read, out, err);
  return status;
}

/* ---- Backtest ---- */

static void set_options(const demo *d, const series *s, const forecaster *models[],
                        backtest_options *o) {
  const int64_t first = floor_div(s->start_s, CIVIL_DAY_S), days = s->n_steps / 24;
  o->models = models;
  o->n_models = forecasters_default(models);
  o->test_first = first + days - TEST_DAYS;
  o->test_last = first + days - 1;
  o->threads = forecast_threads(&d->common);
  o->selection = select_defaults();
  o->selection.features_max = FEATURES;
  o->selection.block_hours = BLOCK_HOURS;
  o->selection.neighbours = 0;
  o->selection.rounds = ROUNDS;
  o->selection.seed = d->common.params.seed;
  if (terminal_shows_progress()) o->progress = forecast_progress;
}

static lehr_status write_outputs(demo *d, const backtest *b, const select_in_process *solver,
                                 lehr_error *err) {
  forecast_outputs f = {.series_path = d->path[FILE_SERIES],
                        .time_zone = "UTC",
                        .title = "lehr demo: day-ahead forecasts of a made-up utility",
                        .hdf5_path = d->path[FILE_RESULTS],
                        .report_path = d->path[FILE_REPORT],
                        .solver = solver,
                        .features_max = FEATURES,
                        .record = &d->record};
  const lehr_status status = forecast_outputs_write(&f, b, err);
  d->culprit = f.culprit;
  return status;
}

static lehr_status run_backtest(demo *d, const series *s, backtest **out, lehr_error *err) {
  const forecaster *models[FORECASTERS_MOST];
  lehr_context *ctx = NULL;
  time_zone *tz = NULL;
  backtest_options o = {.day_offset_s = 0};
  d->culprit = NULL;
  LEHR_TRY(solve_options_context(&d->common, &ctx, err));
  select_in_process trial = forecast_solver(&d->common, ctx);
  select_through_files batch = {.models_path = d->path[FILE_SELECTION],
                                .results_path = d->path[FILE_SOLVED],
                                .context = trial.context,
                                .params = trial.params};
  set_options(d, s, models, &o);
  o.trial_solver = select_solver_in_process(&trial);
  o.selection.solver = select_solver_through_files(&batch);
  lehr_status status = forecast_check_solver(&trial, ctx, err);
  if (status == LEHR_OK) status = time_zone_open("UTC", &tz, err);
  if (status == LEHR_OK) status = backtest_run(s, tz, &o, out, err);
  terminal_clear();
  if (status == LEHR_OK) status = write_outputs(d, *out, &trial, err);
  time_zone_free(tz);
  lehr_context_free(ctx);
  return status;
}

static void print_files(const demo *d) {
  printf("\n%.1f s wall, %.1f s CPU. In %s/:\n", clock_wall() - d->record.wall_start,
         clock_cpu() - d->record.cpu_start, d->folder);
  for (int k = 0; k < FILES; k++) printf("  %-14s %s\n", files[k].name, files[k].what);
}

static lehr_status run(demo *d, lehr_error *err) {
  series *s = NULL;
  backtest *b = NULL;
  LEHR_TRY(open_folder(d, err));
  lehr_status status = make_series(d, &s, err);
  if (status == LEHR_OK) status = run_backtest(d, s, &b, err);
  if (status == LEHR_OK) {
    d->culprit = NULL;
    status = forecast_table_print(b, d->common.files.format, err);
    if (d->common.files.format == OUTPUT_TEXT) print_files(d);
  }
  backtest_free(b);
  series_free(s);
  return status;
}

int cmd_demo(int argc, char **argv) {
  static const struct argp_child children[] = {{&solve_options_argp, 0, "Solving:", 1}, {0}};
  static const struct argp argp = {
      .parser = parse,
      .doc = "Runs the main job on a made-up utility: load series, selection of inputs as one "
             "batch of QUBO models, solved, models refitted, day-ahead backtest. -o names the "
             "folder (default demo).",
      .children = children};
  demo d = {.folder = NULL};
  lehr_error err = {.text = ""};
  solve_options_init(&d.common);
  d.common.files.can_csv = true;
  d.common.params.seed = DEFAULT_SEED;
  run_record_begin(&d.record, argc, argv);
  command_line_parse(&argp, argc, argv, &d);
  blas_use_one_thread();
  const lehr_status status = run(&d, &err);
  for (int k = 0; k < FILES; k++) free(d.path[k]);
  run_record_end(&d.record);
  solve_options_free(&d.common);
  return status == LEHR_OK ? 0 : command_fail(d.culprit, status, &err);
}
