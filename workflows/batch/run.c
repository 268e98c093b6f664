/* SPDX-License-Identifier: Apache-2.0 */
/* The order of things: set up, take the journal up, solve what is missing, publish. */
#include "base/clock.h"
#include "base/error.h"
#include "workflows/batch/items.h"
#include "workflows/batch/output.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void remark(const batch_job *job, const char *text) {
  if (job->remark) job->remark(job->user, text);
}

static void remark_journal(const batch_setup *s, const journal *j, int64_t dropped) {
  char text[160];
  if (dropped > 0 && !s->job->resume) {
    remark(s->job, "the journal of an earlier run was replaced; with resume it would have gone on");
  } else if (dropped > 0) {
    snprintf(text, sizeof text, "dropped %" PRId64 " bytes of an unfinished journal record",
             dropped);
    remark(s->job, text);
  }
  if (journal_count(j) > 0) {
    snprintf(text, sizeof text, "%" PRId64 " of %" PRId64 " items were finished before",
             journal_count(j), s->rows);
    remark(s->job, text);
  }
}

static lehr_status solve_and_write(batch_setup *s, journal *j, batch_outcome *outcome,
                                   lehr_error *err) {
  LEHR_TRY(batch_solve_items(s, j, outcome, err));
  if (outcome->was_interrupted) return LEHR_OK;
  return batch_write_output(s, j, &outcome->tally, err);
}

static lehr_status run_journal(batch_setup *s, batch_outcome *outcome, lehr_error *err) {
  journal *j;
  int64_t dropped;
  const journal_start start = {
      .identity = s->identity, .first = s->first, .items = s->rows, .resume = s->job->resume};
  LEHR_TRY(journal_open(s->journal_path, &start, &j, &dropped, err));
  outcome->resumed = journal_count(j);
  remark_journal(s, j, dropped);
  const lehr_status status = solve_and_write(s, j, outcome, err);
  outcome->failed = journal_failed(j);
  /* Even one of no items is kept: it tells `resume` that an output that lies there is not this
   * run's. */
  outcome->keeps_journal = status != LEHR_OK || outcome->was_interrupted;
  if (outcome->keeps_journal)
    journal_close(j);
  else
    journal_remove(j);
  return status;
}

static lehr_status run_setup(batch_setup *s, batch_outcome *outcome, lehr_error *err) {
  const batch_job *job = s->job;
  outcome->items = s->items;
  outcome->rows = s->rows;
  memcpy(outcome->input_sha256, s->sha256, sizeof outcome->input_sha256);
  if (job->resume && access(s->journal_path, F_OK) != 0 && access(job->output, F_OK) == 0) {
    LEHR_TRY(batch_check_output(s, &outcome->tally, err));
    outcome->failed = outcome->tally.failed;
    outcome->was_finished = true;
    return LEHR_OK;
  }
  return run_journal(s, outcome, err);
}

lehr_status batch_run(const batch_job *job, batch_outcome *outcome, lehr_error *err) {
  batch_setup s;
  const double wall = clock_wall(), cpu = clock_cpu();
  *outcome = (batch_outcome){0};
  LEHR_TRY(batch_setup_open(&s, job, err));
  const lehr_status status = run_setup(&s, outcome, err);
  batch_setup_close(&s);
  outcome->wall_s = clock_wall() - wall;
  outcome->cpu_s = clock_cpu() - cpu;
  return status;
}
