/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "io/hdf5_batch.h"
#include "io/hdf5_column.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  NAME,
  VARIABLES,
  VARTYPE,
  OFFSET,
  SCALE,
  LINEAR_PTR,
  LINEAR,
  QUAD_PTR,
  ROW,
  COL,
  QUAD_VAL,
  GROUP_MODEL_PTR,
  GROUP_PTR,
  GROUP_IDX,
  GROUP_KIND,
  GROUP_K,
  N_COLUMNS
};

struct batch_writer {
  h5_writer *file;
  batch_totals totals;
  h5_column column[N_COLUMNS];
  int64_t items, linear, quad, groups, members; /* so far */
};

void batch_totals_add(batch_totals *t, const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  t->items++;
  t->linear += v->n;
  t->quad += v->n_interactions;
  t->groups += v->n_groups;
  t->members += v->n_groups > 0 ? v->group_ptr[v->n_groups] : 0;
  t->is_exact = t->is_exact && v->is_exact;
}

static void open_columns(batch_writer *w) {
  const batch_totals *t = &w->totals;
  const h5_type value = t->is_exact ? H5_INT64 : H5_REAL64;
  const struct {
    int column;
    const char *path;
    h5_type type;
    int64_t total;
  } rows[] = {
      {NAME, "/batch/name", H5_STRING, t->items},
      {VARIABLES, "/batch/n", H5_INT32, t->items},
      {VARTYPE, "/batch/vartype", H5_INT8, t->items},
      {OFFSET, "/batch/offset", H5_REAL64, t->items},
      {SCALE, "/batch/scale", H5_REAL64, t->items},
      {LINEAR_PTR, "/batch/linear_ptr", H5_INT64, t->items + 1},
      {LINEAR, "/batch/linear", value, t->linear},
      {QUAD_PTR, "/batch/quad_ptr", H5_INT64, t->items + 1},
      {ROW, "/batch/row", H5_INT32, t->quad},
      {COL, "/batch/col", H5_INT32, t->quad},
      {QUAD_VAL, "/batch/quad_val", value, t->quad},
      {GROUP_MODEL_PTR, "/batch/group_model_ptr", H5_INT64, t->items + 1},
      {GROUP_PTR, "/batch/group_ptr", H5_INT64, t->groups + 1},
      {GROUP_IDX, "/batch/group_idx", H5_INT32, t->members},
      {GROUP_KIND, "/batch/group_kind", H5_INT8, t->groups},
      {GROUP_K, "/batch/group_k", H5_INT32, t->groups},
  };
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
    if (t->groups > 0 || rows[k].column < GROUP_MODEL_PTR)
      h5_column_open(&w->column[rows[k].column], w->file, rows[k].path, rows[k].type,
                     rows[k].total);
}

static void put_int64(batch_writer *w, int column, int64_t value) {
  h5_column_put(&w->column[column], &value, 1);
}

static void put_int32(batch_writer *w, int column, int32_t value) {
  h5_column_put(&w->column[column], &value, 1);
}

static void put_int8(batch_writer *w, int column, int8_t value) {
  h5_column_put(&w->column[column], &value, 1);
}

static void put_real(batch_writer *w, int column, double value) {
  h5_column_put(&w->column[column], &value, 1);
}

lehr_status batch_writer_create(const char *path, const char *title, const batch_totals *totals,
                                batch_writer **out, lehr_error *err) {
  *out = NULL;
  batch_writer *w = calloc(1, sizeof *w);
  if (!w) return error_memory(err, sizeof *w);
  w->totals = *totals;
  const uint64_t bytes = (uint64_t)totals->items * 96 + (uint64_t)totals->linear * 8 +
                         (uint64_t)totals->quad * 16 + (uint64_t)totals->groups * 13 +
                         (uint64_t)totals->members * 4;
  const lehr_status status = h5_writer_create(path, title, bytes, &w->file, err);
  if (status != LEHR_OK) {
    free(w);
    return status;
  }
  h5_put_attribute_string(w->file, "/", "source", "models built by lehr");
  open_columns(w);
  put_int64(w, LINEAR_PTR, 0);
  put_int64(w, QUAD_PTR, 0);
  if (totals->groups > 0) {
    put_int64(w, GROUP_MODEL_PTR, 0);
    put_int64(w, GROUP_PTR, 0);
  }
  *out = w;
  return LEHR_OK;
}

