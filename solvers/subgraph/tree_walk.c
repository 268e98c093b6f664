/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/subgraph/tree_walk.h"

#include "base/philox.h"
#include "solvers/anneal/range.h"
#include "solvers/start.h"

#include <math.h>
#include <string.h>

/* Entries that a quench may still look at once the run should stop: well below 0.1 s. */
enum { HURRIED_WORK = 1 << 22, TRIAL_ROUND = -1 };
/* Of the trial; large models get fewer. */
enum { TRIAL_SWEEPS = 6, LARGE_SWEEPS = 2, LARGE = 1 << 17 };

void tree_walk_enter(const tree_walk_job *job, tree_strip *s, int64_t index, uint8_t bits[]) {
  const int32_t n = job->model->form->n;
  const int64_t reads = rounds_reads(job->rounds, index);
  for (int32_t l = 0; l < TREE_LANES; l++) {
    if (l < reads) start_state(job->rounds->run, index * TREE_LANES + l, job->rounds->round, bits);
    for (int32_t i = 0; i < n; i++) s->spin[(int64_t)i * TREE_LANES + l] = bits[i] ? 1 : -1;
  }
}

/* Draws a forest; sites visited, fewer than it has when the run should stop. */
static int32_t draw_forest(const tree_walk_job *job, tree_strip *s, const forest *t) {
  for (int32_t c = 0; c < t->chunks; c++) {
    if (rounds_should_stop(job->rounds)) return t->chunk[c];
    job->kernel->sample[job->model->is_narrow](s, t, c);
  }
  return t->count;
}

int64_t tree_walk_cool(const tree_walk_job *job, tree_strip *s, int64_t index, int thread) {
  const rounds *r = job->rounds;
  const int64_t n = job->model->form->n, most = r->sweeps * n;
  const uint64_t round = philox_subkey(r->run->key, (uint64_t)r->round);
  uint64_t key[TREE_LANES];
  int64_t visits = 0, begun = 0; /* begun: sweeps */
  schedule plan;
  const schedule_shape shape = {.kind = SCHEDULE_GEOMETRIC, .hot = job->hot, .cold = job->cold};
  schedule_start(&plan, &shape, r->sweeps);
  for (int32_t l = 0; l < TREE_LANES; l++)
    key[l] = philox_subkey(round, (uint64_t)(index * TREE_LANES + l));
  for (int64_t move = 0;; move++) {
    const forest *t = &job->family->forests[move % job->family->count];
    if (visits + t->count > most) return visits;
    for (; begun <= visits / n; begun++) {
      s->two_beta = 1 / schedule_next(&plan, begun);
      rounds_report(r, thread, index, begun);
    }
    for (int32_t l = 0; l < TREE_LANES; l++) tree_strip_seed(s, l, key[l], (uint64_t)move);
    const int32_t visited = draw_forest(job, s, t);
    visits += visited;
    if (visited < t->count) return visits;
  }
}

void tree_walk_quench(const tree_walk_job *job, tree_strip *s, int64_t most) {
  const spin_form *f = job->model->form;
  const int64_t each = 1 + (f->n > 0 ? f->row[f->n] / f->n : 0);
  int64_t left = HURRIED_WORK;
  int32_t in_vain = 0;
  bool is_hurried = false;
  for (int64_t k = 0; in_vain < job->family->count && k < most; k++) {
    const forest *t = &job->family->forests[k % job->family->count];
    bool any = false;
    for (int32_t c = 0; c < t->chunks; c++) {
      is_hurried = is_hurried || rounds_should_stop(job->rounds);
      if (is_hurried && left < 0) return;
      if (is_hurried) left -= TREE_LANES * each * (t->chunk[c + 1] - t->chunk[c]);
      any |= job->kernel->minimise[job->model->is_narrow](s, t, c);
    }
    in_vain = any ? 0 : in_vain + 1;
  }
}

void tree_walk_leave(const tree_walk_job *job, const tree_strip *s, int64_t index, uint8_t rows[]) {
  const int64_t n = job->model->form->n;
  for (int32_t l = 0; l < rounds_reads(job->rounds, index); l++)
    for (int64_t i = 0; i < n; i++) rows[l * n + i] = s->spin[i * TREE_LANES + l] > 0;
}

/* Costs of flips in all lanes at evenly spread sites; returns how many. */
static int32_t collect(const spin_form *f, const tree_strip *s, float cost[]) {
  const int32_t stride = (int32_t)((int64_t)f->n * TREE_LANES / RANGE_COSTS) + 1;
  int32_t count = 0;
  for (int32_t i = 0; i < f->n; i += stride)
    for (int32_t l = 0; l < TREE_LANES; l++) {
      double field = (double)f->h[i];
      for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
        field += (double)f->J[k] * s->spin[(int64_t)f->col[k] * TREE_LANES + l];
      cost[count++] = (float)fabs(field);
    }
  return count;
}

bool tree_walk_range(const tree_walk_job *job, tree_strip *s, uint8_t bits[], double *hot,
                     double *cold) {
  lehr_run *run = job->rounds->run;
  float *cost = run->alloc(run, (RANGE_COSTS + RANGE_PADDING) * sizeof *cost);
  const spin_form *f = job->model->form;
  tree_walk_job trial = *job;
  const rounds once = {.run = run,
                       .lanes = TREE_LANES,
                       .reads = TREE_LANES,
                       .strips = 1,
                       .sweeps = f->n < LARGE ? TRIAL_SWEEPS : LARGE_SWEEPS,
                       .round = TRIAL_ROUND,
                       .deadline = job->rounds->deadline};
  range r = {0};
  if (!cost) return false;
  r.hot = range_hot(f, cost);
  if (r.hot > 0) {
    trial.rounds = &once;
    trial.hot = r.hot;
    trial.cold = r.hot / 32;
    tree_walk_enter(&trial, s, 0, bits);
    tree_walk_cool(&trial, s, 0, 0);
    tree_walk_quench(&trial, s, f->n < LARGE ? INT64_MAX : LARGE_SWEEPS * job->family->count);
    r.cold = range_fit(cost, collect(f, s, cost), range_cold_acceptance);
  }
  range_repair(&r, 0);
  *hot = r.hot;
  *cold = r.cold;
  return true;
}
