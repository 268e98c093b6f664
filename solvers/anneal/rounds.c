/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/rounds.h"

#include "base/clock.h"

#include <math.h>
#include <omp.h>
#include <string.h>

bool rounds_should_stop(const rounds *r) {
  return r->run->should_stop(r->run) || (r->deadline < HUGE_VAL && clock_wall() >= r->deadline);
}

int64_t rounds_reads(const rounds *r, int64_t index) {
  const int64_t left = r->reads - index * r->lanes;
  return left < r->lanes ? left : r->lanes;
}

bool rounds_prepare(rounds *r, budget *b) {
  lehr_run *run = r->run;
  r->reads = b->reads;
  r->sweeps = b->sweeps;
  r->strips = (b->reads + r->lanes - 1) / r->lanes;
  r->threads = run->threads < r->strips ? run->threads : (int32_t)r->strips;
  const int64_t block = read_block(run->model, b->sweeps, r->threads, (int32_t)r->lanes);
  budget_set_deadline(b, run, block);
  r->deadline = b->deadline;
  return read_rows_make(&r->rows, run, b, block);
}

/* One strip of a block that starts with read `first`. Once the run should stop only the very first
 * one is begun, so that there is an answer. */
static int64_t run_strip(rounds *r, int64_t index, int64_t first, int thread) {
  const int64_t place = index * r->lanes - first;
  if ((index > 0 || r->round > 0) && rounds_should_stop(r)) return 0;
  const int64_t attempts =
      r->strip(r->context, index, thread, r->rows.fresh + place * r->run->model->n);
  memset(r->rows.is_fresh + place, 1, (size_t)rounds_reads(r, index));
  return attempts;
}

/* Strips from..to-1, which make one block. */
static int64_t run_block(rounds *r, int64_t from, int64_t to) {
  const int64_t first = from * r->lanes;
  int64_t attempts = 0;
  if (r->threads == 1) { /* for small models even an idle parallel region is noticeable */
    for (int64_t k = from; k < to; k++) attempts += run_strip(r, k, first, 0);
  } else {
#pragma omp parallel for num_threads(r->threads) schedule(dynamic) reduction(+ : attempts)
    for (int64_t k = from; k < to; k++) attempts += run_strip(r, k, first, omp_get_thread_num());
  }
  return attempts;
}

static lehr_status run_round(rounds *r, int64_t *attempts) {
  const int64_t each = (r->rows.block + r->lanes - 1) / r->lanes;
  for (int64_t from = 0; from < r->strips; from += each) {
    const int64_t to = r->strips - from < each ? r->strips : from + each;
    const int64_t first = from * r->lanes, end = to == r->strips ? r->reads : to * r->lanes;
    *attempts += run_block(r, from, to);
    const lehr_status status = read_rows_take(&r->rows, r->run, first, end - first);
    if (status != LEHR_OK) return status;
    r->run->progress(r->run, (double)to / (double)r->strips, "annealing");
    if (to < r->strips && rounds_should_stop(r)) break;
  }
  return LEHR_OK;
}

lehr_status rounds_run(rounds *r, const budget *b) {
  int64_t sweeps = 0, attempts = 0;
  lehr_status status;
  for (;;) {
    const double start = clock_wall();
    sweeps += r->sweeps;
    status = run_round(r, &attempts);
    if (!b->is_timed || status != LEHR_OK) break;
    r->sweeps = budget_next_sweeps(b, r->sweeps, clock_wall() - start);
    r->round++;
    if (r->sweeps == 0 || r->run->should_stop(r->run)) break;
  }
  budget_conclude(b, r->run, sweeps, attempts);
  return status == LEHR_OK ? read_rows_deliver(&r->rows, r->run) : status;
}
