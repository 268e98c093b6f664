/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_batch_window.h - the inside of a batch_window: slices of the columns of a batch. */
#ifndef LEHR_IO_HDF5_BATCH_WINDOW_H
#define LEHR_IO_HDF5_BATCH_WINDOW_H

#include "lehr/model.h"

/* Coefficients as the file has them: exactly one of the two. */
typedef struct batch_values {
  int64_t *exact;
  double *real;
} batch_values;

struct batch_window {
  int64_t first, count;
  char **names; /* [count], one block */
  /* Columns; offsets count from the start of the file's columns, not of the window's. */
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

#endif
