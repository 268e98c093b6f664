/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/meta.h - columns that a batch carries along for its user (/batch/meta) and that
 * come out unchanged (/result/meta). */
#ifndef LEHR_WORKFLOWS_BATCH_META_H
#define LEHR_WORKFLOWS_BATCH_META_H

#include "io/hdf5_result.h"

typedef struct meta_columns {
  const char *group; /* "/batch/meta" or "/result/meta" */
  char **names;      /* [count], sorted */
  h5_type *types;    /* [count] */
  int64_t count;
} meta_columns;

/* Lists the columns of a group (static text), each of `rows` values; none if there is no such
 * group. EINPUT if a column has another shape or a type that cannot be carried. */
lehr_status meta_open(h5_reader *file, const char *group, int64_t rows, meta_columns *out,
                      lehr_error *err);
/* Whether both have the same columns. */
bool meta_equal(const meta_columns *a, const meta_columns *b);
void meta_free(meta_columns *m);

#endif
