/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "workflows/batch/setup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The shards in their order. */
typedef struct merger {
  result_reader **shard; /* [count] */
  meta_columns *meta;    /* [count] */
  int64_t count;
  lehr_error *err;
} merger;

static const result_header *header_of(const merger *m, int64_t k) {
  return result_reader_header(m->shard[k]);
}

static lehr_status misfit(const merger *m, const result_reader *r, const char *what) {
  return error_set(m->err, LEHR_EINPUT, "%s: %s",
                   h5_reader_path(result_reader_file((result_reader *)r)), what);
}

/* ---- Checks ---- */

/* Puts a reader at its place. */
static lehr_status place_shard(merger *m, result_reader *r) {
  const result_header *h = result_reader_header(r);
  lehr_status status = LEHR_OK;
  if (h->shards != m->count)
    status = error_set(m->err, LEHR_EINPUT,
                       "%s: is part of %" PRId64 ", but %" PRId64 " files were given",
                       h5_reader_path(result_reader_file(r)), h->shards, m->count);
  else if (m->shard[h->shard])
    status = misfit(m, r, "this shard was given twice");
  if (status != LEHR_OK) {
    result_reader_close(r);
    return status;
  }
  m->shard[h->shard] = r;
  return LEHR_OK;
}

static lehr_status open_shards(merger *m, const char *const paths[], bool is_trusted) {
  for (int64_t k = 0; k < m->count; k++) {
    result_reader *r;
    LEHR_TRY(result_reader_open(paths[k], is_trusted, &r, m->err));
    LEHR_TRY(place_shard(m, r));
  }
  return LEHR_OK;
}

static lehr_status check_shards(merger *m) {
  const result_header *a = header_of(m, 0);
  for (int64_t k = 0; k < m->count; k++) {
    const result_header *b = header_of(m, k);
    int64_t first, rows;
    batch_shard_block(a->items, k, m->count, &first, &rows);
    if (a->items != b->items || a->seed != b->seed || a->has_reads != b->has_reads ||
        strcmp(a->engine, b->engine) != 0 || strcmp(a->options, b->options) != 0 ||
        strcmp(a->input_sha256, b->input_sha256) != 0)
      return misfit(m, m->shard[k], "is of another input, other options or another seed");
    if (b->rows != rows) return misfit(m, m->shard[k], "does not have all rows of its shard");
    LEHR_TRY(meta_open(result_reader_file(m->shard[k]), "/result/meta", rows, &m->meta[k], m->err));
    if (!meta_equal(&m->meta[0], &m->meta[k]))
      return misfit(m, m->shard[k], "has other columns in /result/meta");
  }
  return LEHR_OK;
}

/* ---- Writing ---- */

static result_header whole_header(const merger *m) {
  result_header h = *header_of(m, 0);
  h.shard = 0;
  h.shards = 1;
  h.rows = h.items;
  h.bits = h.reads = 0;
  h.has_exact = false;
  for (int64_t k = 0; k < m->count; k++) {
    h.bits += header_of(m, k)->bits;
    h.reads += header_of(m, k)->reads;
    h.has_exact = h.has_exact || header_of(m, k)->has_exact;
  }
  return h;
}

static lehr_status add_shard(const merger *m, result_reader *r, result_writer *w) {
  const int64_t rows = result_reader_header(r)->rows;
  for (int64_t done = 0; done < rows;) {
    result_window *window;
    LEHR_TRY(result_reader_window(r, done, &window, m->err));
    for (int64_t k = 0; k < result_window_count(window); k++) {
      const result_row row = result_window_row(window, k);
      result_writer_add(w, &row);
    }
    done += result_window_count(window);
    result_window_free(window);
  }
  return LEHR_OK;
}

static lehr_status add_meta(const merger *m, int64_t column, result_writer *w) {
  char path[160];
  h5_column out;
  const char *name = m->meta[0].names[column];
  snprintf(path, sizeof path, "/result/meta/%s", name);
  result_writer_meta(w, name, m->meta[0].types[column], &out);
  for (int64_t k = 0; k < m->count; k++) {
    const lehr_status status = h5_column_copy(&out, result_reader_file(m->shard[k]), path, 0,
                                              header_of(m, k)->rows, m->err);
    if (status != LEHR_OK) {
      h5_column_discard(&out);
      return status;
    }
  }
  h5_column_close(&out);
  return LEHR_OK;
}

static lehr_status fill(const merger *m, result_writer *w) {
  for (int64_t k = 0; k < m->count; k++) LEHR_TRY(add_shard(m, m->shard[k], w));
  for (int64_t c = 0; c < m->meta[0].count; c++) LEHR_TRY(add_meta(m, c, w));
  return LEHR_OK;
}

static lehr_status merge(merger *m, const char *const paths[], const char *output,
                         bool is_trusted) {
  result_writer *w;
  LEHR_TRY(open_shards(m, paths, is_trusted));
  LEHR_TRY(check_shards(m));
  const result_header h = whole_header(m);
  LEHR_TRY(result_writer_create(output, &h, &w, m->err));
  const lehr_status status = fill(m, w);
  if (status == LEHR_OK) return result_writer_publish(w, m->err);
  result_writer_discard(w);
  return status;
}

lehr_status batch_merge(const char *const paths[], int64_t count, const char *output,
                        bool is_trusted, lehr_error *err) {
  merger m = {.count = count, .err = err};
  if (count < 1) return error_set(err, LEHR_EUSAGE, "no shards to merge");
  m.shard = memory_array((size_t)count, sizeof *m.shard);
  m.meta = memory_array((size_t)count, sizeof *m.meta);
  const lehr_status status =
      m.shard && m.meta ? merge(&m, paths, output, is_trusted) : error_memory(err, 0);
  for (int64_t k = 0; k < count; k++) {
    if (m.shard) result_reader_close(m.shard[k]);
    if (m.meta) meta_free(&m.meta[k]);
  }
  free(m.shard);
  free(m.meta);
  return status;
}
