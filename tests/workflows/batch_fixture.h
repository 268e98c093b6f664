/* SPDX-License-Identifier: Apache-2.0 */
/* tests/workflows/batch_fixture.h - a batch with all sorts of items, bad ones among them. */
#ifndef LEHR_TESTS_WORKFLOWS_BATCH_FIXTURE_H
#define LEHR_TESTS_WORKFLOWS_BATCH_FIXTURE_H

#include "io/hdf5_batch.h"
#include "io/hdf5_column.h"
#include "random_models.h"
#include "support/scratch.h"
#include "workflows/batch/batch.h"

/* Every 10th item couples a variable that it does not have. Columns are written by
 * hand for that. Each model: a ring of 6 variables with weights from the item's number; every
 * fifth item has weights that are no multiples of anything. */
enum { FIXTURE_N = 6 };

static inline bool fixture_is_bad(int64_t k) { return k % 10 == 7; }
static inline bool fixture_is_real(int64_t k) { return k % 5 == 3; }

static inline void fixture_write(const char *path, int64_t items) {
  h5_writer *w;
  h5_column columns[8], *c = columns;
  lehr_error err = {0};
  int64_t quad = 0, linear = 0;
  if (h5_writer_create(path, "fixture", 0, &w, &err) != LEHR_OK) abort();
  h5_column_open(&c[0], w, "/batch/n", H5_INT32, items);
  h5_column_open(&c[1], w, "/batch/linear_ptr", H5_INT64, items + 1);
  h5_column_open(&c[2], w, "/batch/linear", H5_REAL64, items * FIXTURE_N);
  h5_column_open(&c[3], w, "/batch/quad_ptr", H5_INT64, items + 1);
  h5_column_open(&c[4], w, "/batch/row", H5_INT32, items * FIXTURE_N);
  h5_column_open(&c[5], w, "/batch/col", H5_INT32, items * FIXTURE_N);
  h5_column_open(&c[6], w, "/batch/quad_val", H5_REAL64, items * FIXTURE_N);
  h5_column_put(&c[1], &linear, 1);
  h5_column_put(&c[3], &quad, 1);
  for (int64_t k = 0; k < items; k++) {
    const int32_t n = FIXTURE_N;
    philox_stream s = philox_stream_at(17, (uint64_t)k);
    h5_column_put(&c[0], &n, 1);
    for (int32_t i = 0; i < n; i++) {
      const int32_t j = fixture_is_bad(k) ? n : (i + 1) % n;
      const double a = (double)philox_below(&s, 9) - 4, v = (double)philox_below(&s, 9) - 4;
      const double value = fixture_is_real(k) ? (v + 0.5) / 3 : v;
      h5_column_put(&c[2], &a, 1);
      h5_column_put(&c[4], &i, 1);
      h5_column_put(&c[5], &j, 1);
      h5_column_put(&c[6], &value, 1);
    }
    linear += n;
    quad += n;
    h5_column_put(&c[1], &linear, 1);
    h5_column_put(&c[3], &quad, 1);
  }
  for (int k = 0; k < 7; k++) h5_column_close(&c[k]);
  h5_column_open(&c[0], w, "/batch/meta/hour", H5_INT32, items);
  h5_column_open(&c[1], w, "/batch/meta/zone", H5_STRING, items);
  for (int64_t k = 0; k < items; k++) {
    const int32_t hour = (int32_t)(k % 24);
    h5_column_put(&c[0], &hour, 1);
    h5_column_put_string(&c[1], k % 2 ? "Süd" : "Nord");
  }
  h5_column_close(&c[0]);
  h5_column_close(&c[1]);
  if (h5_writer_publish(w, &err) != LEHR_OK) abort();
}

static inline batch_job fixture_job(const char *input, const char *output) {
  batch_job job = {.input = input, .output = output, .is_trusted = true, .shards = 1};
  lehr_params_init(&job.params);
  job.params.engine = "greedy";
  job.params.reads = 3;
  job.params.seed = 42;
  job.params.threads = 2;
  return job;
}

#endif
