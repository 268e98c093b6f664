/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_batch.h"
#include "io/hdf5_batch_window.h"
#include "io/hdf5_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_ITEMS = 4096, WINDOW_BYTES = 4 << 20, ARCHIVE_ITEMS = 64, ARCHIVE_LIMIT = 1 << 20 };

struct batch_reader {
  h5_reader *file;
  int64_t items;
  char **names; /* of an archive (/models), sorted; NULL for columns */
  bool has_name, has_vartype, has_offset, has_scale, has_groups;
  bool is_linear_exact, is_quad_exact;
  int64_t n_linear, n_quad, n_groups, n_members;
};

/* ---- Opening ---- */

static lehr_status contradiction(const batch_reader *r, const char *path, lehr_error *err) {
  return error_set(err, LEHR_EINPUT, "%s: %s contradicts the other columns of the batch",
                   h5_reader_path(r->file), path);
}

/* Length of a 1-D column; *is_there false and length 0 if it is missing and may be. */
static lehr_status column(const batch_reader *r, const char *path, bool *is_there, h5_shape *shape,
                          lehr_error *err) {
  h5_kind kind = H5_DATASET_OBJECT;
  if (is_there) {
    LEHR_TRY(h5_kind_of(r->file, path, &kind, err));
    *is_there = kind != H5_NOTHING;
    if (!*is_there) return LEHR_OK;
  }
  LEHR_TRY(h5_shape_of(r->file, path, shape, err));
  if (shape->rank != 1)
    return error_set(err, LEHR_EINPUT, "%s: %s has %d dimensions instead of 1",
                     h5_reader_path(r->file), path, shape->rank);
  return LEHR_OK;
}

/* A column that must have `length` values if it is there (is_there NULL: it must be there). */
static lehr_status check_column(const batch_reader *r, const char *path, bool *is_there,
                                int64_t length, lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(column(r, path, is_there, &shape, err));
  if ((!is_there || *is_there) && shape.dims[0] != length) return contradiction(r, path, err);
  return LEHR_OK;
}

static lehr_status open_groups(batch_reader *r, lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(check_column(r, "/batch/group_model_ptr", &r->has_groups, r->items + 1, err));
  if (!r->has_groups) return LEHR_OK;
  LEHR_TRY(column(r, "/batch/group_ptr", NULL, &shape, err));
  r->n_groups = shape.dims[0] - 1;
  if (r->n_groups < 0) return contradiction(r, "/batch/group_ptr", err);
  LEHR_TRY(column(r, "/batch/group_idx", NULL, &shape, err));
  r->n_members = shape.dims[0];
  LEHR_TRY(check_column(r, "/batch/group_kind", NULL, r->n_groups, err));
  return check_column(r, "/batch/group_k", NULL, r->n_groups, err);
}

static lehr_status open_columns(batch_reader *r, lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(column(r, "/batch/n", NULL, &shape, err));
  r->items = shape.dims[0];
  LEHR_TRY(check_column(r, "/batch/name", &r->has_name, r->items, err));
  LEHR_TRY(check_column(r, "/batch/vartype", &r->has_vartype, r->items, err));
  LEHR_TRY(check_column(r, "/batch/offset", &r->has_offset, r->items, err));
  LEHR_TRY(check_column(r, "/batch/scale", &r->has_scale, r->items, err));
  LEHR_TRY(check_column(r, "/batch/linear_ptr", NULL, r->items + 1, err));
  LEHR_TRY(check_column(r, "/batch/quad_ptr", NULL, r->items + 1, err));
  LEHR_TRY(column(r, "/batch/linear", NULL, &shape, err));
  r->n_linear = shape.dims[0];
  r->is_linear_exact = shape.type <= H5_INT64;
  LEHR_TRY(column(r, "/batch/quad_val", NULL, &shape, err));
  r->n_quad = shape.dims[0];
  r->is_quad_exact = shape.type <= H5_INT64;
  LEHR_TRY(check_column(r, "/batch/row", NULL, r->n_quad, err));
  LEHR_TRY(check_column(r, "/batch/col", NULL, r->n_quad, err));
  return open_groups(r, err);
}

