/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/reheat.h"

#include "base/philox.h"
#include "base/real.h"
#include "solvers/registry.h"

#include <math.h>

enum { MIX_PARTNERS = 3, TOGETHER = 64, BITS_READS = 512, LONG_WORK = 1 << 20 };

/* Annealing with one bit per replica takes about the same time for 1 and for 512 replicas; and then
 * crossing a descendant takes as long as some hundred sweeps of it. */
typedef struct habits {
  int32_t rows;
  int32_t descendants;             /* at least, of all rows together */
  int64_t lengths[REHEAT_LENGTHS]; /* sweeps */
  double crossing;                 /* time of crossing one descendant, in sweeps of it by flips */
  double sweep, quench;            /* time of a sweep, and of the end, in sweeps by flips */
} habits;

static const habits habits_of_bits = {512, BITS_READS, {256, 1024, 4096}, 256, 1, 0};
static const habits habits_of_lanes = {128, 64, {64, 256, 1024}, 24, 1, 0};
static const habits habits_of_groups = {32, 32, {16, 64, 256}, 8, 1, 0};
static const habits habits_of_forests = {128, 64, {16, 64, 256}, 24, 24, 250};

static double time_of(const habits *usual, double length) {
  return usual->quench + usual->sweep * length;
}

static const habits *habits_of(const part *p, reheat_means means) {
  if (p->is_bit_sliced) return &habits_of_bits;
  if (p->view->n_groups > 0) return &habits_of_groups;
  return means == BY_FORESTS ? &habits_of_forests : &habits_of_lanes;
}

int32_t reheat_rows(const part *p) { return habits_of(p, BY_FLIPS)->rows; }

/* A new yield counts half. */
static const double smoothing = 0.5;

/* Where the rows of a stage go. */
typedef struct catcher {
  hybrid *h;
  part *p;
  int32_t next; /* descendant */
  double gain;
} catcher;

static void improve_best(catcher *c, const uint8_t bits[]) {
  if (part_consider(c->p, bits)) hybrid_improved(c->h, c->p);
}

/* Read r began with row r modulo their number; the engine delivers reads in order. After a stop
 * some may be missing, and a row is crossed with the descendant of another, which is as good. */
static void cross_descendants(catcher *c, const uint8_t bits[], int32_t count) {
  generation *states = &c->p->states;
  double gains[TOGETHER];
  const int32_t first = c->next % states->count;
  generation_cross_many(states, first, bits, count, gains);
  for (int32_t k = 0; k < count; k++) {
    const int32_t row = (first + k) % states->count;
    c->gain += gains[k];
    if (gains[k] <= 0 || generation_energy(states, row) >= c->p->heat.lowest) continue;
    c->p->heat.lowest = generation_energy(states, row);
    generation_get(states, row, c->p->bits);
    improve_best(c, c->p->bits);
  }
  c->next = first + count;
}

static void take_descendants(void *user, const uint8_t rows[], int64_t count) {
  catcher *c = user;
  const int32_t most = c->p->states.count < TOGETHER ? c->p->states.count : TOGETHER;
  for (int64_t k = 0; k < count; k += most)
    cross_descendants(c, rows + k * c->p->view->n, count - k < most ? (int32_t)(count - k) : most);
}

static void take_descendant(void *user, const uint8_t bits[], bool is_read) {
  if (is_read) take_descendants(user, bits, 1);
}

/* The first reads become rows, what more there are is crossed into these; where there is no
 * population yet, the best one is all that is wanted. */
static void take_starts(void *user, const uint8_t rows[], int64_t count) {
  catcher *c = user;
  generation *states = &c->p->states;
  const size_t n = (size_t)c->p->view->n;
  int64_t k = 0;
  for (; k < count && (states->count < states->capacity || states->capacity == 0); k++) {
    improve_best(c, rows + (size_t)k * n);
    if (states->capacity > 0) generation_put(states, states->count, rows + (size_t)k * n);
  }
  if (k < count) take_descendants(c, rows + (size_t)k * n, count - k);
}

static void take_start(void *user, const uint8_t bits[], bool is_read) {
  if (is_read)
    take_starts(user, bits, 1);
  else
    improve_best(user, bits);
}

static stage stage_of(hybrid *h, part *p, catcher *c, int64_t reads, int64_t sweeps) {
  stage s = {.engine = &engine_anneal,
             .model = p->view,
             .key = hybrid_next_key(h),
             .reads = reads,
             .time_limit_s = hybrid_seconds_left(h),
             .memory_bytes = UINT64_MAX,
             .user = c};
  stage_set(&s, "sweeps", (double)sweeps);
  return s;
}

static lehr_status begin(hybrid *h, part *p, stage *s, stage_result *result) {
  s->phase = "annealing";
  s->take = take_start;
  s->take_reads = take_starts;
  p->heat.lowest = HUGE_VAL;
  const lehr_status status = hybrid_stage(h, s, result);
  if (result->beta_hot > 0 && result->beta_cold > 0) {
    p->heat.beta_hot = result->beta_hot;
    p->heat.beta_cold = result->beta_cold;
  }
  for (int l = 0; l < REHEAT_LEVELS; l++)
    if (!p->heat.is_tried[BY_FLIPS][l][0]) p->heat.yield[BY_FLIPS][l][0] = HUGE_VAL;
  if (!p->heat.is_tried[BY_FORESTS][0][0]) p->heat.yield[BY_FORESTS][0][0] = HUGE_VAL;
  return status;
}

