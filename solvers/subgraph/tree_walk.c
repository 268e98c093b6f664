/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/subgraph/tree_walk.h"

#include "base/clock.h"
#include "base/philox.h"
#include "solvers/anneal/range.h"
#include "solvers/poll.h"
#include "solvers/start.h"

#include <math.h>
#include <string.h>

/* Entries that a quench may still look at once the run should stop: well below 0.1 s. */
enum { HURRIED_WORK = 1 << 22, START_WORK = 4, TRIAL_ROUND = -1 };
/* Of the trial; models of so many sites and entries get fewer, and a short quench. */
enum { TRIAL_SWEEPS = 6, LARGE_SWEEPS = 2, LARGE_QUENCH = 4, LARGE = 1 << 18 };

bool tree_walk_enter(const tree_walk_job *job, walk_strip *s, int64_t index, uint8_t bits[]) {
  const int32_t n = job->model->form->n;
  const int64_t reads = rounds_reads(job->rounds, index);
  poll p = {.run = job->rounds->run};
  for (int32_t l = 0; l < TREE_LANES; l++) {
    if (l < reads) start_state(job->rounds->run, index * TREE_LANES + l, job->rounds->round, bits);
    for (int32_t i = 0; i < n; i++) s->trees.spin[(int64_t)i * TREE_LANES + l] = bits[i] ? 1 : -1;
    if (poll_is_due(&p, START_WORK * (int64_t)n) && rounds_should_stop(job->rounds)) return false;
  }
  return true;
}

/* ---- Which subgraph is next ---- */

static const sub_plan *plan_of(const tree_walk_job *job, int64_t move) {
  const int64_t turn = move / (WIDE_SPELL + 1), place = move % (WIDE_SPELL + 1);
  if (job->wide->count == 0 || place == WIDE_SPELL) return NULL;
  return &job->wide->plans[(turn * WIDE_SPELL + place) % job->wide->count];
}

static const forest *forest_of(const tree_walk_job *job, int64_t move) {
  const int64_t turn = job->wide->count > 0 ? move / (WIDE_SPELL + 1) : move;
  return &job->family->forests[turn % job->family->count];
}

/* Moves until all plans had a turn; without plans all forests. */
static int64_t moves_of_a_turn(const tree_walk_job *job) {
  const int64_t plans = job->wide->count;
  return plans > 0 ? plans + (plans + WIDE_SPELL - 1) / WIDE_SPELL : job->family->count;
}

static sub_move move_of(const tree_walk_job *job, walk_strip *s, const sub_plan *p) {
  return (sub_move){.model = &job->wide->model,
                    .plan = p,
                    .space = &s->plans,
                    .spin = s->trees.spin,
                    .two_beta = s->trees.two_beta,
                    .random = s->trees.random};
}

/* ---- Draws ---- */

/* Draws a forest; sites visited, fewer than it has when the run should stop. */
static int32_t draw_forest(const tree_walk_job *job, tree_strip *s, const forest *t) {
  for (int32_t c = 0; c < t->chunks; c++) {
    if (rounds_should_stop(job->rounds)) return t->chunk[c];
    job->kernel->sample[job->model->is_narrow](s, t, c);
  }
  return t->count;
}

/* The same for a plan, of which all sites are visited or none. */
static int32_t draw_plan(const tree_walk_job *job, walk_strip *s, const sub_plan *p) {
  const sub_move m = move_of(job, s, p);
  for (int32_t begin = 0, end; begin < p->count; begin = end) {
    if (rounds_should_stop(job->rounds)) return 0;
    end = sub_chunk_end(p, begin);
    job->wide->kernel->draw[job->wide->is_narrow](&m, begin, end);
  }
  job->wide->kernel->settle(&m);
  return p->count;
}

int64_t tree_walk_cool(const tree_walk_job *job, walk_strip *s, int64_t index, int thread) {
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
    const sub_plan *p = plan_of(job, move);
    const forest *t = forest_of(job, move);
    for (; begun <= visits / n; begun++) {
      s->trees.two_beta = 1 / schedule_next(&plan, begun);
      rounds_report(r, thread, index, begun);
    }
    if (p && !sub_can_draw(p, s->trees.two_beta)) p = NULL;
    const int32_t count = p ? p->count : t->count;
    if (visits + count > most) return visits;
    for (int32_t l = 0; l < TREE_LANES; l++) tree_strip_seed(&s->trees, l, key[l], (uint64_t)move);
    const int32_t visited = p ? draw_plan(job, s, p) : draw_forest(job, &s->trees, t);
    visits += visited;
    if (visited < count) return visits;
  }
}

/* ---- Minima ---- */

/* What a quench may still do once the run should stop. */
typedef struct hurry {
  bool is_hurried;
  int64_t left, each; /* entries, and of a site */
} hurry;