static lehr_status open_batch(batch_reader *r, const char *path, bool is_trusted, lehr_error *err) {
  h5_kind columns, archive;
  LEHR_TRY(h5_open(path, is_trusted, &r->file, err));
  LEHR_TRY(h5_kind_of(r->file, "/batch", &columns, err));
  if (columns == H5_GROUP_OBJECT) return open_columns(r, err);
  LEHR_TRY(h5_kind_of(r->file, "/models", &archive, err));
  if (archive == H5_GROUP_OBJECT)
    return h5_list(r->file, "/models", ARCHIVE_LIMIT, &r->names, &r->items, err);
  return error_set(err, LEHR_EINPUT, "%s holds no batch: neither /batch nor /models is there",
                   path);
}

lehr_status batch_reader_open(const char *path, bool is_trusted, batch_reader **out,
                              lehr_error *err) {
  *out = NULL;
  batch_reader *r = calloc(1, sizeof *r);
  if (!r) return error_memory(err, sizeof *r);
  const lehr_status status = open_batch(r, path, is_trusted, err);
  if (status != LEHR_OK) {
    batch_reader_close(r);
    return status;
  }
  *out = r;
  return LEHR_OK;
}

int64_t batch_reader_items(const batch_reader *r) { return r->items; }
h5_reader *batch_reader_file(batch_reader *r) { return r->file; }

void batch_reader_close(batch_reader *r) {
  if (!r) return;
  h5_close(r->file);
  free(r->names);
  free(r);
}

/* ---- Windows of columns ---- */

/* Part of a column that goes into a window. */
typedef struct part {
  const char *path;
  h5_type type;
  int64_t start, count;
} part;

/* The window's next store, with room for `bytes`. */
static void *room_for(batch_window *w, size_t bytes) {
  window_store *s = &w->stores[w->n_stores++];
  if (bytes < s->bytes) return s->data;
  free(s->data);
  *s = (window_store){.data = malloc(bytes + bytes / 4 + 1)};
  if (s->data) s->bytes = bytes + bytes / 4 + 1;
  return s->data;
}

/* Values into a store; *out, a pointer of their type, points to them. */
static lehr_status read_part(const batch_reader *r, batch_window *w, part p, void *out,
                             lehr_error *err) {
  size_t bytes;
  void *values =
      size_mul((size_t)p.count, h5_type_bytes(p.type), &bytes) ? room_for(w, bytes) : NULL;
  *(void **)out = values;
  if (!values) return error_memory(err, (uint64_t)p.count * h5_type_bytes(p.type));
  return h5_read_part(r->file, p.path, p.type, p.start, p.count, values, err);
}

/* Offsets of the items and one more, checked to ascend within the column they point into. */
static lehr_status read_offsets(const batch_reader *r, batch_window *w, part p, int64_t limit,
                                int64_t **out, lehr_error *err) {
  const int64_t count = p.count;
  p.type = H5_INT64;
  p.count++;
  LEHR_TRY(read_part(r, w, p, out, err));
  const int64_t *offset = *out;
  if (offset[0] < 0 || offset[count] > limit || (p.start == 0 && offset[0] != 0))
    return contradiction(r, p.path, err);
  for (int64_t k = 0; k < count; k++)
    if (offset[k + 1] < offset[k]) return contradiction(r, p.path, err);
  return LEHR_OK;
}

/* As many of the `count` items as fit WINDOW_BYTES, at least one. */
static int64_t fitting(const batch_window *w, int64_t count) {
  for (int64_t k = 1; k < count; k++) {
    const int64_t bytes =
        (w->linear_ptr[k + 1] - w->linear_ptr[0]) * 8 + (w->quad_ptr[k + 1] - w->quad_ptr[0]) * 16;
    if (bytes > WINDOW_BYTES) return k;
  }
  return count;
}

