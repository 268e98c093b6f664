/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/meta.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 1000, MAX_NAME = 80 };

static lehr_status check_column(h5_reader *file, meta_columns *m, int64_t k, int64_t rows,
                                lehr_error *err) {
  char path[160];
  h5_shape shape;
  if (strlen(m->names[k]) > MAX_NAME)
    return error_set(err, LEHR_EINPUT, "%s: a name in %s is too long", h5_reader_path(file),
                     m->group);
  snprintf(path, sizeof path, "%s/%s", m->group, m->names[k]);
  LEHR_TRY(h5_shape_of(file, path, &shape, err));
  if (shape.rank != 1 || shape.dims[0] != rows)
    return error_set(err, LEHR_EINPUT, "%s: %s does not have one value per item",
                     h5_reader_path(file), path);
  m->types[k] = shape.type;
  return LEHR_OK;
}

lehr_status meta_open(h5_reader *file, const char *group, int64_t rows, meta_columns *out,
                      lehr_error *err) {
  h5_kind kind;
  *out = (meta_columns){.group = group};
  LEHR_TRY(h5_kind_of(file, group, &kind, err));
  if (kind != H5_GROUP_OBJECT) return LEHR_OK;
  LEHR_TRY(h5_list(file, group, MAX_COLUMNS, &out->names, &out->count, err));
  out->types = memory_array((size_t)out->count, sizeof *out->types);
  lehr_status status = out->types ? LEHR_OK : error_memory(err, sizeof *out->types);
  for (int64_t k = 0; k < out->count && status == LEHR_OK; k++)
    status = check_column(file, out, k, rows, err);
  if (status != LEHR_OK) meta_free(out);
  return status;
}

bool meta_equal(const meta_columns *a, const meta_columns *b) {
  bool is_equal = a->count == b->count;
  for (int64_t k = 0; is_equal && k < a->count; k++)
    is_equal = strcmp(a->names[k], b->names[k]) == 0 && a->types[k] == b->types[k];
  return is_equal;
}

void meta_free(meta_columns *m) {
  free(m->names);
  free(m->types);
  m->names = NULL;
  m->types = NULL;
  m->count = 0;
}
