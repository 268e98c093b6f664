/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "workflows/batch/setup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One shard; its file is open only while it is looked at, for there may be hundreds. */
typedef struct part {
  const char *path; /* NULL: not seen yet */
  result_header header;
  meta_columns meta;
} part;

typedef struct merger {
  part *parts; /* [count] in the order of the shards */
  int64_t count;
  result_reader *sample; /* of the first file given: owns the texts that all must share */
  bool is_trusted;
  lehr_error *err;
} merger;

static lehr_status misfit(const merger *m, const char *path, const char *what) {
  return error_set(m->err, LEHR_EINPUT, "%s: %s", path, what);
}

/* ---- Checks ---- */

static bool is_same_run(const result_header *a, const result_header *b) {
  return a->items == b->items && a->seed == b->seed && a->has_reads == b->has_reads &&
         strcmp(a->engine, b->engine) == 0 && strcmp(a->options, b->options) == 0 &&
         strcmp(a->input_sha256, b->input_sha256) == 0;
}

static lehr_status take_part(merger *m, const char *path, result_reader *r) {
  const result_header *h = result_reader_header(r), *sample = result_reader_header(m->sample);
  int64_t first, rows;
  if (h->shards != m->count)
    return error_set(m->err, LEHR_EINPUT,
                     "%s: is part of %" PRId64 ", but %" PRId64 " files were given", path,
                     h->shards, m->count);
  part *p = &m->parts[h->shard];
  if (p->path) return misfit(m, path, "this shard was given twice");
  if (!is_same_run(h, sample))
    return misfit(m, path, "is of another input, other options or another seed");
  batch_shard_block(h->items, h->shard, h->shards, &first, &rows);
  if (h->rows != rows) return misfit(m, path, "does not have all rows of its shard");
  p->path = path;
  p->header = *h;
  return meta_open(result_reader_file(r), "/result/meta", rows, &p->meta, m->err);
}

static lehr_status check_parts(merger *m, const char *const paths[]) {
  LEHR_TRY(result_reader_open(paths[0], m->is_trusted, &m->sample, m->err));
  for (int64_t k = 0; k < m->count; k++) {
    result_reader *r;
    LEHR_TRY(result_reader_open(paths[k], m->is_trusted, &r, m->err));
    const lehr_status status = take_part(m, paths[k], r);
    result_reader_close(r);
    LEHR_TRY(status);
  }
  for (int64_t k = 1; k < m->count; k++)
    if (!meta_equal(&m->parts[0].meta, &m->parts[k].meta))
      return misfit(m, m->parts[k].path, "has other columns in /result/meta");
  return LEHR_OK;
}

/* ---- Writing ---- */

static result_header whole_header(const merger *m) {
  result_header h = *result_reader_header(m->sample);
  h.shard = 0;
  h.shards = 1;
  h.rows = h.items;
  h.bits = h.reads = 0;
  h.has_exact = false;
  for (int64_t k = 0; k < m->count; k++) {
    h.bits += m->parts[k].header.bits;
    h.reads += m->parts[k].header.reads;
    h.has_exact = h.has_exact || m->parts[k].header.has_exact;
  }
  return h;
}

static lehr_status add_rows(const merger *m, result_reader *r, int64_t rows, result_writer *w) {
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

/* A file that changed since it was checked is none of ours. */
static lehr_status reopen(const merger *m, const part *p, result_reader **r) {
  LEHR_TRY(result_reader_open(p->path, m->is_trusted, r, m->err));
  const result_header *h = result_reader_header(*r);
  if (h->rows == p->header.rows && h->bits == p->header.bits && h->reads == p->header.reads &&
      h->has_reads == p->header.has_reads)
    return LEHR_OK;
  result_reader_close(*r);
  return misfit(m, p->path, "changed while it was read");
}

static lehr_status add_part(const merger *m, const part *p, result_writer *w) {
  result_reader *r;
  LEHR_TRY(reopen(m, p, &r));
  const lehr_status status = add_rows(m, r, p->header.rows, w);
  result_reader_close(r);
  return status;
}

static lehr_status add_meta(const merger *m, int64_t column, result_writer *w) {
  char path[160];
  h5_column out;
  lehr_status status = LEHR_OK;
  const meta_columns *meta = &m->parts[0].meta;
  snprintf(path, sizeof path, "/result/meta/%s", meta->names[column]);
  result_writer_meta(w, meta->names[column], meta->types[column], &out);
  for (int64_t k = 0; k < m->count && status == LEHR_OK; k++) {
    result_reader *r;
    status = reopen(m, &m->parts[k], &r);
    if (status != LEHR_OK) break;
    status = h5_column_copy(&out, result_reader_file(r), path, 0, m->parts[k].header.rows, m->err);
    result_reader_close(r);
  }
  if (status != LEHR_OK)
    h5_column_discard(&out);
  else
    h5_column_close(&out);
  return status;
}

static lehr_status fill(const merger *m, result_writer *w) {
  for (int64_t k = 0; k < m->count; k++) LEHR_TRY(add_part(m, &m->parts[k], w));
  for (int64_t c = 0; c < m->parts[0].meta.count; c++) LEHR_TRY(add_meta(m, c, w));
  return LEHR_OK;
}

static lehr_status check_output(const merger *m, const char *const paths[], const char *output) {
  struct stat out, in;
  if (stat(output, &out) != 0) return LEHR_OK;
  for (int64_t k = 0; k < m->count; k++)
    if (stat(paths[k], &in) == 0 && in.st_ino == out.st_ino && in.st_dev == out.st_dev)
      return error_set(m->err, LEHR_EUSAGE, "%s: is one of the parts and the output", output);
  return LEHR_OK;
}

static lehr_status merge(merger *m, const char *const paths[], const char *output) {
  result_writer *w;
  LEHR_TRY(check_output(m, paths, output));
  LEHR_TRY(check_parts(m, paths));
  const result_header h = whole_header(m);
  LEHR_TRY(result_writer_create(output, &h, &w, m->err));
  const lehr_status status = fill(m, w);
  if (status == LEHR_OK) return result_writer_publish(w, m->err);
  result_writer_discard(w);
  return status;
}

lehr_status batch_merge(const char *const paths[], int64_t count, const char *output,
                        bool is_trusted, lehr_error *err) {
  merger m = {.count = count, .is_trusted = is_trusted, .err = err};
  if (count < 1) return error_set(err, LEHR_EUSAGE, "no shards to merge");
  m.parts = memory_array((size_t)count, sizeof *m.parts);
  const lehr_status status = m.parts ? merge(&m, paths, output) : error_memory(err, 0);
  for (int64_t k = 0; m.parts && k < count; k++) meta_free(&m.parts[k].meta);
  result_reader_close(m.sample);
  free(m.parts);
  return status;
}
