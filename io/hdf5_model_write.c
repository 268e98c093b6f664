/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_model.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Positions (1-based) and values of the terms that are not zero. */
typedef struct columns {
  int64_t count;
  int64_t *i, *j; /* j NULL for linear terms */
  void *values;   /* int64_t or double */
} columns;

static bool alloc_columns(columns *c, size_t capacity, bool is_quadratic) {
  c->i = memory_array(capacity, sizeof *c->i);
  c->j = is_quadratic ? memory_array(capacity, sizeof *c->j) : NULL;
  c->values = memory_array(capacity, 8);
  return c->i && c->values && (c->j || !is_quadratic);
}

static void free_columns(columns *c) {
  free(c->i);
  free(c->j);
  free(c->values);
}

static void collect_linear(const lehr_model_view *v, columns *c) {
  for (int32_t i = 0; i < v->n; i++) {
    if (v->is_exact ? v->linear_i64[i] == 0 : v->linear_f64[i] == 0) continue;
    if (v->is_exact)
      ((int64_t *)c->values)[c->count] = v->linear_i64[i];
    else
      ((double *)c->values)[c->count] = v->linear_f64[i];
    c->i[c->count++] = i + 1;
  }
}

static void collect_quadratic(const lehr_model_view *v, columns *c) {
  for (int32_t i = 0; i < v->n; i++) {
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      if (v->col[k] < i) continue;
      if (v->is_exact)
        ((int64_t *)c->values)[c->count] = v->weight_i64[k];
      else
        ((double *)c->values)[c->count] = v->weight_f64[k];
      c->i[c->count] = i + 1;
      c->j[c->count++] = v->col[k] + 1;
    }
  }
}

static lehr_status put_terms(h5_writer *w, const lehr_model_view *v) {
  const h5_type type = v->is_exact ? H5_INT64 : H5_REAL64;
  columns linear = {0}, quadratic = {0};
  const bool is_ready = alloc_columns(&linear, (size_t)v->n, false) &&
                        alloc_columns(&quadratic, (size_t)v->n_interactions, true);
  if (is_ready) {
    collect_linear(v, &linear);
    collect_quadratic(v, &quadratic);
    h5_put_array(w, "/model/form/linear/i", H5_INT64, linear.count, linear.i);
    h5_put_array(w, "/model/form/linear/v", type, linear.count, linear.values);
    h5_put_array(w, "/model/form/quadratic/i", H5_INT64, quadratic.count, quadratic.i);
    h5_put_array(w, "/model/form/quadratic/j", H5_INT64, quadratic.count, quadratic.j);
    h5_put_array(w, "/model/form/quadratic/v", type, quadratic.count, quadratic.values);
  }
  free_columns(&linear);
  free_columns(&quadratic);
  return is_ready ? LEHR_OK : LEHR_ENOMEM;
}

static bool has_labels(const lehr_model *m) {
  for (int32_t i = 0; i < lehr_model_look(m)->n; i++)
    if (lehr_model_label(m, i)) return true;
  return false;
}

/* Labels, or the indices where there are none. A variable without label among labelled ones is
 * called by its index. */
static lehr_status put_labels(h5_writer *w, const lehr_model *m) {
  enum { NUMBER_BYTES = 12 };
  const int32_t n = lehr_model_look(m)->n;
  if (!has_labels(m)) {
    int64_t *indices = memory_array((size_t)n, sizeof *indices);
    if (!indices) return LEHR_ENOMEM;
    for (int32_t i = 0; i < n; i++) indices[i] = i;
    h5_put_array(w, "/model/variables", H5_INT64, n, indices);
    free(indices);
    return LEHR_OK;
  }
  const char **labels = memory_array((size_t)n, sizeof *labels);
  char(*numbers)[NUMBER_BYTES] = memory_array((size_t)n, NUMBER_BYTES);
  for (int32_t i = 0; labels && numbers && i < n; i++) {
    snprintf(numbers[i], NUMBER_BYTES, "%d", i);
    labels[i] = lehr_model_label(m, i) ? lehr_model_label(m, i) : numbers[i];
  }
  const lehr_status status = labels && numbers ? LEHR_OK : LEHR_ENOMEM;
  if (status == LEHR_OK) h5_put_strings(w, "/model/variables", n, labels);
  free(labels);
  free(numbers);
  return status;
}

static lehr_status put_metadata(h5_writer *w, const lehr_model *m) {
  json_t *metadata = json_object();
  if (lehr_model_name(m)[0]) json_object_set_new(metadata, "name", json_string(lehr_model_name(m)));
  char *text = json_dumps(metadata, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(metadata);
  if (!text) return LEHR_ENOMEM;
  h5_put_string(w, "/model/metadata", text);
  free(text);
  return LEHR_OK;
}

static void put_extras(h5_writer *w, const lehr_model_view *v) {
  const int64_t exact_in_double = INT64_C(1) << 53;
  if (v->is_exact && (v->offset_i64 > exact_in_double || v->offset_i64 < -exact_in_double))
    h5_put_int(w, "/lehr/offset_int", v->offset_i64);
  if (v->n_groups > 0) {
    h5_put_array(w, "/lehr/group_ptr", H5_INT64, v->n_groups + INT64_C(1), v->group_ptr);
    h5_put_array(w, "/lehr/group_idx", H5_INT32, v->group_ptr[v->n_groups], v->group_idx);
    h5_put_array(w, "/lehr/group_kind", H5_INT8, v->n_groups, v->group_kind);
    h5_put_array(w, "/lehr/group_k", H5_INT32, v->n_groups, v->group_k);
  }
  if (v->time_index) h5_put_array(w, "/lehr/time_index", H5_INT32, v->n, v->time_index);
}

static lehr_status put_model(h5_writer *w, const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  LEHR_TRY(put_labels(w, m));
  h5_put_int(w, "/model/form/dimension", v->n);
  h5_put_real(w, "/model/form/scale", v->scale);
  h5_put_real(w, "/model/form/offset", v->is_exact ? (double)v->offset_i64 : v->offset_f64);
  h5_put_string(w, "/model/form/sense", "min");
  h5_put_string(w, "/model/form/domain", v->vartype == LEHR_SPIN ? "spin" : "bool");
  LEHR_TRY(put_terms(w, v));
  LEHR_TRY(put_metadata(w, m));
  put_extras(w, v);
  return LEHR_OK;
}

void hdf5_model_put(h5_writer *w, const lehr_model *m) {
  if (put_model(w, m) != LEHR_OK) h5_writer_fail(w, LEHR_ENOMEM, "not enough memory");
}

uint64_t hdf5_model_bytes(const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  uint64_t labels = 0;
  for (int32_t i = 0; i < v->n; i++)
    labels += lehr_model_label(m, i) ? strlen(lehr_model_label(m, i)) + 32 : 0;
  return (uint64_t)v->n * 28 + (uint64_t)v->n_interactions * 24 + labels + 65536 +
         (v->n_groups > 0 ? (uint64_t)v->group_ptr[v->n_groups] * 4 + (uint64_t)v->n_groups * 13
                          : 0);
}

lehr_status hdf5_model_write_file(const lehr_model *m, const char *comment, const char *path,
                                  lehr_error *err) {
  h5_writer *w;
  const char *name = lehr_model_name(m);
  LEHR_TRY(h5_writer_create(path, name[0] ? name : "model", hdf5_model_bytes(m), &w, err));
  h5_put_attribute_string(w, "/", "source", comment[0] ? comment : "model without comment");
  hdf5_model_put(w, m);
  return h5_writer_publish(w, err);
}
