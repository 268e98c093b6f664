/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_result.h"
#include "lehr/solve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_ROWS = 4096 };
/* Bits and reads of one window; rows are fewer where they are long. */
static const int64_t window_values = 1 << 22;

struct result_reader {
  h5_reader *file;
  result_header header;
  char *engine, *options, *input_sha256;
};

struct result_window {
  int64_t count;
  char **names, **reasons;
  double *energy, *bound, *read_energy;
  int64_t *energy_int, *bits_ptr, *reads_ptr, *read_count;
  uint8_t *bits;
  int8_t *status, *proven, *feasible;
};

static lehr_status odd(const result_reader *r, const char *what, lehr_error *err) {
  return error_set(err, LEHR_EINPUT, "%s: /result %s", h5_reader_path(r->file), what);
}

/* ---- The header ---- */

static lehr_status read_shard(result_reader *r, lehr_error *err) {
  char *text = NULL;
  long long shard = 0, shards = 1;
  LEHR_TRY(h5_attribute_string(r->file, "/result", "shard", &text, err));
  const bool is_fine = !text || (sscanf(text, "%lld/%lld", &shard, &shards) == 2 && shard >= 0 &&
                                 shards > 1 && shard < shards);
  free(text);
  if (!is_fine) return odd(r, "has a wrong shard attribute", err);
  r->header.shard = shard;
  r->header.shards = shards;
  return LEHR_OK;
}

static lehr_status column_length(result_reader *r, const char *path, int64_t *length,
                                 lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(h5_shape_of(r->file, path, &shape, err));
  if (shape.rank != 1) return odd(r, "has a column that is not one-dimensional", err);
  *length = shape.dims[0];
  return LEHR_OK;
}

static lehr_status require_length(result_reader *r, const char *path, int64_t expected,
                                  lehr_error *err) {
  int64_t length = 0;
  LEHR_TRY(column_length(r, path, &length, err));
  return length == expected ? LEHR_OK : odd(r, "has columns of different lengths", err);
}

static lehr_status read_lengths(result_reader *r, lehr_error *err) {
  static const char *const by_item[] = {"/result/energy", "/result/status",
                                        "/result/proven", "/result/feasible",
                                        "/result/bound",  "/result/failed_reason"};
  result_header *h = &r->header;
  h5_kind kind;
  LEHR_TRY(column_length(r, "/result/name", &h->rows, err));
  for (size_t k = 0; k < sizeof by_item / sizeof by_item[0]; k++)
    LEHR_TRY(require_length(r, by_item[k], h->rows, err));
  LEHR_TRY(require_length(r, "/result/bits_ptr", h->rows + 1, err));
  LEHR_TRY(column_length(r, "/result/bits", &h->bits, err));
  LEHR_TRY(h5_kind_of(r->file, "/result/energy_int", &kind, err));
  h->has_exact = kind != H5_NOTHING;
  if (h->has_exact) LEHR_TRY(require_length(r, "/result/energy_int", h->rows, err));
  LEHR_TRY(h5_kind_of(r->file, "/result/reads_ptr", &kind, err));
  h->has_reads = kind != H5_NOTHING;
  if (!h->has_reads) return LEHR_OK;
  LEHR_TRY(require_length(r, "/result/reads_ptr", h->rows + 1, err));
  LEHR_TRY(column_length(r, "/result/read_energy", &h->reads, err));
  return require_length(r, "/result/read_count", h->reads, err);
}

static lehr_status read_header(result_reader *r, lehr_error *err) {
  int64_t seed = 0;
  r->header.items = -1;
  LEHR_TRY(h5_attribute_string(r->file, "/result", "engine", &r->engine, err));
  LEHR_TRY(h5_attribute_string(r->file, "/result", "options", &r->options, err));
  LEHR_TRY(h5_attribute_string(r->file, "/result", "input_sha256", &r->input_sha256, err));
  LEHR_TRY(h5_attribute_int(r->file, "/result", "seed", &seed, err));
  LEHR_TRY(h5_attribute_int(r->file, "/result", "items", &r->header.items, err));
  if (!r->engine || !r->options || !r->input_sha256 || r->header.items < 0)
    return odd(r, "lacks the attributes of a batch result", err);
  r->header.engine = r->engine;
  r->header.options = r->options;
  r->header.input_sha256 = r->input_sha256;
  r->header.seed = (uint64_t)seed;
  LEHR_TRY(read_shard(r, err));
  LEHR_TRY(read_lengths(r, err));
  return r->header.rows <= r->header.items ? LEHR_OK : odd(r, "has more rows than items", err);
}

lehr_status result_reader_open(const char *path, bool is_trusted, result_reader **out,
                               lehr_error *err) {
  *out = NULL;
  result_reader *r = calloc(1, sizeof *r);
  if (!r) return error_memory(err, sizeof *r);
  lehr_status status = h5_open(path, is_trusted, &r->file, err);
  if (status == LEHR_OK) status = read_header(r, err);
  if (status != LEHR_OK) {
    result_reader_close(r);
    return status;
  }
  *out = r;
  return LEHR_OK;
}

const result_header *result_reader_header(const result_reader *r) { return &r->header; }
h5_reader *result_reader_file(result_reader *r) { return r->file; }

void result_reader_close(result_reader *r) {
  if (!r) return;
  h5_close(r->file);
  free(r->engine);
  free(r->options);
  free(r->input_sha256);
  free(r);
}

/* ---- Rows ---- */