void reheat_plan(part *p, slice budget, int32_t threads) {
  const bool is_long = budget.work >= (int64_t)p->view->n * LONG_WORK;
  if (!p->is_bit_sliced)
    p->heat.reads = habits_of(p, BY_FLIPS)->descendants;
  else if (budget.seconds >= 0)
    p->heat.reads = (int64_t)BITS_READS * threads;
  else
    p->heat.reads = is_long ? 2 * BITS_READS : BITS_READS;
}

int64_t reheat_starts(const part *p) {
  const int64_t rows = p->states.capacity;
  return rows < reheat_rows(p) || p->heat.reads < rows ? rows : p->heat.reads;
}

lehr_status reheat_start(hybrid *h, part *p, int64_t reads, int64_t sweeps, stage_result *result) {
  catcher c = {.h = h, .p = p};
  stage s = stage_of(h, p, &c, reads, sweeps);
  return begin(h, p, &s, result);
}

lehr_status reheat_timed(hybrid *h, part *p, int64_t reads, double seconds, stage_result *result) {
  catcher c = {.h = h, .p = p};
  stage s = stage_of(h, p, &c, reads, 0);
  s.time_limit_s = seconds;
  return begin(h, p, &s, result);
}

void reheat_forget(part *p) {
  p->heat = (reheating){
      .reads = p->heat.reads, .beta_hot = p->heat.beta_hot, .beta_cold = p->heat.beta_cold};
}

void reheat_narrow(part *p, int32_t most) {
  generation *s = &p->states;
  for (int32_t k = 1; k <= MIX_PARTNERS; k++)
    generation_cross_rows(s, k * (int32_t)(1 + p->heat.rounds % 7));
  generation_sort(s);
  if (s->count > most) s->count = most;
}

/* What to do next. */
typedef struct choice {
  int level, length;
} choice;

/* Of those that take at most so many sweeps by flips, or the shortest. */
static choice best_choice(const part *p, reheat_means means, double sweeps) {
  const habits *usual = habits_of(p, means);
  choice best = {0, 0};
  for (int l = 0; l < REHEAT_LEVELS; l++)
    for (int k = 0; k < REHEAT_LENGTHS; k++) {
      if (k > 0 && time_of(usual, (double)usual->lengths[k]) > sweeps) break;
      if (p->heat.yield[means][l][k] > p->heat.yield[means][best.level][best.length])
        best = (choice){l, k};
    }
  return best;
}

/* Flips try all temperatures; forests, which take longer, begin with the hottest and hope for half
 * of its yield from the next. */
static void learn(reheating *heat, reheat_means means, choice x, double yield) {
  double *known = &heat->yield[means][x.level][x.length];
  bool *is_tried = &heat->is_tried[means][x.level][x.length];
  if (*is_tried) {
    *known += smoothing * (yield - *known);
  } else {
    *known = yield;
    if (x.length + 1 < REHEAT_LENGTHS) known[1] = yield / 2;
    if (means == BY_FORESTS && x.length == 0 && x.level + 1 < REHEAT_LEVELS)
      heat->yield[means][x.level + 1][0] = yield / 2;
  }
  *is_tried = true;
}

/* Level 0 is the hottest; none is as hot or cold as the ends. */
static double beta_of(const reheating *heat, int level) {
  const double ratio = real_log(heat->beta_cold / heat->beta_hot);
  return heat->beta_hot * real_exp(ratio * (level + 1) / (REHEAT_LEVELS + 1));
}

lehr_status reheat_round(hybrid *h, part *p, reheat_means means, double most,
                         stage_result *result) {
  reheating *heat = &p->heat;
  const int32_t count = p->states.count;
  const bool is_timed = hybrid_seconds_left(h) >= 0;
  int64_t reads = (heat->reads + count - 1) / count * count;
  /* Where work is so short, only the first rows. */
  if (!is_timed && most < (double)reads * p->view->n)
    reads = most < p->view->n ? 1 : (int64_t)(most / p->view->n);
  const double sweeps = most / ((double)reads * p->view->n);
  const choice x = best_choice(p, means, sweeps);
  const habits *usual = habits_of(p, means);
  const double affordable = (sweeps - usual->quench) / usual->sweep;
  const double length = fmax(1, fmin((double)usual->lengths[x.length], affordable));
  catcher c = {.h = h, .p = p};
  stage s = stage_of(h, p, &c, reads, (int64_t)length);
  if (means == BY_FORESTS) s.engine = &engine_subgraph;
  s.phase = "reheating";
  s.take = take_descendant;
  s.take_reads = take_descendants;
  s.n_initial = count;
  s.initial = hybrid_rows(h, p);
  stage_set(&s, "beta_hot", beta_of(heat, x.level));
  stage_set(&s, "beta_cold", heat->beta_cold);
  const lehr_status status = s.initial ? hybrid_stage(h, &s, result) : LEHR_ENOMEM;
  if (status != LEHR_OK) return status;
  learn(heat, means, x, c.gain / ((time_of(usual, length) + usual->crossing) * reads));
  heat->rounds++;
  return LEHR_OK;
}
