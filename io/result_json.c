/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON object lehr.result/1. Integers stay integers: int64 never travels through double. */
#include "base/error.h"
#include "base/number.h"
#include "io/result_facts.h"
#include "lehr/version.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *result_number_json(const char *text) {
  int64_t integer;
  double real;
  if (number_parse_int(text, strlen(text), &integer)) return json_integer(integer);
  return number_parse_real(text, strlen(text), &real) ? json_real(real) : json_null();
}

int result_set_number(json_t *object, const char *name, const char *text) {
  char key[32];
  json_t *number = result_number_json(text);
  const bool is_wide = fabs(json_number_value(number)) >= 0x1p53;
  snprintf(key, sizeof key, "%s_text", name);
  if (json_object_set_new(object, name, number) != 0) return -1;
  return is_wide ? json_object_set_new(object, key, json_string(text)) : 0;
}

static int set_energy(const result *r, int64_t row, json_t *object) {
  char text[RESULT_NUMBER];
  result_energy_text(r, row, text);
  return result_set_number(object, "energy", text);
}

static int set_best(const result *r, json_t *object) {
  char text[RESULT_NUMBER];
  if (set_energy(r, 0, object) != 0) return -1;
  result_objective_text(r, 0, text);
  return result_set_number(object, "objective", text);
}

static json_t *model_json(const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  json_t *name = json_string(lehr_model_name(m)); /* NULL if it is not UTF-8 */
  return json_pack("{so, si, sI, ss}", "name", name ? name : json_null(), "variables", (int)v->n,
                   "interactions", (json_int_t)v->n_interactions, "vartype",
                   v->vartype == LEHR_SPIN ? "SPIN" : "BINARY");
}

static json_t *sample_json(const result *r, int64_t row, char bits[]) {
  if (result_bits_text(r, row, bits, NULL) != LEHR_OK) return NULL;
  json_t *sample = json_pack("{sn, sI, ss}", "energy", "num_occurrences",
                             (json_int_t)lehr_sampleset_occurrences(r->set, row), "bits", bits);
  if (sample && set_energy(r, row, sample) != 0) {
    json_decref(sample);
    return NULL;
  }
  if (sample && lehr_model_look(r->model)->n_groups > 0)
    json_object_set_new(sample, "feasible", json_boolean(lehr_sampleset_feasible(r->set, row)));
  return sample;
}

static json_t *samples_json(const result *r) {
  json_t *samples = json_array();
  char *bits = malloc((size_t)lehr_sampleset_variables(r->set) + 1);
  int failed = !samples || !bits;
  for (int64_t k = 0; k < result_kept(r) && !failed; k++)
    failed = json_array_append_new(samples, sample_json(r, k, bits)) != 0;
  free(bits);
  if (!failed) return samples;
  json_decref(samples);
  return NULL;
}

/* null where the solve was asked to be brief. */
static json_t *object_of(const char *text) {
  return text ? json_loads(text, 0, NULL) : json_null();
}

json_t *result_json_object(const result *r) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(r->set, &info);
  const bool has_sample = lehr_sampleset_size(r->set) > 0;
  const char *reason = r->stop_reason ? r->stop_reason : lehr_stop_reason_text(info.stop_reason);
  json_t *object = json_pack(
      "{ss, ss, so, ss, so, sI, ss, ss, sn, sn, so, sb, sI, so, s{so, so, so, so}, s{sI}, so}",
      "schema", "lehr.result/1", "generator", "lehr " LEHR_VERSION, "model", model_json(r->model),
      "engine", info.engine, "options", object_of(info.options_json), "seed", (json_int_t)info.seed,
      "status", lehr_solve_status_text(info.status), "stop_reason", reason, "energy", "objective",
      "bound", info.has_bound ? result_real_json(info.bound) : json_null(), "proven",
      info.proven != 0, "reads", (json_int_t)lehr_sampleset_reads(r->set), "samples",
      samples_json(r), "timing", "wall_s", result_real_json(info.wall_s), "cpu_s",
      result_real_json(info.cpu_s), "time_to_best_s", result_real_json(info.time_to_best_s),
      "read_s", result_real_json(r->read_s), "counters", "attempts", (json_int_t)info.attempts,
      "statistics", object_of(info.statistics_json));
  if (!object || ((!has_sample || set_best(r, object) == 0) && result_facts_json(r, object) == 0))
    return object;
  json_decref(object);
  return NULL;
}

typedef struct sink {
  publication *p;
  lehr_error *err;
  lehr_status status;
} sink;

static int put(const char *buffer, size_t size, void *user) {
  sink *s = user;
  s->status = publish_write(s->p, buffer, size, s->err);
  return s->status == LEHR_OK ? 0 : -1;
}

static lehr_status write_json(const result *r, publication *p, lehr_error *err) {
  json_t *object = result_json_object(r);
  sink s = {p, err, LEHR_OK};
  if (!object) return error_memory(err, 0);
  const int rc = json_dump_callback(object, put, &s, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
  json_decref(object);
  if (s.status != LEHR_OK) return s.status;
  return rc == 0 ? publish_write(p, "\n", 1, err) : error_memory(err, 0);
}

const result_format result_json = {
    .name = "json", .extensions = "json", .write = write_json, .read_path = result_json_read};