static lehr_status read_new(const result_reader *r, const char *path, h5_type type, int64_t start,
                            int64_t count, void *out, lehr_error *err) {
  void *values = memory_array((size_t)count, h5_type_bytes(type));
  *(void **)out = values;
  if (!values) return error_memory(err, (uint64_t)count * h5_type_bytes(type));
  return h5_read_part(r->file, path, type, start, count, values, err);
}

static lehr_status read_offsets(const result_reader *r, const char *path, int64_t first,
                                int64_t count, int64_t limit, int64_t **out, lehr_error *err) {
  LEHR_TRY(read_new(r, path, H5_INT64, first, count + 1, out, err));
  const int64_t *offset = *out;
  bool is_fine = offset[0] >= 0 && offset[count] <= limit;
  for (int64_t k = 0; k < count; k++) is_fine &= offset[k] <= offset[k + 1];
  return is_fine ? LEHR_OK : odd(r, "has offsets that do not ascend", err);
}

/* At least one row, as many as stay within window_values. */
static int64_t fitting(const int64_t offset[], int64_t count) {
  while (count > 1 && offset[count] - offset[0] > window_values) count /= 2;
  return count;
}

static lehr_status read_long_columns(const result_reader *r, int64_t first, result_window *w,
                                     lehr_error *err) {
  const result_header *h = &r->header;
  LEHR_TRY(read_offsets(r, "/result/bits_ptr", first, w->count, h->bits, &w->bits_ptr, err));
  w->count = fitting(w->bits_ptr, w->count);
  if (h->has_reads) {
    LEHR_TRY(read_offsets(r, "/result/reads_ptr", first, w->count, h->reads, &w->reads_ptr, err));
    w->count = fitting(w->reads_ptr, w->count);
    const int64_t from = w->reads_ptr[0], reads = w->reads_ptr[w->count] - from;
    LEHR_TRY(read_new(r, "/result/read_energy", H5_REAL64, from, reads, &w->read_energy, err));
    LEHR_TRY(read_new(r, "/result/read_count", H5_INT64, from, reads, &w->read_count, err));
  }
  const int64_t from = w->bits_ptr[0];
  return read_new(r, "/result/bits", H5_UINT8, from, w->bits_ptr[w->count] - from, &w->bits, err);
}

static lehr_status read_rows(const result_reader *r, int64_t first, result_window *w,
                             lehr_error *err) {
  LEHR_TRY(read_long_columns(r, first, w, err));
  const int64_t n = w->count;
  LEHR_TRY(h5_read_strings(r->file, "/result/name", first, n, &w->names, err));
  LEHR_TRY(h5_read_strings(r->file, "/result/failed_reason", first, n, &w->reasons, err));
  LEHR_TRY(read_new(r, "/result/energy", H5_REAL64, first, n, &w->energy, err));
  LEHR_TRY(read_new(r, "/result/bound", H5_REAL64, first, n, &w->bound, err));
  LEHR_TRY(read_new(r, "/result/status", H5_INT8, first, n, &w->status, err));
  LEHR_TRY(read_new(r, "/result/proven", H5_INT8, first, n, &w->proven, err));
  LEHR_TRY(read_new(r, "/result/feasible", H5_INT8, first, n, &w->feasible, err));
  for (int64_t k = 0; k < n; k++)
    if (w->status[k] < LEHR_SOLVE_UNKNOWN || w->status[k] > LEHR_SOLVE_INFEASIBLE)
      return odd(r, "has an unknown status", err);
  if (!r->header.has_exact) return LEHR_OK;
  return read_new(r, "/result/energy_int", H5_INT64, first, n, &w->energy_int, err);
}

lehr_status result_reader_window(result_reader *r, int64_t first, result_window **out,
                                 lehr_error *err) {
  const int64_t left = r->header.rows - first;
  *out = NULL;
  result_window *w = calloc(1, sizeof *w);
  if (!w) return error_memory(err, sizeof *w);
  w->count = left < WINDOW_ROWS ? left : WINDOW_ROWS;
  const lehr_status status = read_rows(r, first, w, err);
  if (status != LEHR_OK) {
    result_window_free(w);
    return status;
  }
  *out = w;
  return LEHR_OK;
}

int64_t result_window_count(const result_window *w) { return w->count; }

result_row result_window_row(const result_window *w, int64_t k) {
  const int64_t bits = w->bits_ptr[k] - w->bits_ptr[0];
  result_row row = {.name = w->names[k],
                    .failed_reason = w->reasons[k],
                    .energy = w->energy[k],
                    .energy_int = w->energy_int ? w->energy_int[k] : INT64_MIN,
                    .bits = w->bits + bits,
                    .bits_bytes = w->bits_ptr[k + 1] - w->bits_ptr[k],
                    .status = w->status[k],
                    .proven = w->proven[k],
                    .feasible = w->feasible[k],
                    .bound = w->bound[k]};
  if (w->reads_ptr) {
    const int64_t reads = w->reads_ptr[k] - w->reads_ptr[0];
    row.n_reads = w->reads_ptr[k + 1] - w->reads_ptr[k];
    row.read_energy = w->read_energy + reads;
    row.read_count = w->read_count + reads;
  }
  return row;
}

void result_window_free(result_window *w) {
  if (!w) return;
  free(w->names);
  free(w->reasons);
  free(w->energy);
  free(w->bound);
  free(w->read_energy);
  free(w->energy_int);
  free(w->bits_ptr);
  free(w->reads_ptr);
  free(w->read_count);
  free(w->bits);
  free(w->status);
  free(w->proven);
  free(w->feasible);
  free(w);
}
