/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON object lehr.result/1. Integers stay integers: int64 never travels through double. */
#include "base/error.h"
#include "base/number.h"
#include "io/byte_source.h"
#include "io/result.h"
#include "lehr/version.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Writing ---- */

static json_t *number_json(const char *text) {
  int64_t integer;
  double real;
  if (number_parse_int(text, strlen(text), &integer)) return json_integer(integer);
  return number_parse_real(text, strlen(text), &real) ? json_real(real) : json_null();
}

/* Readers that turn every number into a double would change what reaches 2^53 (RFC 8259, 6):
 * there "NAME_text" states the same digits as a string. */
static int set_number(json_t *object, const char *name, const char *text) {
  char key[32];
  json_t *number = number_json(text);
  const bool is_wide = fabs(json_number_value(number)) >= 0x1p53;
  snprintf(key, sizeof key, "%s_text", name);
  if (json_object_set_new(object, name, number) != 0) return -1;
  return is_wide ? json_object_set_new(object, key, json_string(text)) : 0;
}

static int set_energy(const result *r, int64_t row, json_t *object) {
  char text[RESULT_NUMBER];
  result_energy_text(r, row, text);
  return set_number(object, "energy", text);
}

static int set_best(const result *r, json_t *object) {
  char text[RESULT_NUMBER];
  if (set_energy(r, 0, object) != 0) return -1;
  result_objective_text(r, 0, text);
  return set_number(object, "objective", text);
}

