/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_result.h - results of a batch, one row per item (/result, docs/batch.md).
 *
 * A file holds nothing that changes between equal runs, and its bytes depend on the rows only,
 * not on how they were cut into shards. */
#ifndef LEHR_IO_HDF5_RESULT_H
#define LEHR_IO_HDF5_RESULT_H

#include "io/hdf5_column.h"
#include "io/hdf5_util.h"

/* Facts about a whole result. */
typedef struct result_header {
  int64_t items;  /* of the input */
  int64_t rows;   /* of this file */
  int64_t bits;   /* bytes of packed bits, all rows */
  int64_t reads;  /* reads kept, all rows; with has_reads */
  bool has_exact; /* at least one row is exact: energy_int is there */
  bool has_reads; /* every read's energy is kept */
  int64_t shard;  /* this file is part `shard` of `shards`; shards 1: it is whole */
  int64_t shards;
  uint64_t seed;
  const char *engine, *options; /* options: effective ones, JSON */
  const char *input_sha256;
} result_header;

/* One item. */
typedef struct result_row {
  const char *name;
  const char *failed_reason; /* "" if it did not fail */
  double energy;             /* NaN if there is no sample */
  int64_t energy_int;        /* INT64_MIN unless exact */
  const uint8_t *bits;       /* [bits_bytes] best sample, packed, least significant first */
  int64_t bits_bytes;
  int8_t status; /* lehr_solve_status */
  int8_t proven, feasible;
  double bound; /* NaN if there is none */
  int64_t n_reads;
  const double *read_energy; /* [n_reads] */
  const int64_t *read_count; /* [n_reads] */
} result_row;

/* ---- Writing ---- */

typedef struct result_writer result_writer;

/* The header is copied, its texts are not needed later. */
lehr_status result_writer_create(const char *path, const result_header *header, result_writer **out,
                                 lehr_error *err);
void result_writer_add(result_writer *w, const result_row *row);
/* Starts a column of header->rows values in /result/meta, to be filled by h5_column_put and closed
 * by the caller before publishing. Columns in the order of their names. */
void result_writer_meta(result_writer *w, const char *name, h5_type type, h5_column *column);
lehr_status result_writer_publish(result_writer *w, lehr_error *err);
void result_writer_discard(result_writer *w);

/* ---- Reading ---- */

typedef struct result_reader result_reader;
typedef struct result_window result_window;

lehr_status result_reader_open(const char *path, bool is_trusted, result_reader **out,
                               lehr_error *err);
/* Texts belong to the reader. */
const result_header *result_reader_header(const result_reader *r);
h5_reader *result_reader_file(result_reader *r);
void result_reader_close(result_reader *r);

/* Rows first .. first + count - 1, count at most some thousand. */
lehr_status result_reader_window(result_reader *r, int64_t first, result_window **out,
                                 lehr_error *err);
int64_t result_window_count(const result_window *w);
/* Row k; its pointers belong to the window. */
result_row result_window_row(const result_window *w, int64_t k);
void result_window_free(result_window *w);

#endif
