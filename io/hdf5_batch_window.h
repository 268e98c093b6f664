/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_batch_window.h - the inside of a batch_window: slices of the columns of a batch. */
#ifndef LEHR_IO_HDF5_BATCH_WINDOW_H
#define LEHR_IO_HDF5_BATCH_WINDOW_H

#include "lehr/model.h"

#include <stddef.h>

/* Coefficients as the file has them: exactly one of the two. */
typedef struct batch_values {
  int64_t *exact;
  double *real;
} batch_values;

/* Memory of one column, kept from one filling of the window to the next: taking it from the system
 * each time costs more than reading the values into it. */
typedef struct window_store {
  void *data;
  size_t bytes;
} window_store;

enum { WINDOW_COLUMNS = 16 };

struct batch_window {
  int64_t first, count;
  char **names; /* [count], one block */
  window_store stores[WINDOW_COLUMNS];
  int n_stores; /* used by this filling */
  /* Columns, in the stores; offsets count from the start of the file's columns, not of the
   * window's. */
  int32_t *n, *vartype; /* vartype NULL: binary */
  double *offset, *scale;
  int64_t *linear_ptr, *quad_ptr; /* [count + 1] */
  batch_values linear, quad;
  int32_t *row, *col;
  int64_t *group_model_ptr, *group_ptr; /* NULL: no groups */
  int32_t *group_idx, *group_kind, *group_k;
  /* Or, from an archive, models and why those that are missing could not be read. */
  lehr_model **models;
  lehr_error *reasons;
};

/* Forgets what the window holds, but for the memory of its columns. */
void batch_window_clear(struct batch_window *w);

#endif
