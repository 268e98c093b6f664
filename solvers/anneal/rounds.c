/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/rounds.h"

#include "base/clock.h"
#include "solvers/start.h"

#include <omp.h>
#include <string.h>

bool rounds_should_stop(const rounds *r) { return budget_should_stop(r->run, r->deadline); }

void rounds_report(const rounds *r, int thread, int64_t index, int64_t done) {
  if (thread != 0 || !r->phase) return;
  const double part = ((double)index + (double)done / (double)r->sweeps) / (double)r->strips;
  r->run->progress(r->run, part, r->phase);
}

int64_t rounds_reads(const rounds *r, int64_t index) {
  const int64_t left = r->reads - index * r->lanes;
  return left < r->lanes ? left : r->lanes;
}

bool rounds_prepare(rounds *r, budget *b) {
  lehr_run *run = r->run;
  r->reads = b->reads;
  r->strips = (b->reads + r->lanes - 1) / r->lanes;
  r->threads = run->threads < r->strips ? run->threads : (int32_t)r->strips;
  const int64_t block = read_block(run->model, b->sweeps, r->threads, (int32_t)r->lanes);
  budget_set_deadline(b, run, block);
  r->sweeps = b->sweeps;
  r->deadline = b->deadline;
  return read_rows_make(&r->rows, run, b, block);
}

/* One strip of a block that starts with read `first`. Once the run should stop only the very first
 * one is begun, so that there is an answer, be it a hurried one. */
static course run_strip(rounds *r, int64_t index, int64_t first, int thread) {
  const int64_t place = index * r->lanes - first;
  const bool is_first = index == 0 && r->round == 0;
  uint8_t *const out = r->rows.fresh + place * r->run->model->n;
  if (!is_first && rounds_should_stop(r)) return (course){0};
  const course c = r->strip(r->context, index, thread, out);
  if (c.is_cut && is_first) start_hurried(r->run, out);
  memset(r->rows.is_fresh + place, 1, c.is_cut ? is_first : (size_t)rounds_reads(r, index));
  return c;
}

static void add(course *sum, course c) {
  sum->attempts += c.attempts;
  sum->frozen += c.frozen;
  sum->spared += c.spared;
}
#pragma omp declare reduction(add:course : add(&omp_out, omp_in))

/* Strips from..to-1, which make one block. */
static course run_block(rounds *r, int64_t from, int64_t to) {
  const int64_t first = from * r->lanes;
  course sum = {0};
  if (r->threads == 1) { /* for small models even an idle parallel region is noticeable */
    for (int64_t k = from; k < to; k++) add(&sum, run_strip(r, k, first, 0));
  } else {
#pragma omp parallel for num_threads(r->threads) schedule(dynamic) reduction(add : sum)
    for (int64_t k = from; k < to; k++) add(&sum, run_strip(r, k, first, omp_get_thread_num()));
  }
  return sum;
}

static lehr_status run_round(rounds *r, course *sum) {
  const int64_t each = (r->rows.block + r->lanes - 1) / r->lanes;
  for (int64_t from = 0; from < r->strips; from += each) {
    const int64_t to = r->strips - from < each ? r->strips : from + each;
    const int64_t first = from * r->lanes, end = to == r->strips ? r->reads : to * r->lanes;
    add(sum, run_block(r, from, to));
    if (r->look) r->look(r->context, &r->rows);
    const lehr_status status = read_rows_take(&r->rows, r->run, first, end - first);
    if (status != LEHR_OK) return status;
    rounds_report(r, 0, to, 0);
    if (to < r->strips && rounds_should_stop(r)) break;
  }
  return LEHR_OK;
}

lehr_status rounds_run(rounds *r, const budget *b) {
  int64_t sweeps = 0;
  course all = {0};
  lehr_status status;
  for (;;) {
    const double start = clock_wall();
    sweeps += r->sweeps;
    status = run_round(r, &all);
    if (!b->is_timed || status != LEHR_OK) break;
    r->sweeps = budget_next_sweeps(b, r->sweeps, clock_wall() - start);
    r->round++;
    if (r->sweeps == 0 || r->run->should_stop(r->run)) break;
  }
  budget spent = *b;
  spent.spared = all.spared;
  budget_conclude(&spent, r->run, sweeps, all.attempts);
  if (all.frozen > 0) {
    r->run->statistic(r->run, "frozen_reads", (double)all.frozen);
    r->run->statistic(r->run, "spared_attempts", (double)all.spared);
  }
  return status == LEHR_OK ? read_rows_deliver(&r->rows, r->run) : status;
}
