/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/file_options.h"
#include "cli/output.h"
#include "cli/solve_options.h"
#include "io/series_file.h"
#include "qubo/forecast/synthetic.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY_ZONES = 0x400, KEY_YEARS, KEY_FIRST_YEAR, KEY_SEED };

typedef struct series_command {
  file_options files;
  synthetic_options utility;
  const char *culprit;
} series_command;

static const struct argp_option options[] = {
    {"zones", KEY_ZONES, "N", 0, "Zones, each with a temperature station (default 2)", 0},
    {"years", KEY_YEARS, "N", 0, "Calendar years, hourly (default 2)", 0},
    {"first-year", KEY_FIRST_YEAR, "YEAR", 0, "Year to begin with (default 2023)", 0},
    {"seed", KEY_SEED, "N", 0, "Seed; the same seed gives the same file (default 1)", 0},
    {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
  series_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->files;
    return 0;
  case KEY_ZONES:
    c->utility.n_zones = (int32_t)parse_count_option(state, "zones", arg, 1, 64);
    return 0;
  case KEY_YEARS:
    c->utility.n_years = (int32_t)parse_count_option(state, "years", arg, 1, 50);
    return 0;
  case KEY_FIRST_YEAR:
    c->utility.first_year = (int32_t)parse_count_option(state, "first-year", arg, 1970, 2200);
    return 0;
  case KEY_SEED:
    c->utility.seed = (uint64_t)parse_count_option(state, "seed", arg, 0, INT64_MAX);
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "unexpected argument '%s'", arg);
    return EINVAL;
  case ARGP_KEY_END:
    if (!c->files.output) argp_error(state, "where to? (-o FILE.h5, FILE.csv, - is CSV on stdout)");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static lehr_status print_json(const series_command *c, const series *s, lehr_error *err) {
  char start[CIVIL_TEXT];
  civil_format(s->start_s, 0, start);
  return output_json(json_pack("{ss, so, ss, sI, sI, si, si, sI}", "schema",
                               "lehr.generate-series/1", "output", output_name(c->files.output),
                               "start", start, "step_s", (json_int_t)s->step_s, "steps",
                               (json_int_t)s->n_steps, "zones", (int)s->n_zones, "stations",
                               (int)s->n_stations, "seed", (json_int_t)c->utility.seed),
                     NULL, err);
}

static lehr_status run(series_command *c, lehr_error *err) {
  series *s = NULL;
  char title[96];
  LEHR_TRY(synthetic_series(&c->utility, &s, err));
  snprintf(title, sizeof title, "synthetic utility, %" PRId32 " zones, seed %" PRIu64,
           c->utility.n_zones, c->utility.seed);
  c->culprit = c->files.output;
  lehr_status status = series_file_write(s, c->files.output, title, err);
  c->culprit = NULL;
  if (status == LEHR_OK && c->files.format == OUTPUT_JSON) status = print_json(c, s, err);
  series_free(s);
  return status;
}

int cmd_generate_series(int argc, char **argv) {
  static const struct argp_child children[] = {{&file_options_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .options = options,
      .parser = parse,
      .doc = "Writes hourly load, temperatures and holidays of a made-up utility."
             "\vThe file is HDF5 (.h5, .hdf5, .nc) or CSV (.csv, -).",
      .children = children};
  series_command c = {.utility = {.n_zones = 2, .n_years = 2, .first_year = 2023, .seed = 1}};
  lehr_error err = {0};
  command_line_parse(&argp, argc, argv, &c);
  const lehr_status status = run(&c, &err);
  return status == LEHR_OK ? 0 : command_fail(c.culprit, status, &err);
}
