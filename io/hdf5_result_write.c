/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_result.h"

#include "base/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  NAME,
  ENERGY,
  ENERGY_INT,
  BITS_PTR,
  BITS,
  STATUS,
  PROVEN,
  FEASIBLE,
  BOUND,
  FAILED_REASON,
  READS_PTR,
  READ_ENERGY,
  READ_COUNT,
  N_COLUMNS
};

/* Which dimension a column has. */
typedef enum axis { BY_ITEM, BY_EDGE, BY_BYTE, BY_READ } axis;

static const struct {
  const char *path;
  h5_type type;
  axis axis;
} columns[N_COLUMNS] = {
    [NAME] = {"/result/name", H5_STRING, BY_ITEM},
    [ENERGY] = {"/result/energy", H5_REAL64, BY_ITEM},
    [ENERGY_INT] = {"/result/energy_int", H5_INT64, BY_ITEM},
    [BITS_PTR] = {"/result/bits_ptr", H5_INT64, BY_EDGE},
    [BITS] = {"/result/bits", H5_UINT8, BY_BYTE},
    [STATUS] = {"/result/status", H5_INT8, BY_ITEM},
    [PROVEN] = {"/result/proven", H5_INT8, BY_ITEM},
    [FEASIBLE] = {"/result/feasible", H5_INT8, BY_ITEM},
    [BOUND] = {"/result/bound", H5_REAL64, BY_ITEM},
    [FAILED_REASON] = {"/result/failed_reason", H5_STRING, BY_ITEM},
    [READS_PTR] = {"/result/reads_ptr", H5_INT64, BY_EDGE},
    [READ_ENERGY] = {"/result/read_energy", H5_REAL64, BY_READ},
    [READ_COUNT] = {"/result/read_count", H5_INT64, BY_READ},
};

struct result_writer {
  h5_writer *file;
  result_header header;
  h5_column column[N_COLUMNS];
  int64_t bits, reads; /* so far */
  int64_t n_meta;
};

static bool has_column(const result_header *h, int k) {
  if (k == ENERGY_INT) return h->has_exact;
  return k < READS_PTR || h->has_reads;
}

static int64_t length_of(const result_header *h, axis a) {
  switch (a) {
  case BY_EDGE:
    return h->rows + 1;
  case BY_BYTE:
    return h->bits;
  case BY_READ:
    return h->reads;
  case BY_ITEM:
    break;
  }
  return h->rows;
}

static void put_header(h5_writer *w, const result_header *h) {
  h5_make_group(w, "/result");
  h5_put_attribute_string(w, "/result", "engine", h->engine);
  h5_put_attribute_string(w, "/result", "options", h->options);
  h5_put_attribute_int(w, "/result", "seed", (int64_t)h->seed);
  h5_put_attribute_string(w, "/result", "input_sha256", h->input_sha256);
  h5_put_attribute_int(w, "/result", "items", h->items);
  if (h->shards > 1) {
    char shard[48];
    snprintf(shard, sizeof shard, "%lld/%lld", (long long)h->shard, (long long)h->shards);
    h5_put_attribute_string(w, "/result", "shard", shard);
  }
}

static void put_source(h5_writer *w, const result_header *h) {
  char text[200];
  snprintf(text, sizeof text,
           "best samples of engine %.40s, seed %llu, for the batch with SHA-256 %.64s", h->engine,
           (unsigned long long)h->seed, h->input_sha256);
  h5_put_attribute_string(w, "/", "source", text);
}

lehr_status result_writer_create(const char *path, const result_header *header, result_writer **out,
                                 lehr_error *err) {
  *out = NULL;
  result_writer *w = calloc(1, sizeof *w);
  if (!w) return error_memory(err, sizeof *w);
  w->header = *header;
  const uint64_t bytes = (uint64_t)header->rows * 128 + (uint64_t)header->bits +
                         (header->has_reads ? (uint64_t)header->reads * 16 : 0);
  const lehr_status status = h5_writer_create(path, "batch result", bytes, &w->file, err);
  if (status != LEHR_OK) {
    free(w);
    return status;
  }
  put_header(w->file, header);
  put_source(w->file, header);
  for (int k = 0; k < N_COLUMNS; k++)
    if (has_column(header, k))
      h5_column_open(&w->column[k], w->file, columns[k].path, columns[k].type,
                     length_of(header, columns[k].axis));
  const int64_t zero = 0;
  h5_column_put(&w->column[BITS_PTR], &zero, 1);
  if (header->has_reads) h5_column_put(&w->column[READS_PTR], &zero, 1);
  *out = w;
  return LEHR_OK;
}

