/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr engines`: the engines at hand, their options from the option tables. */
#include "base/error.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/solve_options.h"
#include "lehr/plugin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Default of a choice is its name. Owned by the caller. */
static json_t *default_json(const lehr_option *o) {
  if (o->type == LEHR_OPTION_REAL) return json_real(o->default_value);
  if (o->type != LEHR_OPTION_CHOICE) return json_integer((json_int_t)o->default_value);
  const char *c = o->unit;
  for (int64_t k = 0; k < (int64_t)o->default_value; k++) c += strcspn(c, "|") + 1;
  return json_stringn(c, strcspn(c, "|"));
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

static void print_engine(FILE *out, const lehr_engine *e) {
  fprintf(out, "%-12s %s\n", e->name, e->summary);
  for (size_t k = 0; e->options && k < e->options->n_options; k++) {
    const lehr_option *o = &e->options->options[k];
    json_t *value = default_json(o);
    char *preset = json_dumps(value, JSON_ENCODE_ANY);
    json_decref(value);
    fprintf(out, "    %-18s %s (%s, default %s)\n", o->name, o->help,
            o->type == LEHR_OPTION_CHOICE ? o->unit : types[o->type], preset ? preset : "?");
    free(preset);
  }
}

static lehr_status print_json(const lehr_context *ctx, const char *path, lehr_error *err) {
  json_t *list = json_array();
  for (int32_t k = 0; k < lehr_engine_count(ctx); k++)
    json_array_append_new(list, engine_json(lehr_engine_at(ctx, k)));
  return output_json(json_pack("{ss, so}", "schema", "lehr.engines/1", "engines", list), path, err);
}

static lehr_status print_text(const lehr_context *ctx, const char *path, lehr_error *err) {
  output_buffer b;
  LEHR_TRY(output_begin(&b, err));
  for (int32_t k = 0; k < lehr_engine_count(ctx); k++)
    print_engine(b.stream, lehr_engine_at(ctx, k));
  return output_end(&b, path, err);
}

int cmd_engines(int argc, char **argv) {
  static const struct argp_child children[] = {{&plugin_options_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {.parser = parse_no_arguments,
                                   .doc = "Lists the engines and their options.",
                                   .children = children};
  solve_options o;
  lehr_context *ctx;
  lehr_error err = {0};
  solve_options_init(&o);
  command_line_parse(&argp, argc, argv, &o);
  lehr_status status = solve_options_context(&o, &ctx, &err);
  if (status == LEHR_OK)
    status = (o.files.format == OUTPUT_JSON ? print_json : print_text)(ctx, o.files.output, &err);
  lehr_context_free(ctx);
  solve_options_free(&o);
  return status == LEHR_OK ? 0 : command_fail(NULL, status, &err);
}
