/* SPDX-License-Identifier: Apache-2.0 */
/* Coefficients of a QUBin group. */
#include "base/error.h"
#include "io/hdf5_model_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Coefficients with their positions. */
typedef struct terms {
  int64_t count;
  int64_t *i, *j; /* 1-based; j NULL for linear terms */
  int64_t *exact; /* one of these two */
  double *real;
} terms;

static void free_terms(terms *t) {
  free(t->i);
  free(t->j);
  free(t->exact);
  free(t->real);
}

static lehr_status read_column(const model_source *s, const char *name, h5_type type,
                               int64_t *count, void **out) {
  char path[MODEL_SOURCE_PATH];
  int64_t found;
  model_source_path(path, s->group, name);
  LEHR_TRY(h5_read_array(s->r, path, type, MODEL_SOURCE_ENTRIES, out, &found, s->err));
  if (*count >= 0 && found != *count)
    return model_source_fail(s, name, "differs in length from its positions");
  *count = found;
  return LEHR_OK;
}

static lehr_status read_terms(const model_source *s, const char *kind, bool is_quadratic,
                              terms *t) {
  char name[64], path[MODEL_SOURCE_PATH];
  h5_shape shape;
  t->count = -1;
  snprintf(name, sizeof name, "/form/%s/i", kind);
  LEHR_TRY(read_column(s, name, H5_INT64, &t->count, (void **)&t->i));
  if (is_quadratic) {
    snprintf(name, sizeof name, "/form/%s/j", kind);
    LEHR_TRY(read_column(s, name, H5_INT64, &t->count, (void **)&t->j));
  }
  snprintf(name, sizeof name, "/form/%s/v", kind);
  model_source_path(path, s->group, name);
  LEHR_TRY(h5_shape_of(s->r, path, &shape, s->err));
  if (shape.type <= H5_INT64) return read_column(s, name, H5_INT64, &t->count, (void **)&t->exact);
  return read_column(s, name, H5_REAL64, &t->count, (void **)&t->real);
}

static lehr_status add_term(const model_source *s, const terms *t, int64_t k) {
  const int64_t i = t->i[k], j = t->j ? t->j[k] : i;
  if (i < 1 || i > s->n || j < 1 || j > s->n)
    return error_set(s->err, LEHR_EINPUT, "%s: %s: variable %" PRId64 " outside 1..%" PRId32,
                     h5_reader_path(s->r), s->group, i < 1 || i > s->n ? i : j, s->n);
  const int32_t a = (int32_t)(i - 1), b = (int32_t)(j - 1);
  if (t->real) {
    const double v = s->is_max ? -t->real[k] : t->real[k];
    return t->j ? lehr_builder_add(s->builder, a, b, v, s->err)
                : lehr_builder_add_linear(s->builder, a, v, s->err);
  }
  if (t->exact[k] == INT64_MIN)
    return error_set(s->err, LEHR_ERANGE, "%s: coefficient %" PRId64 " is too large",
                     h5_reader_path(s->r), t->exact[k]);
  const int64_t v = s->is_max ? -t->exact[k] : t->exact[k];
  return t->j ? lehr_builder_add_int(s->builder, a, b, v, s->err)
              : lehr_builder_add_linear_int(s->builder, a, v, s->err);
}

lehr_status model_source_add_terms(const model_source *s, const char *kind, bool is_quadratic) {
  terms t = {0};
  lehr_status status = read_terms(s, kind, is_quadratic, &t);
  for (int64_t k = 0; status == LEHR_OK && k < t.count; k++) status = add_term(s, &t, k);
  free_terms(&t);
  return status;
}