/* One coefficient into a column of the batch's kind: int64, or double where one of the models is
 * not exact. Scales are kept beside, so that an exact model comes back exact. */
static void put_value(batch_writer *w, int column, const lehr_model_view *v, int64_t exact,
                      double real) {
  if (w->totals.is_exact) {
    put_int64(w, column, exact);
    return;
  }
  if (v->is_exact && (exact > INT64_C(1) << 53 || exact < -(INT64_C(1) << 53)))
    h5_writer_fail(w->file, LEHR_ERANGE,
                   "a 64-bit coefficient does not fit beside fractional models");
  put_real(w, column, v->is_exact ? (double)exact : real);
}

static void put_terms(batch_writer *w, const lehr_model_view *v) {
  for (int32_t i = 0; i < v->n; i++)
    put_value(w, LINEAR, v, v->is_exact ? v->linear_i64[i] : 0, v->is_exact ? 0 : v->linear_f64[i]);
  for (int32_t i = 0; i < v->n; i++) {
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      if (v->col[k] < i) continue;
      put_int32(w, ROW, i);
      put_int32(w, COL, v->col[k]);
      put_value(w, QUAD_VAL, v, v->is_exact ? v->weight_i64[k] : 0,
                v->is_exact ? 0 : v->weight_f64[k]);
    }
  }
}

static void put_groups(batch_writer *w, const lehr_model_view *v) {
  for (int32_t g = 0; g < v->n_groups; g++) {
    put_int64(w, GROUP_PTR, w->members + v->group_ptr[g + 1]);
    put_int8(w, GROUP_KIND, v->group_kind[g]);
    put_int32(w, GROUP_K, v->group_k[g]);
  }
  if (v->n_groups > 0) {
    const int64_t members = v->group_ptr[v->n_groups];
    h5_column_put(&w->column[GROUP_IDX], v->group_idx, members);
    w->members += members;
    w->groups += v->n_groups;
  }
  put_int64(w, GROUP_MODEL_PTR, w->groups);
}

static void put_offset(batch_writer *w, const lehr_model_view *v) {
  const int64_t limit = INT64_C(1) << 53;
  if (v->is_exact && (v->offset_i64 > limit || v->offset_i64 < -limit))
    h5_writer_fail(w->file, LEHR_ERANGE, "the offset of a model does not fit a double");
  put_real(w, OFFSET, v->is_exact ? (double)v->offset_i64 : v->offset_f64);
  put_real(w, SCALE, v->scale);
}

void batch_writer_add(batch_writer *w, const lehr_model *m, const char *name) {
  const lehr_model_view *v = lehr_model_look(m);
  char number[32];
  snprintf(number, sizeof number, "item-%06" PRId64, w->items);
  h5_column_put_string(&w->column[NAME], name ? name : number);
  put_int32(w, VARIABLES, v->n);
  put_int8(w, VARTYPE, (int8_t)v->vartype);
  put_offset(w, v);
  put_terms(w, v);
  w->items++;
  w->linear += v->n;
  w->quad += v->n_interactions;
  put_int64(w, LINEAR_PTR, w->linear);
  put_int64(w, QUAD_PTR, w->quad);
  if (w->totals.groups > 0) put_groups(w, v);
}

h5_writer *batch_writer_file(batch_writer *w) { return w->file; }

lehr_status batch_writer_publish(batch_writer *w, lehr_error *err) {
  for (int k = 0; k < N_COLUMNS; k++) h5_column_close(&w->column[k]);
  h5_make_scale(w->file, "/batch/name");
  for (int k = VARIABLES; k <= SCALE; k++) {
    static const char *const paths[] = {
        [VARIABLES] = "/batch/n",
        [VARTYPE] = "/batch/vartype",
        [OFFSET] = "/batch/offset",
        [SCALE] = "/batch/scale",
    };
    h5_attach_scale(w->file, paths[k], 0, "/batch/name");
  }
  const lehr_status status = h5_writer_publish(w->file, err);
  free(w);
  return status;
}

void batch_writer_discard(batch_writer *w) {
  if (!w) return;
  for (int k = 0; k < N_COLUMNS; k++) h5_column_discard(&w->column[k]);
  h5_writer_discard(w->file);
  free(w);
}