/* Whether to go on, with so many sites to come. */
static bool may_go_on(hurry *h, const tree_walk_job *job, int32_t sites) {
  h->is_hurried = h->is_hurried || rounds_should_stop(job->rounds);
  if (h->is_hurried && h->left < 0) return false;
  if (h->is_hurried) h->left -= TREE_LANES * h->each * sites;
  return true;
}

static bool minimise_forest(const tree_walk_job *job, walk_strip *s, const forest *t, hurry *h) {
  bool any = false;
  for (int32_t c = 0; c < t->chunks; c++) {
    if (!may_go_on(h, job, t->chunk[c + 1] - t->chunk[c])) return false;
    any |= job->kernel->minimise[job->model->is_narrow](&s->trees, t, c);
  }
  return any;
}

/* A plan takes longer than what may still be done after the end. */
static bool minimise_plan(const tree_walk_job *job, walk_strip *s, const sub_plan *p, hurry *h) {
  const sub_move m = move_of(job, s, p);
  const sub_type type = job->wide->types[p - job->wide->plans];
  for (int32_t begin = 0, end; begin < p->count; begin = end) {
    end = sub_chunk_end(p, begin);
    h->is_hurried = h->is_hurried || rounds_should_stop(job->rounds);
    if (h->is_hurried) return false;
    job->wide->kernel->minimise[type](&m, begin, end);
  }
  return job->wide->kernel->settle(&m);
}

bool tree_walk_quench(const tree_walk_job *job, walk_strip *s, int64_t most) {
  const spin_form *f = job->model->form;
  const int64_t turn = moves_of_a_turn(job);
  hurry h = {.left = HURRIED_WORK, .each = 1 + (f->n > 0 ? f->row[f->n] / f->n : 0)};
  int64_t in_vain = 0, visits = 0;
  for (int64_t k = 0; in_vain < turn && visits < most && !(h.is_hurried && h.left < 0); k++) {
    const sub_plan *p = plan_of(job, k);
    const forest *t = forest_of(job, k);
    const bool any = p ? minimise_plan(job, s, p, &h) : minimise_forest(job, s, t, &h);
    visits += p ? p->count : t->count;
    in_vain = any ? 0 : in_vain + 1;
  }
  return !h.is_hurried;
}

void tree_walk_leave(const tree_walk_job *job, const walk_strip *s, int64_t index, uint8_t rows[]) {
  const int64_t n = job->model->form->n;
  for (int32_t l = 0; l < rounds_reads(job->rounds, index); l++)
    for (int64_t i = 0; i < n; i++) rows[l * n + i] = s->trees.spin[i * TREE_LANES + l] > 0;
}

/* Costs of flips in all lanes at evenly spread sites; returns how many. */
static int32_t collect(const spin_form *f, const tree_strip *s, float cost[]) {
  const int32_t stride = (int32_t)((int64_t)f->n * TREE_LANES / RANGE_COSTS) + 1;
  int32_t count = 0;
  for (int32_t i = 0; i < f->n; i += stride) {
    double field[TREE_LANES];
    for (int32_t l = 0; l < TREE_LANES; l++) field[l] = (double)f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const double J = (double)f->J[k];
      for (int32_t l = 0; l < TREE_LANES; l++)
        field[l] += J * s->spin[(int64_t)f->col[k] * TREE_LANES + l];
    }
    for (int32_t l = 0; l < TREE_LANES; l++) cost[count++] = (float)fabs(field[l]);
  }
  return count;
}

bool tree_walk_range(const tree_walk_job *job, walk_strip *s, uint8_t bits[], walk_range *out) {
  lehr_run *run = job->rounds->run;
  float *cost = run->alloc(run, (RANGE_COSTS + RANGE_PADDING) * sizeof *cost);
  const spin_form *f = job->model->form;
  const bool is_large = f->n + f->row[f->n] > LARGE;
  tree_walk_job trial = *job;
  const rounds once = {.run = run,
                       .lanes = TREE_LANES,
                       .reads = TREE_LANES,
                       .strips = 1,
                       .sweeps = is_large ? LARGE_SWEEPS : TRIAL_SWEEPS,
                       .round = TRIAL_ROUND,
                       .deadline = job->rounds->deadline};
  range r = {0};
  *out = (walk_range){0};
  if (!cost) return false;
  r.hot = range_hot(f, cost);
  if (r.hot > 0) {
    trial.rounds = &once;
    trial.hot = r.hot;
    trial.cold = r.hot / 32;
    if (tree_walk_enter(&trial, s, 0, bits)) {
      const double begin = clock_wall();
      tree_walk_cool(&trial, s, 0, 0);
      out->sweep_seconds = (clock_wall() - begin) / (double)once.sweeps;
      tree_walk_quench(&trial, s, is_large ? LARGE_QUENCH * (int64_t)f->n : INT64_MAX);
    }
    r.cold = range_fit(cost, collect(f, &s->trees, cost), range_cold_acceptance);
  }
  range_repair(&r, 0);
  out->hot = r.hot;
  out->cold = r.cold;
  return true;
}
