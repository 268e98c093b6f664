/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forecast_options.h"

#include "cli/command.h"
#include "cli/command_line.h"
#include "workflows/forecast/select.h"

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
  KEY_REPORT
};

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
    file_options_check_hdf5(&c->common.files, false, state);
    return 0;
  default:
    return parse_file(key, arg, state);
  }
}

void forecast_options_parse(forecast_command *c, int argc, char **argv) {
  static const struct argp_child children[] = {{&solve_options_argp, 0, "Solving:", 2}, {0}};
  static const struct argp argp = {
      .options = options,
      .parser = parse,
      .args_doc = "SERIES",
      .doc = "Forecasts each day of a past period as on its eve, with naive, regression and "
             "QUBO-selected models refitted monthly, and compares them. Prints a table; -o FILE "
             "keeps forecasts, quantiles and metrics as HDF5.",
      .children = children};
  *c = (forecast_command){.features_max = select_defaults().features_max};
  solve_options_init(&c->common);
  c->common.files.can_csv = true;
  run_record_begin(&c->record, argc, argv);
  command_line_parse(&argp, argc, argv, c);
  choose_models(c);
  c->file.load_columns = c->load_columns;
  c->file.temperature_columns = c->temperature_columns;
}
