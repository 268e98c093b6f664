/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr engines`: the engines at hand, their options from the option tables. */
#include "base/error.h"
#include "base/number.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/solve_options.h"
#include "lehr/plugin.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
  uint32_t cap;
  const char *name;
} caps[] = {{LEHR_CAP_PROVES, "proves"},
            {LEHR_CAP_GROUPS, "groups"},
            {LEHR_CAP_GROUPS_OVERLAP, "overlapping-groups"},
            {LEHR_CAP_THREADS, "threads"},
            {LEHR_CAP_INITIAL, "initial"}};
enum { N_CAPS = sizeof caps / sizeof caps[0] };

static const char *const types[] = {"integer", "real", "flag", "choice"};

typedef struct engines_options {
  solve_options solving;
  const char *name; /* of the one to list; NULL: all */
} engines_options;

/* The default of a choice is its name: *length bytes. */
static const char *default_choice(const lehr_option *o, size_t *length) {
  const char *c = o->unit;
  for (int64_t k = 0; k < (int64_t)o->default_value; k++) c += strcspn(c, "|") + 1;
  *length = strcspn(c, "|");
  return c;
}

/* Owned by the caller. */
static json_t *default_json(const lehr_option *o) {
  if (o->type == LEHR_OPTION_REAL) return json_real(o->default_value);
  if (o->type != LEHR_OPTION_CHOICE) return json_integer((json_int_t)o->default_value);
  size_t length;
  const char *c = default_choice(o, &length);
  return json_stringn(c, length);
}

static json_t *bound_json(const lehr_option *o, double bound) {
  if (o->type == LEHR_OPTION_REAL) return isfinite(bound) ? json_real(bound) : json_null();
  return json_integer((json_int_t)bound);
}

static json_t *option_json(const lehr_option *o) {
  json_t *row = json_pack("{ss, ss, so, ss, ss}", "name", o->name, "type", types[o->type],
                          "default", default_json(o), "unit", o->unit, "help", o->help);
  if (o->type == LEHR_OPTION_INT || o->type == LEHR_OPTION_REAL) {
    json_object_set_new(row, "low", bound_json(o, o->low));
    json_object_set_new(row, "high", bound_json(o, o->high));
  }
  return row;
}

static json_t *engine_json(const lehr_engine *e) {
  json_t *can = json_array(), *options = json_array();
  for (int k = 0; k < N_CAPS; k++)
    if (e->caps & caps[k].cap) json_array_append_new(can, json_string(caps[k].name));
  for (size_t k = 0; e->options && k < e->options->n_options; k++)
    json_array_append_new(options, option_json(&e->options->options[k]));
  return json_pack("{ss, ss, so, so}", "name", e->name, "summary", e->summary, "caps", can,
                   "options", options);
}

static void print_option(FILE *out, const lehr_option *o) {
  const bool is_choice = o->type == LEHR_OPTION_CHOICE;
  char number[NUMBER_TEXT];
  const char *preset = number;
  size_t length;
  if (is_choice) {
    preset = default_choice(o, &length);
  } else {
    number_format(o->default_value, number);
    length = strlen(number);
  }
  fprintf(out, "    %-18s %s (%s, default %.*s)\n", o->name, o->help,
          is_choice ? o->unit : types[o->type], (int)length, preset);
}

static void print_engine(FILE *out, const lehr_engine *e) {
  fprintf(out, "%-12s %s\n", e->name, e->summary);
  for (size_t k = 0; e->options && k < e->options->n_options; k++)
    print_option(out, &e->options->options[k]);
}

static bool is_asked_for(const engines_options *o, const lehr_engine *e) {
  return !o->name || strcmp(o->name, e->name) == 0;
}

static lehr_status check_name(const engines_options *o, const lehr_context *ctx, lehr_error *err) {
  for (int32_t k = 0; k < lehr_engine_count(ctx); k++)
    if (is_asked_for(o, lehr_engine_at(ctx, k))) return LEHR_OK;
  return error_set(err, LEHR_EUNAVAILABLE, "no engine called '%s'", o->name);
}

static lehr_status print_json(const engines_options *o, const lehr_context *ctx, lehr_error *err) {
  json_t *list = json_array();
  for (int32_t k = 0; k < lehr_engine_count(ctx); k++)
    if (is_asked_for(o, lehr_engine_at(ctx, k)))
      json_array_append_new(list, engine_json(lehr_engine_at(ctx, k)));
  return output_json(json_pack("{ss, so}", "schema", "lehr.engines/1", "engines", list),
                     o->solving.files.output, err);
}

static lehr_status print_text(const engines_options *o, const lehr_context *ctx, lehr_error *err) {
  output_buffer b;
  LEHR_TRY(output_begin(&b, err));
  for (int32_t k = 0; k < lehr_engine_count(ctx); k++)
    if (is_asked_for(o, lehr_engine_at(ctx, k))) print_engine(b.stream, lehr_engine_at(ctx, k));
  return output_end(&b, o->solving.files.output, err);
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  engines_options *o = state->input;
  if (key == ARGP_KEY_INIT) {
    state->child_inputs[0] = &o->solving;
    return 0;
  }
  if (key != ARGP_KEY_ARG || o->name) return ARGP_ERR_UNKNOWN;
  o->name = arg;
  return 0;
}

int cmd_engines(int argc, char **argv) {
  static const struct argp_child children[] = {{&plugin_options_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {.parser = parse,
                                   .args_doc = "[NAME]",
                                   .doc = "Lists the engines and their options.",
                                   .children = children};
  engines_options o = {.name = NULL};
  lehr_context *ctx = NULL;
  lehr_error err = {0};
  solve_options_init(&o.solving);
  command_line_parse(&argp, argc, argv, &o);
  lehr_status status = solve_options_context(&o.solving, &ctx, &err);
  if (status == LEHR_OK) status = check_name(&o, ctx, &err);
  if (status == LEHR_OK)
    status = (o.solving.files.format == OUTPUT_JSON ? print_json : print_text)(&o, ctx, &err);
  lehr_context_free(ctx);
  solve_options_free(&o.solving);
  return status == LEHR_OK ? 0 : command_fail(NULL, status, &err);
}