static lehr_status read_values(const batch_reader *r, batch_window *w, part p, bool is_exact,
                               batch_values *out, lehr_error *err) {
  p.type = is_exact ? H5_INT64 : H5_REAL64;
  return is_exact ? read_part(r, w, p, &out->exact, err) : read_part(r, w, p, &out->real, err);
}

static lehr_status read_group_columns(const batch_reader *r, batch_window *w, lehr_error *err) {
  LEHR_TRY(read_offsets(r, w, (part){"/batch/group_model_ptr", H5_INT64, w->first, w->count},
                        r->n_groups, &w->group_model_ptr, err));
  const int64_t first = w->group_model_ptr[0], groups = w->group_model_ptr[w->count] - first;
  LEHR_TRY(read_offsets(r, w, (part){"/batch/group_ptr", H5_INT64, first, groups}, r->n_members,
                        &w->group_ptr, err));
  LEHR_TRY(
      read_part(r, w, (part){"/batch/group_kind", H5_INT32, first, groups}, &w->group_kind, err));
  LEHR_TRY(read_part(r, w, (part){"/batch/group_k", H5_INT32, first, groups}, &w->group_k, err));
  const int64_t member = w->group_ptr[0], members = w->group_ptr[groups] - member;
  return read_part(r, w, (part){"/batch/group_idx", H5_INT32, member, members}, &w->group_idx, err);
}

/* One value per item. */
static lehr_status read_item_columns(const batch_reader *r, batch_window *w, lehr_error *err) {
  const int64_t first = w->first, count = w->count;
  LEHR_TRY(read_part(r, w, (part){"/batch/n", H5_INT32, first, count}, &w->n, err));
  if (r->has_vartype)
    LEHR_TRY(read_part(r, w, (part){"/batch/vartype", H5_INT32, first, count}, &w->vartype, err));
  if (r->has_offset)
    LEHR_TRY(read_part(r, w, (part){"/batch/offset", H5_REAL64, first, count}, &w->offset, err));
  if (r->has_scale)
    LEHR_TRY(read_part(r, w, (part){"/batch/scale", H5_REAL64, first, count}, &w->scale, err));
  if (!r->has_name) return LEHR_OK;
  return h5_read_strings(r->file, "/batch/name", first, count, &w->names, err);
}

static lehr_status read_columns(const batch_reader *r, batch_window *w, int64_t count,
                                lehr_error *err) {
  const int64_t first = w->first;
  LEHR_TRY(read_offsets(r, w, (part){"/batch/linear_ptr", H5_INT64, first, count}, r->n_linear,
                        &w->linear_ptr, err));
  LEHR_TRY(read_offsets(r, w, (part){"/batch/quad_ptr", H5_INT64, first, count}, r->n_quad,
                        &w->quad_ptr, err));
  count = w->count = fitting(w, count);
  LEHR_TRY(read_item_columns(r, w, err));
  const int64_t linear = w->linear_ptr[0], n_linear = w->linear_ptr[count] - linear;
  const int64_t quad = w->quad_ptr[0], n_quad = w->quad_ptr[count] - quad;
  LEHR_TRY(read_values(r, w, (part){"/batch/linear", H5_INT64, linear, n_linear},
                       r->is_linear_exact, &w->linear, err));
  LEHR_TRY(read_part(r, w, (part){"/batch/row", H5_INT32, quad, n_quad}, &w->row, err));
  LEHR_TRY(read_part(r, w, (part){"/batch/col", H5_INT32, quad, n_quad}, &w->col, err));
  LEHR_TRY(read_values(r, w, (part){"/batch/quad_val", H5_INT64, quad, n_quad}, r->is_quad_exact,
                       &w->quad, err));
  return r->has_groups ? read_group_columns(r, w, err) : LEHR_OK;
}

