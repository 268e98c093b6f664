/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_column.h - a 1-D dataset written from front to back in pieces of any size.
 *
 * Values are collected and written in whole chunks, so the bytes of the file do not depend on how
 * the values were cut, and memory does not grow with the column. */
#ifndef LEHR_IO_HDF5_COLUMN_H
#define LEHR_IO_HDF5_COLUMN_H

#include "io/hdf5_util.h"

typedef struct h5_column {
  h5_writer *writer;
  char path[128];
  h5_type type;
  int64_t total, written; /* values of the dataset; those already handed to the writer */
  int64_t held, capacity; /* values in the buffer */
  unsigned char *buffer;  /* numbers */
  char **strings;         /* or strings, each owned */
} h5_column;

/* Makes the dataset with room for `total` values. Failures go to the writer. */
void h5_column_open(h5_column *c, h5_writer *w, const char *path, h5_type type, int64_t total);
/* Appends values of the column's type. */
void h5_column_put(h5_column *c, const void *values, int64_t count);
void h5_column_put_string(h5_column *c, const char *value);
/* Appends a part of a 1-D dataset of another file, of the same kind of values. */
lehr_status h5_column_copy(h5_column *c, h5_reader *from, const char *path, int64_t start,
                           int64_t count, lehr_error *err);
/* Writes what is left; EINTERNAL to the writer if it is not exactly `total` values. A column that
 * was never opened (all zeros) is fine. */
void h5_column_close(h5_column *c);
/* Frees the buffer of a column that will not be completed. */
void h5_column_discard(h5_column *c);

#endif
