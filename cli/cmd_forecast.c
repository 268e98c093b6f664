/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr forecast backtest SERIES`: day-ahead forecasts of a past period, all models side by side.
 */
#include "cli/command.h"
#include "cli/command_line.h"

#include "base/error.h"
#include "cli/forecast_outputs.h"
#include "cli/forecast_table.h"
#include "cli/terminal.h"
#include "io/extension.h"
#include "io/series_file.h"
#include "workflows/forecast/regression.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  KEY_TZ = 0x400,
  KEY_OFFSET,
  KEY_TEST,
  KEY_TIME_COLUMN,
  KEY_LOAD_COLUMN,
  KEY_TEMPERATURE_COLUMN,
  KEY_HOLIDAY_COLUMN,
  KEY_INTERVAL_END,
  KEY_SORT,
  KEY_UNIT,
  KEY_FILL_GAPS,
  KEY_FEATURES,
  KEY_MODELS,
  KEY_COMPARE,
  KEY_REPORT,
  MOST_COLUMNS = 64,
  DEFAULT_TEST_DAYS = 364
};

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

static const struct argp_option options[] = {
    {"tz", KEY_TZ, "NAME", 0, "Local clock of the customers, e.g. Australia/Melbourne", 0},
    {"day-offset", KEY_OFFSET, "+HH:MM", 0,
     "UTC offset of the forecast days (default: standard time of --tz)", 0},
    {"test", KEY_TEST, "FIRST..LAST", 0, "Days to forecast (default: the last 364 or third)", 0},
    {"models", KEY_MODELS, "A,B,...", 0, "Only these models (default: all but comparisons)", 0},
    {"compare", KEY_COMPARE, NULL, 0,
     "Also inputs chosen by correlation, mRMR and forward stepwise, as many as selected", 0},
    {"features-max", KEY_FEATURES, "K", 0, "Inputs per hour that may be selected (default 58)", 0},
    {"report", KEY_REPORT, "FILE.html", 0, "Write a report with plots", 0},
    {"time-column", KEY_TIME_COLUMN, "NAME", 0, "CSV column of the times", 1},
    {"load-column", KEY_LOAD_COLUMN, "NAME", 0, "CSV column of a zone's load; repeatable", 1},
    {"temperature-column", KEY_TEMPERATURE_COLUMN, "NAME", 0,
     "CSV column of a station's temperature; repeatable", 1},
    {"holiday-column", KEY_HOLIDAY_COLUMN, "NAME", 0, "CSV column of public holidays, 0 or 1", 1},
    {"interval-end", KEY_INTERVAL_END, NULL, 0, "Times name the end of their interval", 1},
    {"sort", KEY_SORT, NULL, 0, "Accept rows in any order", 1},
    {"fill-gaps", KEY_FILL_GAPS, "HOURS", 0,
     "Interpolate over gaps of at most HOURS (default 0: missing stays missing)", 1},
    {"unit", KEY_UNIT, "UNIT", 0, "Of the loads in a CSV: MW, kW, GW, MWh, kWh, GWh", 1},
    {0}};

static void add_column(struct argp_state *state, const char *columns[], int32_t *n, char *name) {
  if (*n >= MOST_COLUMNS)
    argp_error(state, "more than %d columns", MOST_COLUMNS);
  else
    columns[(*n)++] = name;
}

static void parse_models(forecast_command *c, struct argp_state *state, char *list) {
  c->n_models = 0;
  for (char *save = NULL, *name = strtok_r(list, ",", &save); name;
       name = strtok_r(NULL, ",", &save)) {
    const forecaster *f = forecaster_find(name);
    if (!f) {
      const char *names[FORECASTERS_MOST + 1] = {NULL};
      for (int k = 0; k < FORECASTERS_MOST && forecaster_at(k); k++)
        names[k] = forecaster_at(k)->name;
      const char *nearest = nearest_name(name, names);
      argp_error(state, "unknown model '%s'%s%s%s", name, nearest ? "; did you mean '" : "",
                 nearest ? nearest : "", nearest ? "'?" : "");
    } else if (c->n_models == FORECASTERS_MOST) {
      argp_error(state, "more than %d models", FORECASTERS_MOST);
    } else {
      c->models[c->n_models++] = f;
    }
  }
  if (c->n_models == 0) argp_error(state, "--models names no model");
}

static bool is_listed(const forecaster *f, const forecaster *const list[], int32_t n) {
  for (int32_t k = 0; k < n; k++)
    if (list[k] == f) return true;
  return false;
}

/* The named models or those that run by default, and with --compare the comparisons among them. */
static void choose_models(forecast_command *c) {
  const forecaster *named[FORECASTERS_MOST];
  if (c->n_models == 0) c->n_models = forecasters_default(c->models);
  if (!c->is_compared) return;
  const int32_t n = c->n_models;
  memcpy(named, c->models, sizeof named);
  c->n_models = 0;
  for (int32_t k = 0; k < FORECASTERS_MOST && forecaster_at(k); k++)
    if (forecaster_at(k)->is_comparison || is_listed(forecaster_at(k), named, n))
      c->models[c->n_models++] = forecaster_at(k);
}

static error_t parse_file(int key, char *arg, struct argp_state *state) {
  forecast_command *c = state->input;
  switch (key) {
  case KEY_TZ:
    c->file.time_zone = arg;
    return 0;
  case KEY_TIME_COLUMN:
    c->file.time_column = arg;
    return 0;
  case KEY_LOAD_COLUMN:
    add_column(state, c->load_columns, &c->file.n_load_columns, arg);
    return 0;
  case KEY_TEMPERATURE_COLUMN:
    add_column(state, c->temperature_columns, &c->file.n_temperature_columns, arg);
    return 0;
  case KEY_HOLIDAY_COLUMN:
    c->file.holiday_column = arg;
    return 0;
  case KEY_INTERVAL_END:
    c->file.is_interval_end = true;
    return 0;
  case KEY_SORT:
    c->file.is_unsorted = true;
    return 0;
  case KEY_FILL_GAPS:
    c->fill_gaps_h = parse_count_option(state, "fill-gaps", arg, 0, 168);
    return 0;
  case KEY_UNIT:
    c->file.unit = arg;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  forecast_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->common;
    return 0;
  case KEY_OFFSET:
    c->day_offset = arg;
    return 0;
  case KEY_TEST:
    c->test = arg;
    return 0;
  case KEY_FEATURES:
    c->features_max = (int32_t)parse_count_option(state, "features-max", arg, 1, 400);
    return 0;
  case KEY_MODELS:
    parse_models(c, state, arg);
    return 0;
  case KEY_COMPARE:
    c->is_compared = true;
    return 0;
  case KEY_REPORT:
    c->report = arg;
    return 0;
  case ARGP_KEY_ARG:
    if (c->path) argp_error(state, "one series at a time");
    c->path = arg;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "which series? (CSV, also .gz, or HDF5)");
    return EINVAL;
  case ARGP_KEY_END:
    if (c->common.files.output && !extension_is_hdf5(c->common.files.output))
      argp_error(state, "-o %s: expected a .h5 file", c->common.files.output);
    return 0;
  default:
    return parse_file(key, arg, state);
  }
}

/* ---- Period and clock ---- */

/* Standard time: the smaller offset of January and July of the first year; moved back by less than
 * a step where the days would begin between the steps of the series. */
static int32_t standard_offset(const series *s, const time_zone *tz) {
  const int64_t year = civil_from_wall(s->start_s).year;
  const int32_t january = time_zone_offset(tz, civil_days(year, 1, 1) * CIVIL_DAY_S);
  const int32_t july = time_zone_offset(tz, civil_days(year, 7, 1) * CIVIL_DAY_S);
  const int32_t standard = january < july ? january : july;
  return standard - (int32_t)floor_mod(s->start_s + standard, s->step_s);
}

static lehr_status find_offset(const forecast_command *c, const series *s, const time_zone *tz,
                               int32_t *offset_s, lehr_error *err) {
  *offset_s = standard_offset(s, tz);
  if (!c->day_offset) return LEHR_OK;
  if (civil_parse_offset(c->day_offset, strlen(c->day_offset), offset_s)) return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "--day-offset=%s: expected an offset such as +10:00",
                   c->day_offset);
}

static bool parse_day(const char *text, size_t length, int64_t *day) {
  civil_stamp stamp;
  if (!civil_parse(text, length, &stamp) || stamp.has_time) return false;
  *day = floor_div(stamp.wall_s, CIVIL_DAY_S);
  return true;
}

/* FIRST..LAST, or the last 364 days, at most a third of the series. */
static lehr_status find_period(const forecast_command *c, const series *hourly, int32_t offset_s,
                               backtest_options *o, lehr_error *err) {
  const int64_t first = floor_div(hourly->start_s + offset_s, CIVIL_DAY_S);
  const int64_t days = hourly->n_steps / 24, third = days / 3;
  o->test_last = first + days - 1;
  o->test_first = o->test_last + 1 - (third < DEFAULT_TEST_DAYS ? third : DEFAULT_TEST_DAYS);
  if (o->test_first < first + BACKTEST_LEAST_HISTORY_DAYS)
    o->test_first = first + BACKTEST_LEAST_HISTORY_DAYS;
  if (!c->test) return LEHR_OK;
  const char *dots = strstr(c->test, "..");
  if (dots && parse_day(c->test, (size_t)(dots - c->test), &o->test_first) &&
      parse_day(dots + 2, strlen(dots + 2), &o->test_last))
    return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "--test=%s: expected two dates such as 2014-01-01..2014-12-30",
                   c->test);
}

/* ---- Running ---- */

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
  if (status == LEHR_OK) status = find_offset(c, s, tz, &o.day_offset_s, err);
  if (status == LEHR_OK) status = series_hourly(s, o.day_offset_s, &hourly, err);
  if (status == LEHR_OK) status = find_period(c, hourly, o.day_offset_s, &o, err);
  if (status == LEHR_OK) status = run_backtest(c, hourly, tz, &o, err);
  time_zone_free(tz);
  series_free(hourly);
  series_free(s);
  return status;
}

static int backtest_command(int argc, char **argv) {
  static const struct argp_child children[] = {{&solve_options_argp, 0, "Solving:", 2}, {0}};
  static const struct argp argp = {
      .options = options,
      .parser = parse,
      .args_doc = "SERIES",
      .doc = "Forecasts each day of a past period as on its eve, with naive, regression and "
             "QUBO-selected models refitted monthly, and compares them. Prints a table; -o FILE "
             "keeps forecasts, quantiles and metrics as HDF5.",
      .children = children};
  forecast_command c = {.features_max = select_defaults().features_max};
  lehr_error err = {.text = ""};
  solve_options_init(&c.common);
  c.common.files.can_csv = true;
  run_record_begin(&c.record, argc, argv);
  command_line_parse(&argp, argc, argv, &c);
  choose_models(&c);
  c.file.load_columns = c.load_columns;
  c.file.temperature_columns = c.temperature_columns;
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
