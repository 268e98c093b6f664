/* SPDX-License-Identifier: Apache-2.0 */
/* Labels, names and structure of a QUBin group. */
#include "base/error.h"
#include "io/hdf5_model_source.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above so many variables a model must list them: a number alone is cheap to write. */
static const int32_t unlisted_limit = 1 << 20;

static lehr_status set_labels(const model_source *s, char *const labels[]) {
  for (int32_t i = 0; i < s->n; i++)
    if (lehr_builder_set_label(s->builder, i, labels[i]) != LEHR_OK)
      return error_memory(s->err, strlen(labels[i]));
  return LEHR_OK;
}

/* Labels that are just 0..n-1 are none. */
static lehr_status set_number_labels(const model_source *s, const int64_t labels[]) {
  char text[32];
  bool is_plain = true;
  for (int32_t i = 0; i < s->n; i++) is_plain &= labels[i] == i;
  for (int32_t i = 0; !is_plain && i < s->n; i++) {
    snprintf(text, sizeof text, "%" PRId64, labels[i]);
    if (lehr_builder_set_label(s->builder, i, text) != LEHR_OK) return error_memory(s->err, 32);
  }
  return LEHR_OK;
}

lehr_status model_source_read_labels(const model_source *s) {
  char path[MODEL_SOURCE_PATH];
  bool is_there;
  h5_shape shape;
  LEHR_TRY(model_source_has(s, s->group, "/variables", &is_there));
  if (!is_there && s->n > unlisted_limit)
    return model_source_fail(s, "/variables", "is missing for so many variables");
  if (!is_there) return LEHR_OK;
  model_source_path(path, s->group, "/variables");
  LEHR_TRY(h5_shape_of(s->r, path, &shape, s->err));
  if (shape.rank != 1 || shape.dims[0] != s->n)
    return model_source_fail(s, "/variables", "does not have one label per variable");
  lehr_status status;
  if (shape.type == H5_STRING) {
    char **labels;
    LEHR_TRY(h5_read_strings(s->r, path, 0, s->n, &labels, s->err));
    status = set_labels(s, labels);
    free(labels);
  } else {
    int64_t *labels, count;
    LEHR_TRY(h5_read_array(s->r, path, H5_INT64, s->n, (void **)&labels, &count, s->err));
    status = set_number_labels(s, labels);
    free(labels);
  }
  return status;
}

lehr_status model_source_read_name(const model_source *s) {
  char path[MODEL_SOURCE_PATH], *text;
  bool is_there;
  LEHR_TRY(model_source_has(s, s->group, "/metadata", &is_there));
  if (!is_there) return LEHR_OK;
  model_source_path(path, s->group, "/metadata");
  LEHR_TRY(h5_read_string(s->r, path, &text, s->err));
  json_t *metadata = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  free(text);
  const char *name = json_string_value(json_object_get(metadata, "name"));
  const lehr_status status = name ? lehr_builder_set_name(s->builder, name) : LEHR_OK;
  json_decref(metadata);
  return status;
}

typedef struct group_columns {
  int64_t *ptr, n_ptr;
  int32_t *idx, *kind, *k;
  int64_t n_idx, n_kind, n_k;
} group_columns;

static lehr_status read_group_columns(const model_source *s, group_columns *g) {
  char path[MODEL_SOURCE_PATH];
  bool has_k;
  model_source_path(path, s->extra, "/group_ptr");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT64, MODEL_SOURCE_ENTRIES, (void **)&g->ptr, &g->n_ptr,
                         s->err));
  model_source_path(path, s->extra, "/group_idx");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT32, MODEL_SOURCE_ENTRIES, (void **)&g->idx, &g->n_idx,
                         s->err));
  model_source_path(path, s->extra, "/group_kind");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT32, MODEL_SOURCE_ENTRIES, (void **)&g->kind, &g->n_kind,
                         s->err));
  LEHR_TRY(model_source_has(s, s->extra, "/group_k", &has_k));
  if (!has_k) return LEHR_OK;
  model_source_path(path, s->extra, "/group_k");
  return h5_read_array(s->r, path, H5_INT32, MODEL_SOURCE_ENTRIES, (void **)&g->k, &g->n_k, s->err);
}

static lehr_status add_groups(const model_source *s, const group_columns *g) {
  const int64_t count = g->n_ptr - 1;
  if (count < 0 || g->n_kind != count || (g->k && g->n_k != count) || g->ptr[0] != 0 ||
      g->ptr[count] != g->n_idx)
    return error_set(s->err, LEHR_EINPUT, "%s: the group columns in %s contradict each other",
                     h5_reader_path(s->r), s->extra);
  for (int64_t m = 0; m < count; m++) {
    if (g->ptr[m + 1] < g->ptr[m] || g->ptr[m + 1] > g->n_idx)
      return error_set(s->err, LEHR_EINPUT, "%s: %s/group_ptr is not ascending",
                       h5_reader_path(s->r), s->extra);
    LEHR_TRY(lehr_builder_add_group(s->builder, (lehr_group_kind)g->kind[m], g->idx + g->ptr[m],
                                    g->ptr[m + 1] - g->ptr[m], g->k ? g->k[m] : 1, s->err));
  }
  return LEHR_OK;
}

lehr_status model_source_read_groups(const model_source *s) {
  bool is_there;
  group_columns g = {0};
  LEHR_TRY(model_source_has(s, s->extra, "/lowrank", &is_there));
  if (is_there)
    return error_set(s->err, LEHR_EUNAVAILABLE, "%s: low-rank terms cannot be read yet",
                     h5_reader_path(s->r));
  LEHR_TRY(model_source_has(s, s->extra, "/group_ptr", &is_there));
  if (!is_there) return LEHR_OK;
  lehr_status status = read_group_columns(s, &g);
  if (status == LEHR_OK) status = add_groups(s, &g);
  free(g.ptr);
  free(g.idx);
  free(g.kind);
  free(g.k);
  return status;
}

lehr_status model_source_read_time_index(const model_source *s) {
  char path[MODEL_SOURCE_PATH];
  bool is_there;
  int32_t *index;
  int64_t count;
  LEHR_TRY(model_source_has(s, s->extra, "/time_index", &is_there));
  if (!is_there) return LEHR_OK;
  model_source_path(path, s->extra, "/time_index");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT32, s->n, (void **)&index, &count, s->err));
  lehr_status status = LEHR_OK;
  if (count != s->n)
    status = error_set(s->err, LEHR_EINPUT, "%s: %s does not have one value per variable",
                       h5_reader_path(s->r), path);
  else if (lehr_builder_set_time_index(s->builder, index) != LEHR_OK)
    status = error_memory(s->err, (uint64_t)count * 4);
  free(index);
  return status;
}