void result_writer_add(result_writer *w, const result_row *row) {
  h5_column *c = w->column;
  w->bits += row->bits_bytes;
  h5_column_put_string(&c[NAME], row->name);
  h5_column_put(&c[ENERGY], &row->energy, 1);
  if (w->header.has_exact) h5_column_put(&c[ENERGY_INT], &row->energy_int, 1);
  h5_column_put(&c[BITS_PTR], &w->bits, 1);
  h5_column_put(&c[BITS], row->bits, row->bits_bytes);
  h5_column_put(&c[STATUS], &row->status, 1);
  h5_column_put(&c[PROVEN], &row->proven, 1);
  h5_column_put(&c[FEASIBLE], &row->feasible, 1);
  h5_column_put(&c[BOUND], &row->bound, 1);
  h5_column_put_string(&c[FAILED_REASON], row->failed_reason);
  if (!w->header.has_reads) return;
  w->reads += row->n_reads;
  h5_column_put(&c[READS_PTR], &w->reads, 1);
  h5_column_put(&c[READ_ENERGY], row->read_energy, row->n_reads);
  h5_column_put(&c[READ_COUNT], row->read_count, row->n_reads);
}

void result_writer_meta(result_writer *w, const char *name, h5_type type, h5_column *column) {
  char path[128];
  snprintf(path, sizeof path, "/result/meta/%.100s", name);
  if (w->n_meta++ == 0) h5_make_group(w->file, "/result/meta");
  h5_column_open(column, w->file, path, type, w->header.rows);
}

/* Names for every dimension, and what the numbers mean. */
static void describe(result_writer *w) {
  static const char *const scales[] = {[BY_ITEM] = "/result/name",
                                       [BY_EDGE] = "/result/item_edge",
                                       [BY_BYTE] = "/result/byte",
                                       [BY_READ] = "/result/read"};
  static const int8_t statuses[] = {0, 1, 2, 3}, answers[] = {0, 1};
  const double nan = NAN;
  const int64_t lowest = INT64_MIN + 1;
  const result_header *h = &w->header;
  h5_make_scale(w->file, scales[BY_ITEM]);
  h5_make_dimension(w->file, scales[BY_EDGE], h->rows + 1);
  h5_make_dimension(w->file, scales[BY_BYTE], h->bits);
  if (h->has_reads) h5_make_dimension(w->file, scales[BY_READ], h->reads);
  for (int k = NAME + 1; k < N_COLUMNS; k++)
    if (has_column(h, k)) h5_attach_scale(w->file, columns[k].path, 0, scales[columns[k].axis]);
  const char *status = columns[STATUS].path;
  h5_put_attribute_array(w->file, status, "flag_values", H5_INT8, 4, statuses);
  h5_put_attribute_string(w->file, status, "flag_meanings", "unknown feasible optimal infeasible");
  for (int k = PROVEN; k <= FEASIBLE; k++) {
    h5_put_attribute_array(w->file, columns[k].path, "flag_values", H5_INT8, 2, answers);
    h5_put_attribute_string(w->file, columns[k].path, "flag_meanings", "no yes");
  }
  h5_put_attribute_array(w->file, columns[ENERGY].path, "_FillValue", H5_REAL64, 1, &nan);
  h5_put_attribute_array(w->file, columns[BOUND].path, "_FillValue", H5_REAL64, 1, &nan);
  if (h->has_exact)
    /* No _FillValue: xarray would turn the whole column into doubles to put NaN there. */
    h5_put_attribute_array(w->file, columns[ENERGY_INT].path, "valid_min", H5_INT64, 1, &lowest);
}

lehr_status result_writer_publish(result_writer *w, lehr_error *err) {
  for (int k = 0; k < N_COLUMNS; k++) h5_column_close(&w->column[k]);
  describe(w);
  const lehr_status status = h5_writer_publish(w->file, err);
  free(w);
  return status;
}

void result_writer_discard(result_writer *w) {
  if (!w) return;
  for (int k = 0; k < N_COLUMNS; k++) h5_column_discard(&w->column[k]);
  h5_writer_discard(w->file);
  free(w);
}