static json_t *real_json(double value) {
  char text[NUMBER_TEXT];
  if (!isfinite(value)) return json_null();
  number_format(value, text);
  return number_json(text);
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

json_t *result_json_object(const result *r) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(r->set, &info);
  const bool has_sample = lehr_sampleset_size(r->set) > 0;
  const char *reason = r->stop_reason ? r->stop_reason : lehr_stop_reason_text(info.stop_reason);
  json_t *object = json_pack(
      "{ss, ss, so, ss, so, sI, ss, ss, sn, sn, so, sb, sI, so, s{so, so, so, so}, s{sI}}",
      "schema", "lehr.result/1", "generator", "lehr " LEHR_VERSION, "model", model_json(r->model),
      "engine", info.engine, "options", json_loads(info.options_json, 0, NULL), "seed",
      (json_int_t)info.seed, "status", lehr_solve_status_text(info.status), "stop_reason", reason,
      "energy", "objective", "bound", info.has_bound ? real_json(info.bound) : json_null(),
      "proven", info.proven != 0, "reads", (json_int_t)lehr_sampleset_reads(r->set), "samples",
      samples_json(r), "timing", "wall_s", real_json(info.wall_s), "cpu_s", real_json(info.cpu_s),
      "time_to_best_s", real_json(info.time_to_best_s), "read_s", real_json(r->read_s), "counters",
      "attempts", (json_int_t)info.attempts);
  if (!object || !has_sample || set_best(r, object) == 0) return object;
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

/* ---- Reading ---- */

typedef struct source {
  byte_source *bytes;
  lehr_error *err;
  lehr_status status;
} source;

static size_t get(void *buffer, size_t size, void *user) {
  source *s = user;
  size_t got;
  s->status = byte_source_read(s->bytes, buffer, size, &got, s->err);
  return s->status == LEHR_OK ? got : (size_t)-1;
}

static lehr_status load(const char *path, json_t **root, lehr_error *err) {
  source s = {.err = err};
  json_error_t where;
  LEHR_TRY(byte_source_open(path, &s.bytes, err));
  *root = json_load_callback(get, &s, JSON_REJECT_DUPLICATES, &where);
  byte_source_close(s.bytes);
  if (s.status != LEHR_OK) return s.status;
  if (*root) return LEHR_OK;
  if (json_error_code(&where) == json_error_out_of_memory) return error_memory(err, 0);
  return error_at(err, LEHR_EINPUT, where.line, where.column, "%s", where.text);
}

static lehr_status read_row(const json_t *sample, result_sample *row, lehr_error *err) {
  const json_t *bits = json_object_get(sample, "bits"), *energy = json_object_get(sample, "energy"),
               *count = json_object_get(sample, "num_occurrences"),
               *feasible = json_object_get(sample, "feasible");
  if (feasible && !json_is_boolean(feasible))
    return error_set(err, LEHR_EINPUT, "\"feasible\" is neither true nor false");
  if (!json_is_string(bits) || !json_is_number(energy) || (count && !json_is_integer(count)))
    return error_set(err, LEHR_EINPUT, "a sample needs a number \"energy\" and a text \"bits\"");
  *row = (result_sample){.bits = json_string_value(bits),
                         .length = json_string_length(bits),
                         .is_int = json_is_integer(energy),
                         .energy_int = json_integer_value(energy),
                         .energy = json_number_value(energy),
                         .occurrences = count ? json_integer_value(count) : 1,
                         .feasible = feasible ? (int8_t)json_is_true(feasible) : -1};
  return LEHR_OK;
}

/* ---- What is said about the first sample ---- */

/* An optional number; null is as good as absent. */
static lehr_status read_number(const json_t *root, const char *key, double *real, int64_t *integer,
                               bool is[2], lehr_error *err) {
  const json_t *value = json_object_get(root, key);
  is[0] = value && !json_is_null(value);
  is[1] = value && json_is_integer(value);
  if (!is[0]) return LEHR_OK;
  if (!json_is_number(value)) return error_set(err, LEHR_EINPUT, "\"%s\" is no number", key);
  *real = json_number_value(value);
  *integer = json_integer_value(value);
  return LEHR_OK;
}

static lehr_status read_claims(const json_t *root, result_claims *c, lehr_error *err) {
  const json_t *status = json_object_get(root, "status"), *proven = json_object_get(root, "proven");
  bool is[2];
  int64_t ignored;
  c->bound = NAN;
  LEHR_TRY(read_number(root, "bound", &c->bound, &ignored, is, err));
  if (proven && !json_is_boolean(proven))
    return error_set(err, LEHR_EINPUT, "\"proven\" is neither true nor false");
  c->is_proven = json_is_true(proven);
  c->has_status = status != NULL;
  if (!status) return LEHR_OK;
  if (json_is_string(status) && result_status_parse(json_string_value(status), &c->status))
    return LEHR_OK;
  return error_set(err, LEHR_EINPUT, "\"status\" is none that lehr knows");
}

static lehr_status read_summary(const json_t *root, result_summary *s, lehr_error *err) {
  bool is[2];
  LEHR_TRY(read_claims(root, &s->claims, err));
  LEHR_TRY(read_number(root, "energy", &s->energy, &s->energy_int, is, err));
  s->has_energy = is[0];
  s->is_energy_int = is[1];
  LEHR_TRY(read_number(root, "objective", &s->objective, &s->objective_int, is, err));
  s->has_objective = is[0];
  s->is_objective_int = is[1];
  return LEHR_OK;
}

/* The energy on top is what people quote: it must be the first sample's. */
static lehr_status check_best(const result_rows *rows, lehr_error *err) {
  const result_summary *s = &rows->summary;
  if (!s->has_energy) return LEHR_OK;
  if (rows->count > 0 && s->is_energy_int == rows->is_int[0] &&
      (s->is_energy_int ? s->energy_int == rows->energy_int[0] : s->energy == rows->energy[0]))
    return LEHR_OK;
  return error_set(err, LEHR_EINPUT, "\"energy\" is not that of the first sample");
}

static lehr_status read_samples(const json_t *root, result_rows *rows, lehr_error *err) {
  const json_t *samples = json_object_get(root, "samples");
  if (!json_is_array(samples))
    return error_set(err, LEHR_EINPUT, "no result: an object with \"samples\" is expected");
  for (size_t k = 0; k < json_array_size(samples); k++) {
    result_sample row;
    LEHR_TRY(read_row(json_array_get(samples, k), &row, err));
    LEHR_TRY(result_rows_add(rows, &row, err));
  }
  LEHR_TRY(read_summary(root, &rows->summary, err));
  return check_best(rows, err);
}

static lehr_status read_json(const char *path, result_rows *rows, lehr_error *err) {
  json_t *root;
  LEHR_TRY(load(path, &root, err));
  const lehr_status status = read_samples(root, rows, err);
  json_decref(root);
  return status;
}

const result_format result_json = {
    .name = "json", .extensions = "json", .write = write_json, .read_path = read_json};
