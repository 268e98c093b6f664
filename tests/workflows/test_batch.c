/* SPDX-License-Identifier: Apache-2.0 */
/* One result whatever the threads, the shards and the interruptions. */
#include "check.h"
#include "io/hdf5_result.h"
#include "workflows/batch_fixture.h"

#include <stdlib.h>

enum { ITEMS = 137 };

static char input[256], reference[256];

static void run_ok(const batch_job *job, batch_outcome *outcome) {
  lehr_error err = {0};
  const lehr_status status = batch_run(job, outcome, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
}

static void test_rows(void) {
  batch_outcome outcome;
  lehr_error err = {0};
  result_reader *r;
  result_window *w;
  char **zones;
  batch_tally tally;
  const batch_job job = fixture_job(input, reference);
  run_ok(&job, &outcome);
  CHECK_INT(outcome.items, ITEMS);
  CHECK_INT(outcome.solved, ITEMS);
  CHECK_INT(outcome.failed, 13);
  CHECK(!outcome.was_interrupted && !outcome.was_finished);
  REQUIRE_OK(result_reader_open(reference, false, &r, &err));
  const result_header *h = result_reader_header(r);
  CHECK_TEXT(h->engine, "greedy");
  CHECK_CONTAINS(h->options, "\"reads\": 3");
  CHECK(h->seed == 42);
  CHECK_INT(h->rows, ITEMS);
  REQUIRE_OK(result_reader_window(r, 0, &w, &err));
  for (int64_t k = 0; k < ITEMS; k++) {
    const result_row row = result_window_row(w, k);
    if (fixture_is_bad(k)) {
      CHECK_CONTAINS(row.failed_reason, "outside");
      CHECK(isnan(row.energy));
      CHECK_INT(row.bits_bytes, 0);
      CHECK_INT(row.status, LEHR_SOLVE_UNKNOWN);
    } else {
      CHECK_TEXT(row.failed_reason, "");
      CHECK(!isnan(row.energy));
      CHECK_INT(row.bits_bytes, 1);
      CHECK_INT(row.status, LEHR_SOLVE_FEASIBLE);
      CHECK_INT(row.energy_int == INT64_MIN, fixture_is_real(k));
    }
  }
  result_window_free(w);
  REQUIRE_OK(h5_read_strings(result_reader_file(r), "/result/meta/zone", 0, ITEMS, &zones, &err));
  CHECK_TEXT(zones[1], "Süd");
  free(zones);
  result_reader_close(r);
  CHECK_INT(outcome.tally.failed, 13);
  REQUIRE_OK(batch_verify(reference, input, false, &tally, &err));
  CHECK_INT(tally.rows, ITEMS);
  CHECK_INT(tally.failed, 13);
}

static void test_threads_and_guard(void) {
  char output[256];
  batch_outcome outcome;
  scratch_path(output, "threads.h5");
  batch_job job = fixture_job(input, output);
  for (int32_t threads = 1; threads <= 4; threads += 3) {
    job.params.threads = threads;
    job.is_trusted = threads == 1;
    run_ok(&job, &outcome);
    CHECK(scratch_equal(output, reference));
  }
}

static void run_shards(int64_t shards, bool keep_reads, const char *whole) {
  char output[256], merged[256], *paths[200];
  lehr_error err = {0};
  batch_outcome outcome;
  scratch_path(output, "shards.h5");
  scratch_path(merged, "merged.h5");
  for (int64_t k = 0; k < shards; k++) {
    const int64_t place = (k * 7 + 3) % shards; /* in another order */
    paths[place] = batch_shard_path(output, k, shards);
    batch_job job = fixture_job(input, paths[place]);
    job.shard = k;
    job.shards = shards;
    job.keep_reads = keep_reads;
    run_ok(&job, &outcome);
  }
  const lehr_status status = batch_merge((const char *const *)paths, shards, merged, true, &err);
  CHECK_TEXT(err.text, "");
  CHECK_INT(status, LEHR_OK);
  CHECK(scratch_equal(merged, whole));
  if (shards > 2) {
    CHECK_INT(batch_merge((const char *const *)paths, shards - 1, merged, true, &err), LEHR_EINPUT);
    free(paths[0]);
    paths[0] = strdup(paths[1]);
    CHECK_INT(batch_merge((const char *const *)paths, shards, merged, true, &err), LEHR_EINPUT);
    CHECK_CONTAINS(err.text, "given twice");
    CHECK(scratch_equal(merged, whole)); /* still the good one */
  }
  for (int64_t k = 0; k < shards; k++) free(paths[k]);
}

static void test_shards(void) {
  char with_reads[256];
  batch_outcome outcome;
  scratch_path(with_reads, "reads.h5");
  batch_job job = fixture_job(input, with_reads);
  job.keep_reads = true;
  run_ok(&job, &outcome);
  run_shards(4, false, reference);
  run_shards(5, true, with_reads);
  run_shards(150, false, reference); /* more parts than items */
}

static void test_other_runs_do_not_merge(void) {
  char output[256], merged[256], *paths[2];
  lehr_error err = {0};
  batch_outcome outcome;
  scratch_path(output, "other.h5");
  scratch_path(merged, "none.h5");
  for (int k = 0; k < 2; k++) {
    paths[k] = batch_shard_path(output, k, 2);
    batch_job job = fixture_job(input, paths[k]);
    job.shard = k;
    job.shards = 2;
    job.params.seed = (uint64_t)k;
    run_ok(&job, &outcome);
  }
  CHECK_INT(batch_merge((const char *const *)paths, 2, merged, true, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "another seed");
  CHECK(access(merged, F_OK) != 0);
  for (int k = 0; k < 2; k++) free(paths[k]);
}

/* A part is neither lost as an input nor merged with itself. */
static void test_merge_keeps_parts(void) {
  lehr_error err = {0};
  const char *const paths[] = {reference};
  CHECK_INT(batch_merge(paths, 1, reference, true, &err), LEHR_EUSAGE);
  CHECK_CONTAINS(err.text, "one of the parts");
}

/* Stops the batch as soon as the first item has been reported. */
static int32_t stop_flag;
static void stop_soon(void *user, const batch_progress *p) {
  (void)user;
  if (p->done > 0) __atomic_store_n(&stop_flag, 1, __ATOMIC_RELAXED);
}

static void test_interruption(void) {
  char output[256], journal[300];
  lehr_error err = {0};
  batch_outcome outcome;
  int64_t solved = 0;
  scratch_path(output, "interrupted.h5");
  snprintf(journal, sizeof journal, "%s.journal", output);
  batch_job job = fixture_job(input, output);
  job.params.stop = &stop_flag;
  job.progress = stop_soon;
  job.resume = true;
  do {
    stop_flag = 0;
    run_ok(&job, &outcome);
    CHECK_INT(outcome.resumed, solved);
    solved += outcome.solved;
    CHECK(access(outcome.was_interrupted ? journal : output, F_OK) == 0);
    CHECK(access(outcome.was_interrupted ? output : journal, F_OK) != 0);
    if (outcome.was_interrupted) {
      batch_job other = job;
      other.params.seed = 43;
      CHECK_INT(batch_run(&other, &outcome, &err), LEHR_EINPUT);
      CHECK_CONTAINS(err.text, "another run");
      outcome.was_interrupted = true;
    }
    if (solved > 0) job.progress = NULL;
  } while (outcome.was_interrupted);
  CHECK_INT(solved, ITEMS);
  CHECK(scratch_equal(output, reference));
}

/* What depends on the machine is no result: the run ends, its journal is kept, and with enough
 * memory it goes on to the same bytes. */
static void test_too_little_memory(void) {
  char output[256], whole[256];
  lehr_error err = {0};
  batch_outcome outcome;
  scratch_path(output, "memory.h5");
  scratch_path(whole, "whole.h5");
  batch_job job = fixture_job(input, whole);
  job.params.engine = "anneal";
  job.params.threads = 1;
  run_ok(&job, &outcome);
  job.output = output;
  job.params.memory_bytes = 16;
  scratch_write(output, "old", 3);
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_ENOMEM);
  CHECK_CONTAINS(err.text, "the limit is");
  CHECK_CONTAINS(err.text, "item-0000");
  size_t size = 0;
  free(scratch_read(output, &size));
  CHECK_INT((int64_t)size, 3);
  job.params.memory_bytes = 0;
  job.resume = true;
  run_ok(&job, &outcome);
  CHECK(scratch_equal(output, whole));
}

/* Options that no engine of auto understands are refused before anything is touched. */
static void test_options_of_auto(void) {
  char output[256], journal[300];
  lehr_error err = {0};
  batch_outcome outcome;
  const char *bad[] = {"sweep=10"}, *good[] = {"sweeps=10"};
  scratch_path(output, "options.h5");
  snprintf(journal, sizeof journal, "%s.journal", output);
  scratch_write(output, "old", 3);
  batch_job job = fixture_job(input, output);
  job.params.engine = NULL;
  job.params.n_options = 1;
  job.params.options = bad;
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EUSAGE);
  CHECK_CONTAINS(err.text, "sweeps");
  CHECK(access(journal, F_OK) != 0);
  size_t size = 0;
  free(scratch_read(output, &size));
  CHECK_INT((int64_t)size, 3);
  job.params.options = good;
  run_ok(&job, &outcome);
  CHECK_INT(outcome.failed, 13);
}

