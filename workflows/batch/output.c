/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/output.h"

#include "base/error.h"
#include "workflows/batch/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums over all rows, which the columns' lengths need. */
static lehr_status sum_up(const batch_setup *s, const journal *j, result_header *h,
                          batch_tally *tally, lehr_error *err) {
  journal_entry e;
  *tally = batch_tally_of_nothing();
  for (int64_t k = s->first; k < s->first + s->rows; k++) {
    LEHR_TRY(journal_entry_at(j, k, &e, err));
    h->bits += e.row.bits_bytes;
    h->reads += e.row.n_reads;
    h->has_exact = h->has_exact || e.is_exact;
    batch_tally_add(tally, &e.row);
  }
  return LEHR_OK;
}

static lehr_status copy_meta(batch_setup *s, result_writer *w, lehr_error *err) {
  for (int64_t k = 0; k < s->meta.count; k++) {
    char path[160];
    h5_column column;
    snprintf(path, sizeof path, "%s/%s", s->meta.group, s->meta.names[k]);
    result_writer_meta(w, s->meta.names[k], s->meta.types[k], &column);
    const lehr_status status =
        h5_column_copy(&column, batch_reader_file(s->reader), path, s->first, s->rows, err);
    if (status != LEHR_OK) {
      h5_column_discard(&column);
      return status;
    }
    h5_column_close(&column);
  }
  return LEHR_OK;
}

static lehr_status add_rows(const batch_setup *s, const journal *j, result_writer *w,
                            lehr_error *err) {
  journal_entry e;
  for (int64_t k = s->first; k < s->first + s->rows; k++) {
    LEHR_TRY(journal_entry_at(j, k, &e, err));
    result_writer_add(w, &e.row);
  }
  return LEHR_OK;
}

static lehr_status write_result(batch_setup *s, const journal *j, batch_tally *tally,
                                lehr_error *err) {
  result_writer *w;
  result_header h = batch_setup_header(s);
  LEHR_TRY(sum_up(s, j, &h, tally, err));
  LEHR_TRY(result_writer_create(s->job->output, &h, &w, err));
  lehr_status status = add_rows(s, j, w, err);
  if (status == LEHR_OK) status = copy_meta(s, w, err);
  if (status == LEHR_OK) return result_writer_publish(w, err);
  result_writer_discard(w);
  return status;
}

/* Seconds per item, which differ from run to run, in a file of their own. */
static lehr_status write_timing(const batch_setup *s, const journal *j, lehr_error *err) {
  char *path;
  h5_writer *w;
  h5_column name, seconds;
  journal_entry e;
  if (asprintf(&path, "%s.timing.h5", s->job->output) < 0) return error_memory(err, 0);
  lehr_status status = h5_writer_create(path, "batch timing", (uint64_t)s->rows * 64, &w, err);
  free(path);
  LEHR_TRY(status);
  h5_put_attribute_string(w, "/", "source", "clock of the machine that solved the batch");
  h5_column_open(&name, w, "/timing/name", H5_STRING, s->rows);
  h5_column_open(&seconds, w, "/timing/wall_s", H5_REAL64, s->rows);
  for (int64_t k = s->first; k < s->first + s->rows && status == LEHR_OK; k++) {
    status = journal_entry_at(j, k, &e, err);
    if (status != LEHR_OK) break;
    h5_column_put_string(&name, e.row.name);
    h5_column_put(&seconds, &e.seconds, 1);
  }
  if (status != LEHR_OK) {
    h5_column_discard(&name);
    h5_column_discard(&seconds);
    h5_writer_discard(w);
    return status;
  }
  h5_column_close(&name);
  h5_column_close(&seconds);
  h5_put_attribute_string(w, "/timing/wall_s", "units", "s");
  h5_make_scale(w, "/timing/name");
  h5_attach_scale(w, "/timing/wall_s", 0, "/timing/name");
  return h5_writer_publish(w, err);
}

lehr_status batch_write_output(batch_setup *s, journal *j, batch_tally *tally, lehr_error *err) {
  LEHR_TRY(journal_map(j, err));
  if (s->job->write_timing) LEHR_TRY(write_timing(s, j, err));
  return write_result(s, j, tally, err);
}

/* ---- Finished already ---- */

static bool is_same_run(const result_header *a, const result_header *b) {
  return a->items == b->items && a->rows == b->rows && a->shard == b->shard &&
         a->shards == b->shards && a->seed == b->seed && a->has_reads == b->has_reads &&
         strcmp(a->engine, b->engine) == 0 && strcmp(a->options, b->options) == 0 &&
         strcmp(a->input_sha256, b->input_sha256) == 0;
}

lehr_status batch_check_output(batch_setup *s, batch_tally *tally, lehr_error *err) {
  result_reader *r;
  const char *output = s->job->output;
  const result_header expected = batch_setup_header(s);
  LEHR_TRY(result_reader_open(output, s->job->is_trusted, &r, err));
  const bool is_same = is_same_run(result_reader_header(r), &expected);
  result_reader_close(r);
  if (!is_same)
    return error_set(err, LEHR_EINPUT,
                     "%s: made from another input, with other options or another seed; run "
                     "without --resume to replace it",
                     output);
  return batch_verify(output, s->job->input, s->job->is_trusted, tally, err);
}
