/* SPDX-License-Identifier: Apache-2.0 */
/* Reading lehr.result/1, or what others wrote in its likeness. */
#include "base/error.h"
#include "base/number.h"
#include "io/byte_source.h"
#include "io/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* "NAME_text" beside a number holds the same digits. */
static lehr_status check_text(const json_t *object, const char *name, lehr_error *err) {
  char key[32];
  int64_t integer;
  double real;
  const json_t *number = json_object_get(object, name);
  snprintf(key, sizeof key, "%s_text", name);
  const json_t *text = json_object_get(object, key);
  if (!text) return LEHR_OK;
  const char *digits = json_is_string(text) ? json_string_value(text) : "";
  const bool is_same =
      json_is_integer(number)
          ? number_parse_int(digits, strlen(digits), &integer) &&
                integer == json_integer_value(number)
          : number_parse_real(digits, strlen(digits), &real) && real == json_number_value(number);
  return is_same ? LEHR_OK : error_set(err, LEHR_EINPUT, "\"%s\" is not \"%s\"", key, name);
}

static lehr_status read_row(const json_t *sample, result_sample *row, lehr_error *err) {
  const json_t *bits = json_object_get(sample, "bits"), *energy = json_object_get(sample, "energy"),
               *count = json_object_get(sample, "num_occurrences"),
               *feasible = json_object_get(sample, "feasible");
  if (feasible && !json_is_boolean(feasible))
    return error_set(err, LEHR_EINPUT, "\"feasible\" is neither true nor false");
  if (!json_is_string(bits) || !json_is_number(energy) || (count && !json_is_integer(count)))
    return error_set(err, LEHR_EINPUT, "a sample needs a number \"energy\" and a text \"bits\"");
  LEHR_TRY(check_text(sample, "energy", err));
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
  LEHR_TRY(check_text(root, "energy", err));
  LEHR_TRY(check_text(root, "objective", err));
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

lehr_status result_json_read(const char *path, result_rows *rows, lehr_error *err) {
  json_t *root;
  LEHR_TRY(load(path, &root, err));
  const lehr_status status = read_samples(root, rows, err);
  json_decref(root);
  return status;
}