/* item-000000 and so on, as one block. */
static lehr_status make_names(batch_window *w, lehr_error *err) {
  enum { NAME_BYTES = 28 };
  const size_t count = (size_t)w->count;
  char **names = malloc(count * (sizeof *names + NAME_BYTES));
  if (!names) return error_memory(err, count * NAME_BYTES);
  char *text = (char *)(names + count);
  for (size_t k = 0; k < count; k++, text += NAME_BYTES) {
    snprintf(text, NAME_BYTES, "item-%06" PRId64, w->first + (int64_t)k);
    names[k] = text;
  }
  w->names = names;
  return LEHR_OK;
}

/* ---- Windows of an archive ---- */

/* Reasons go into results, which do not depend on where the input lay. */
static lehr_error without_path(const batch_reader *r, const lehr_error *why) {
  lehr_error shorter = *why;
  const char *path = h5_reader_path(r->file);
  const size_t length = strlen(path);
  if (strncmp(why->text, path, length) == 0 && strncmp(why->text + length, ": ", 2) == 0)
    memmove(shorter.text, why->text + length + 2, strlen(why->text + length + 2) + 1);
  return shorter;
}

/* A model that cannot be read is that item's failure, unless the reader itself has ended. */
static lehr_status read_member(const batch_reader *r, batch_window *w, int64_t k, lehr_error *err) {
  char group[400], extra[400];
  h5_kind kind;
  lehr_error why = {0};
  const char *name = r->names[w->first + k];
  snprintf(group, sizeof group, "/models/%.300s/model", name);
  snprintf(extra, sizeof extra, "/models/%.300s/lehr", name);
  LEHR_TRY(h5_kind_of(r->file, group, &kind, err));
  if (kind == H5_NOTHING) snprintf(group, sizeof group, "/models/%.300s", name);
  if (hdf5_model_read(r->file, group, extra, &w->models[k], NULL, &why) == LEHR_OK) return LEHR_OK;
  LEHR_TRY(h5_kind_of(r->file, "/models", &kind, err));
  w->reasons[k] = without_path(r, &why);
  return LEHR_OK;
}

static lehr_status read_archive(const batch_reader *r, batch_window *w, int64_t count,
                                lehr_error *err) {
  size_t bytes = 0;
  w->count = count < ARCHIVE_ITEMS ? count : ARCHIVE_ITEMS;
  for (int64_t k = 0; k < w->count; k++) bytes += strlen(r->names[w->first + k]) + 1;
  const size_t items = (size_t)w->count;
  w->models = memory_array(items, sizeof *w->models);
  w->reasons = memory_array(items, sizeof *w->reasons);
  w->names = malloc(items * sizeof *w->names + bytes);
  if (!w->models || !w->reasons || !w->names) return error_memory(err, bytes);
  for (int64_t k = 0; k < w->count; k++) LEHR_TRY(read_member(r, w, k, err));
  char *text = (char *)(w->names + items);
  for (size_t k = 0; k < items; k++) {
    w->names[k] = strcpy(text, r->names[w->first + (int64_t)k]);
    text += strlen(text) + 1;
  }
  return LEHR_OK;
}

lehr_status batch_reader_refill(batch_reader *r, int64_t first, int64_t end, batch_window *w,
                                lehr_error *err) {
  const int64_t left = end - first, count = left < WINDOW_ITEMS ? left : WINDOW_ITEMS;
  batch_window_clear(w);
  w->first = first;
  lehr_status status = r->names ? read_archive(r, w, count, err) : read_columns(r, w, count, err);
  if (status == LEHR_OK && !w->names) status = make_names(w, err);
  return status;
}

lehr_status batch_reader_window(batch_reader *r, int64_t first, int64_t end, batch_window **out,
                                lehr_error *err) {
  *out = NULL;
  batch_window *w = calloc(1, sizeof *w);
  if (!w) return error_memory(err, sizeof *w);
  const lehr_status status = batch_reader_refill(r, first, end, w, err);
  if (status != LEHR_OK) {
    batch_window_free(w);
    return status;
  }
  *out = w;
  return LEHR_OK;
}