static void test_resume_of_finished(void) {
  char output[256];
  lehr_error err = {0};
  batch_outcome outcome;
  scratch_path(output, "finished.h5");
  batch_job job = fixture_job(input, output);
  job.resume = true; /* without a journal: from the beginning */
  run_ok(&job, &outcome);
  CHECK(!outcome.was_finished);
  CHECK_INT(outcome.solved, ITEMS);
  run_ok(&job, &outcome);
  CHECK(outcome.was_finished);
  CHECK_INT(outcome.solved, 0);
  job.params.seed = 43;
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "another seed");
  CHECK(scratch_equal(output, reference));
}

static void test_edges(void) {
  char empty[256], output[256];
  lehr_error err = {0};
  batch_outcome outcome;
  scratch_path(empty, "empty.h5");
  scratch_path(output, "edge.h5");
  fixture_write(empty, 0);
  batch_job job = fixture_job(empty, output);
  run_ok(&job, &outcome);
  CHECK_INT(outcome.items, 0);
  CHECK(access(output, F_OK) == 0);
  job = fixture_job(input, input);
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EUSAGE);
  job = fixture_job(input, scratch_folder);
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EOUTPUT);
  job = fixture_job(input, "/nonexistent/out.h5");
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EOUTPUT);
  job = fixture_job("/nonexistent/in.h5", output);
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_ENOINPUT);
  job = fixture_job(input, output);
  job.params.engine = "nosuch";
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EUNAVAILABLE);
  const char *bad[] = {"nosuch=1"};
  job = fixture_job(input, output);
  job.params.options = bad;
  job.params.n_options = 1;
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EUSAGE);
}

static void test_auto_and_time_limit(void) {
  char output[256];
  batch_outcome outcome;
  scratch_path(output, "auto.h5");
  batch_job job = fixture_job(input, output);
  job.params.engine = NULL;
  job.params.reads = 0;
  run_ok(&job, &outcome);
  job.params.engine = "greedy";
  job.params.time_limit_s = 0;
  run_ok(&job, &outcome);
  CHECK_INT(outcome.failed, 13);
}

int main(void) {
  static const check_test tests[] = {{"rows", test_rows},
                                     {"threads and guard", test_threads_and_guard},
                                     {"shards", test_shards},
                                     {"other runs do not merge", test_other_runs_do_not_merge},
                                     {"merge keeps parts", test_merge_keeps_parts},
                                     {"interruption", test_interruption},
                                     {"too little memory", test_too_little_memory},
                                     {"options of auto", test_options_of_auto},
                                     {"resume of a finished run", test_resume_of_finished},
                                     {"edges", test_edges},
                                     {"auto, time limit 0", test_auto_and_time_limit}};
  scratch_create();
  scratch_path(input, "input.h5");
  scratch_path(reference, "reference.h5");
  fixture_write(input, ITEMS);
  const int rc = check_run("workflows/batch", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
