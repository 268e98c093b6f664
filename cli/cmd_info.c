/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr info MODEL`: facts about a model file, and with --engine what solving would take. */
#include "base/error.h"
#include "base/number.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/solve_options.h"
#include "io/registry.h"
#include "qubo/components.h"
#include "qubo/scale.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct info_command {
  solve_options common;
  const char *path;
} info_command;

typedef struct range {
  int64_t count; /* values that are not zero */
  double low, high;
} range;

static error_t parse(int key, char *arg, struct argp_state *state) {
  info_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->common;
    state->child_inputs[1] = &c->common.files;
    return 0;
  case ARGP_KEY_ARG:
    if (c->path) argp_error(state, "one model at a time");
    c->path = arg;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "which model? (- reads standard input)");
    return EINVAL;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static double value_at(const lehr_model_view *v, const int64_t *exact, const double *real,
                       int64_t k) {
  return v->is_exact ? scale_real(exact[k], v->scale) : real[k];
}

static range range_of(const lehr_model_view *v, const int64_t *exact, const double *real,
                      int64_t count) {
  range r = {.low = INFINITY, .high = -INFINITY};
  for (int64_t k = 0; k < count; k++) {
    const double value = value_at(v, exact, real, k);
    if (value == 0) continue;
    r.count++;
    r.low = fmin(r.low, value);
    r.high = fmax(r.high, value);
  }
  return r;
}

static json_t *range_json(range r) {
  if (r.count == 0) return json_null();
  return json_pack("[ff]", r.low, r.high);
}

static json_t *degree_json(const lehr_model_view *v) {
  int64_t low = v->n ? INT64_MAX : 0, high = 0;
  for (int32_t i = 0; i < v->n; i++) {
    const int64_t degree = v->row[i + 1] - v->row[i];
    if (degree < low) low = degree;
    if (degree > high) high = degree;
  }
  return json_pack("{sI, sf, sI}", "min", (json_int_t)low, "mean",
                   v->n ? 2.0 * (double)v->n_interactions / v->n : 0, "max", (json_int_t)high);
}

static json_t *model_facts(const lehr_model *m, const model_format *format, lehr_objective o) {
  const lehr_model_view *v = lehr_model_look(m);
  json_t *name = json_string(lehr_model_name(m)); /* NULL if it is not UTF-8 */
  const double pairs = 0.5 * (double)v->n * ((double)v->n - 1);
  const range linear = range_of(v, v->linear_i64, v->linear_f64, v->n);
  const range weight = range_of(v, v->weight_i64, v->weight_f64, 2 * v->n_interactions);
  return json_pack("{ss, ss, so, si, sI, ss, sf, sb, sf, sf, sI, so, so, so, si, sf}", "schema",
                   "lehr.info/1", "format", format->name, "name", name ? name : json_null(),
                   "variables", (int)v->n, "interactions", (json_int_t)v->n_interactions, "vartype",
                   v->vartype == LEHR_SPIN ? "SPIN" : "BINARY", "density",
                   pairs > 0 ? (double)v->n_interactions / pairs : 0, "exact", v->is_exact != 0,
                   "scale", v->scale, "offset", v->offset_f64, "linear_terms",
                   (json_int_t)linear.count, "linear_range", range_json(linear), "weight_range",
                   range_json(weight), "degree", degree_json(v), "groups", (int)v->n_groups,
                   "objective_factor", o.factor);
}

static lehr_status add_components(json_t *facts, const lehr_model *m, lehr_error *err) {
  components parts;
  if (components_find(lehr_model_look(m), &parts) != LEHR_OK) return error_memory(err, 0);
  json_object_set_new(facts, "components", json_integer(parts.count));
  components_free(&parts);
  return LEHR_OK;
}

static lehr_status add_plan(const info_command *c, json_t *facts, const lehr_model *m,
                            lehr_error *err) {
  lehr_context *ctx;
  lehr_plan plan = {.struct_size = sizeof plan};
  const char *engine = NULL;
  if (!c->common.params.engine) return LEHR_OK;
  LEHR_TRY(solve_options_context(&c->common, &ctx, err));
  const lehr_status status = lehr_solve_plan(ctx, m, &c->common.params, &plan, &engine, err);
  if (status == LEHR_OK)
    json_object_set_new(facts, "plan",
                        json_pack("{ss, sI, si, sb, so, ss}", "engine", engine, "bytes",
                                  (json_int_t)plan.bytes, "threads", (int)plan.threads,
                                  "will_prove", plan.will_prove != 0, "seconds",
                                  isfinite(plan.seconds) ? json_real(plan.seconds) : json_null(),
                                  "note", plan.note));
  lehr_context_free(ctx);
  return status;
}

/* "key  value" lines; nested objects are indented. */
static void print_facts(FILE *out, const json_t *facts, int indent) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)facts, key, value) {
    if (strcmp(key, "schema") == 0) continue;
    if (json_is_object(value)) {
      fprintf(out, "%*s%s\n", indent, "", key);
      print_facts(out, value, indent + 2);
      continue;
    }
    char text[NUMBER_TEXT] = "";
    if (json_is_real(value)) number_format(json_real_value(value), text);
    char *dump = json_is_string(value) || text[0]
                     ? NULL
                     : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));
    fprintf(out, "%*s%-*s %s\n", indent, "", 18 - indent, key,
            json_is_string(value) ? json_string_value(value)
            : text[0]             ? text
            : dump                ? dump
                                  : "?");
    free(dump);
  }
}

static lehr_status describe(info_command *c, const lehr_model *m, json_t *facts, lehr_error *err) {
  if (!facts) return error_memory(err, 0);
  LEHR_TRY(add_components(facts, m, err));
  LEHR_TRY(add_plan(c, facts, m, err));
  if (c->common.files.format == OUTPUT_JSON)
    return output_json(json_incref(facts), c->common.files.output, err);
  output_buffer b;
  LEHR_TRY(output_begin(&b, err));
  print_facts(b.stream, facts, 0);
  return output_end(&b, c->common.files.output, err);
}

int cmd_info(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&solve_options_argp, 0, "Planning:", 1}, {&from_option_argp, 0, NULL, 2}, {0}};
  static const struct argp argp = {
      .parser = parse,
      .args_doc = "MODEL",
      .doc = "Prints facts about a model file; with --engine NAME also what solving it would take.",
      .children = children};
  info_command c = {0};
  lehr_error err = {0};
  lehr_model *m;
  lehr_objective objective;
  const model_format *format;
  solve_options_init(&c.common);
  command_line_parse(&argp, argc, argv, &c);
  const char *culprit = c.path;
  lehr_status status = format_read(c.path, c.common.files.from, &m, &objective, &format, &err);
  if (status == LEHR_OK) {
    json_t *facts = model_facts(m, format, objective);
    culprit = NULL;
    status = describe(&c, m, facts, &err);
    json_decref(facts);
    lehr_model_free(m);
  }
  solve_options_free(&c.common);
  return status == LEHR_OK ? 0 : command_fail(culprit, status, &err);
}
