/* SPDX-License-Identifier: Apache-2.0 */
#include "io/result.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "io/extension.h"
#include "io/text_model.h"
#include "qubo/sampleset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const result_format *const formats[] = {
#define RESULT(name) &result_##name,
#include "io/results.def"
#undef RESULT
};
enum { N_FORMATS = sizeof formats / sizeof formats[0] };

const result_format *result_format_for(const char *path) {
  char extension[EXTENSION];
  extension_of(path, extension);
  for (int k = 0; k < N_FORMATS; k++)
    if (extension_in(formats[k]->extensions, extension)) return formats[k];
  return NULL;
}

static lehr_status unknown(const char *path, lehr_error *err) {
  char names[128] = "";
  for (int k = 0; k < N_FORMATS; k++) {
    const size_t used = strlen(names);
    snprintf(names + used, sizeof names - used, "%s.%.*s", used ? ", " : "",
             (int)strcspn(formats[k]->extensions, " "), formats[k]->extensions);
  }
  return error_set(err, LEHR_EUSAGE, "%s: results are files ending in %s", path, names);
}

lehr_status result_write(const result *r, const char *path, lehr_error *err) {
  const result_format *f = result_format_for(path);
  publication *p;
  if (!f || extension_is_gzip(path)) return unknown(path, err);
  if (f->write_path) return f->write_path(r, path, err);
  LEHR_TRY(publish_open(path, &p, err));
  const lehr_status status = f->write(r, p, err);
  if (status == LEHR_OK) return publish_commit(p, err);
  publish_abort(p);
  return status;
}

lehr_status result_read(const char *path, result_rows *rows, lehr_error *err) {
  const result_format *f = result_format_for(path);
  *rows = (result_rows){.summary.claims.bound = NAN};
  if (err) *err = (lehr_error){0};
  if (!f || !f->read_path) return unknown(path, err);
  const lehr_status status = f->read_path(path, rows, err);
  if (status != LEHR_OK) result_rows_free(rows);
  return status;
}

/* ---- Rows ---- */

static lehr_status reserve(result_rows *rows, lehr_error *err) {
  if (rows->count < rows->capacity) return LEHR_OK;
  const int64_t wanted = rows->capacity < 8 ? 8 : rows->capacity * 2;
  if (!memory_grow((void **)&rows->bits, (size_t)wanted, (size_t)rows->n) ||
      !memory_grow((void **)&rows->energy_int, (size_t)wanted, sizeof *rows->energy_int) ||
      !memory_grow((void **)&rows->energy, (size_t)wanted, sizeof *rows->energy) ||
      !memory_grow((void **)&rows->is_int, (size_t)wanted, 1) ||
      !memory_grow((void **)&rows->feasible, (size_t)wanted, 1) ||
      !memory_grow((void **)&rows->occurrences, (size_t)wanted, sizeof *rows->occurrences))
    return error_memory(err, (uint64_t)wanted * ((uint64_t)rows->n + 26));
  rows->capacity = wanted;
  return LEHR_OK;
}

lehr_status result_rows_add(result_rows *rows, const result_sample *row, lehr_error *err) {
  if (row->length >= INT32_MAX) return error_set(err, LEHR_EINPUT, "a sample is too long");
  if (rows->count == 0) rows->n = (int32_t)row->length;
  if ((size_t)rows->n != row->length)
    return error_set(err, LEHR_EINPUT, "a sample of %zu bits beside one of %d", row->length,
                     rows->n);
  LEHR_TRY(reserve(rows, err));
  uint8_t *to = rows->bits + (size_t)rows->count * row->length;
  for (size_t i = 0; i < row->length; i++) {
    if (row->bits[i] != '0' && row->bits[i] != '1')
      return error_set(err, LEHR_EINPUT, "bits must be 0 or 1");
    to[i] = row->bits[i] == '1';
  }
  rows->energy_int[rows->count] = row->energy_int;
  rows->energy[rows->count] = row->energy;
  rows->is_int[rows->count] = row->is_int;
  rows->feasible[rows->count] = row->feasible;
  rows->occurrences[rows->count] = row->occurrences;
  rows->count++;
  return LEHR_OK;
}

void result_rows_free(result_rows *rows) {
  free(rows->bits);
  free(rows->energy_int);
  free(rows->energy);
  free(rows->is_int);
  free(rows->feasible);
  free(rows->occurrences);
  *rows = (result_rows){0};
}

/* ---- Parts of a result ---- */

int64_t result_kept(const result *r) {
  const int64_t size = lehr_sampleset_size(r->set);
  return r->keep > 0 && r->keep < size ? r->keep : size;
}

/* factor * energy + constant; exact digits for factor 1 or -1 without constant. */
static void value_text(const result *r, int64_t row, lehr_objective o, char text[RESULT_NUMBER]) {
  const lehr_model_view *v = lehr_model_look(r->model);
  const double real = lehr_sampleset_energy(r->set, row);
  if (fabs(o.factor) == 1 && o.constant == 0 &&
      text_format(v, lehr_sampleset_energy_int(r->set, row), real, o.factor, text, NULL) ==
          LEHR_OK)
    return;
  number_format(o.factor * real + o.constant, text);
}

void result_energy_text(const result *r, int64_t row, char text[RESULT_NUMBER]) {
  value_text(r, row, (lehr_objective){1, 0}, text);
}

void result_objective_text(const result *r, int64_t row, char text[RESULT_NUMBER]) {
  value_text(r, row, r->objective, text);
}

void result_lowest_text(const result *r, int64_t row, char text[RESULT_NUMBER]) {
  result_energy_text(&(result){.model = r->model, .set = r->set->lowest}, row, text);
}

lehr_status result_bits_text(const result *r, int64_t row, char text[], lehr_error *err) {
  const int32_t n = lehr_sampleset_variables(r->set);
  uint8_t *bits = memory_array((size_t)n, 1);
  if (!bits) return error_memory(err, (uint64_t)n);
  lehr_sampleset_bits(r->set, row, bits);
  for (int32_t i = 0; i < n; i++) text[i] = (char)('0' + bits[i]);
  text[n] = '\0';
  free(bits);
  return LEHR_OK;
}
