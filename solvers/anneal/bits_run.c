/* SPDX-License-Identifier: Apache-2.0 */
/* Annealing with replicas in bits (bits.h). */
#include "base/memory.h"
#include "base/philox.h"
#include "solvers/anneal/frozen.h"
#include "solvers/anneal/kernels_run.h"
#include "solvers/anneal/rounds.h"
#include "solvers/anneal/setup.h"
#include "solvers/bits/dice.h"
#include "solvers/bits/ladder.h"
#include "solvers/bits/transpose.h"
#include "solvers/descent.h"
#include "solvers/start.h"

#include <string.h>

enum { POLL_WORK = 1 << 19, SWEEP_WORK = 64, HURRIED_WORK = 1 << 23 };

/* Working memory of one thread. */
typedef struct bits_space {
  bit_strip strip;
  bit_dice dice;
  bit_ladder ladder;         /* of independent samples; else unused */
  uint8_t *rows;             /* [BITS_WORD][n] */
  uint64_t *scratch;         /* [n] */
  int64_t work;              /* since the last question whether to stop */
  uint64_t moving[BITS_ROW]; /* [words] replicas that are not frozen */
  bool is_cold;              /* whether the noise is all zeros, and stays so */
  THREAD_APART;
} bits_space;

typedef struct bits_run {
  anneal_setup setup;
  bit_model model;
  const bit_kernel *kernel;
  rounds rounds;
  bool is_independent; /* samples of the last temperature */
  bits_space *spaces;  /* [threads] */
} bits_run;

uint64_t bits_space_bytes(const lehr_model_view *m, int64_t reads) {
  const uint64_t n = (uint64_t)m->n + 1, words = ((uint64_t)reads + BITS_WORD - 1) / BITS_WORD;
  return n * (words < 8 ? words : 8) * sizeof(uint64_t) + n * (BITS_WORD + sizeof(uint64_t)) +
         bits_dice_bytes(quantile_count(m->n)) +
         bits_ladder_bytes(INT32_MAX, BITS_BLOCK / BITS_WORD) + 512 + sizeof(bits_space);
}

static bool make_space(bits_space *s, const bits_run *b) {
  lehr_run *run = b->rounds.run;
  const size_t n = (size_t)b->model.n, words = (size_t)b->kernel->words;
  const bit_quantiles q = {b->setup.quantiles.narrow, b->setup.quantiles.count};
  *s = (bits_space){.strip = {.model = &b->model}};
  s->strip.spins = run->alloc(run, (n + 1) * words * sizeof(uint64_t));
  s->rows = run->alloc(run, n * BITS_WORD);
  s->scratch = run->alloc(run, n * sizeof *s->scratch);
  return s->strip.spins && s->rows && s->scratch &&
         (b->is_independent ? bits_ladder_make(&s->ladder, &b->model, (int)words, run)
                            : bits_dice_make(&s->dice, b->kernel, q, run));
}

/* Start states of strip `index`; unused replicas repeat the first ones. */
static void enter(const bits_run *b, bits_space *s, int64_t index) {
  const int32_t n = b->model.n;
  const int64_t first = index * b->rounds.lanes, reads = rounds_reads(&b->rounds, index);
  const int words = b->kernel->words;
  for (int w = 0; w < words; w++) {
    const int64_t left = reads - (int64_t)w * BITS_WORD;
    const int count = left < 0 ? 0 : left < BITS_WORD ? (int)left : BITS_WORD;
    for (int r = 0; r < count; r++)
      start_state(b->rounds.run, first + w * BITS_WORD + r, b->rounds.round,
                  s->rows + (size_t)r * (size_t)n);
    transpose_in(s->rows, count, &b->model, s->scratch, s->strip.spins + w, words);
    s->strip.spins[(size_t)n * (size_t)words + (size_t)w] = UINT64_MAX;
  }
}

static void leave(const bits_run *b, const bits_space *s, int64_t index, uint8_t out[]) {
  const int32_t n = b->model.n;
  const int64_t reads = rounds_reads(&b->rounds, index);
  for (int64_t r = 0; r < reads; r += BITS_WORD)
    transpose_out(s->strip.spins + r / BITS_WORD, b->kernel->words, &b->model, s->scratch,
                  reads - r < BITS_WORD ? (int)(reads - r) : BITS_WORD, out + r * n);
}

/* One sweep, cut where the run should stop. Returns the sites visited. */
static int32_t sweep(const bits_run *b, bits_space *s, bool *any) {
  const int32_t n = b->model.n, site_work = b->setup.job.site_work;
  const int32_t most = POLL_WORK / site_work + 1;
  s->work += SWEEP_WORK;
  for (int32_t begin = 0; begin < n;) {
    const int32_t end = n - begin < most ? n : begin + most;
    *any |= b->is_independent ? b->kernel->sweep_ladder(&s->strip, &s->ladder, begin, end)
                              : b->kernel->sweep(&s->strip, begin, end);
    s->work += (int64_t)(end - begin) * site_work;
    begin = end;
    if (s->work < POLL_WORK) continue;
    s->work = 0;
    if (rounds_should_stop(&b->rounds)) return begin;
  }
  return n;
}

/* Prepares the random numbers of strip `index`; draw(): of one sweep at a temperature. */
static void seed(const bits_run *b, bits_space *s, int64_t index, uint64_t key) {
  const int words = b->kernel->words;
  const int64_t first = index * words % (BITS_BLOCK / BITS_WORD);
  if (b->is_independent)
    bits_ladder_seed(&s->ladder, words, key, first);
  else
    bits_dice_seed(&s->dice, key, first);
}

static void draw(const bits_run *b, bits_space *s, double temperature, philox_block random) {
  const int words = b->kernel->words;
  if (b->is_independent)
    bits_ladder_set(&s->ladder, words, temperature, 0, words * BITS_WORD);
  else
    bits_dice_throw(&s->dice, temperature, random, &s->strip);
}

/* ---- Replicas that cannot move any more (frozen.h) ---- */

/* At this temperature and below no digit of y is ever 1: the shared ones need y >= 2, and the
 * densities of the others are so far below one part in 2^BITS_DENSITY that dice.c rounds them to
 * nothing (256 exp(-1/T) < 2^-33). */
static const double silent_temperature = 1 / 29.0;

/* The used replicas, those of the first reads of the strip. */
static void all_move(const bits_run *b, bits_space *s, int64_t reads) {
  for (int w = 0; w < b->kernel->words; w++) {
    const int64_t count = reads - (int64_t)w * BITS_WORD;
    s->moving[w] = count <= 0 ? 0 : count < BITS_WORD ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
  }
  s->is_cold = false;
}

static size_t spins_bytes(const bits_run *b) {
  return (size_t)b->model.n * (size_t)b->kernel->words * sizeof(uint64_t);
}

/* A replica that a silent sweep left as it was, as s->rows has it, is left so by all that follow.
 * Takes note of those; true if any of the others is left. */
static bool can_move(const bits_run *b, bits_space *s, course *c, int64_t visits) {
  const size_t words = (size_t)b->kernel->words, count = (size_t)b->model.n * words;
  const uint64_t *before = (const uint64_t *)s->rows;
  const int64_t all = b->rounds.sweeps * b->model.n;
  uint64_t flipped[BITS_ROW] = {0}, any = 0;
  for (size_t k = 0; k < count; k += words)
    for (size_t w = 0; w < words; w++) flipped[w] |= before[k + w] ^ s->strip.spins[k + w];
  for (size_t w = 0; w < words; w++) {
    frozen_count(c, __builtin_popcountll(s->moving[w] & ~flipped[w]), visits, all);
    any |= s->moving[w] &= flipped[w];
  }
  return any != 0;
}

/* Whether to compare the spins before and after sweep t; s->rows has them then. */
static bool is_watched(const bits_run *b, bits_space *s, const schedule *plan, int64_t t) {
  if (b->is_independent || !frozen_is_due(t, b->rounds.sweeps)) return false;
  /* After that many silent sweeps all noise is new. */
  const bool was_cold = s->is_cold;
  s->is_cold = schedule_hottest(plan) <= silent_temperature;
  if (!was_cold || !s->is_cold) return false;
  memcpy(s->rows, s->strip.spins, spins_bytes(b));
  return true;
}

/* All sweeps, or fewer when the run should stop or all replicas are frozen. */
static course anneal(const bits_run *b, int thread, int64_t index) {
  bits_space *s = &b->spaces[thread];
  const strip_job *job = &b->setup.job;
  const uint64_t key = philox_subkey(philox_subkey(job->run->key, (uint64_t)b->rounds.round),
                                     (uint64_t)(index * b->rounds.lanes / BITS_BLOCK));
  bool is_moving = true;
  int64_t visits = 0;
  course c = {0};
  schedule plan;
  schedule_start(&plan, &job->shape, b->rounds.sweeps);
  s->work = 0;
  seed(b, s, index, key);
  all_move(b, s, rounds_reads(&b->rounds, index));
  if (rounds_should_stop(&b->rounds)) return c;
  for (int64_t t = 0; t < b->rounds.sweeps && is_moving; t++) {
    bool any = false;
    draw(b, s, schedule_next(&plan, t), philox_at(key, 0, (uint64_t)t));
    const bool is_compared = is_watched(b, s, &plan, t);
    const int32_t visited = sweep(b, s, &any);
    visits += visited;
    if (s->work == 0) {
      rounds_report(&b->rounds, thread, index, t + 1);
      if (rounds_should_stop(&b->rounds)) break;
    }
    if (is_compared && visited == b->model.n) is_moving = can_move(b, s, &c, visits);
  }
  for (int w = 0; w < b->kernel->words; w++)
    c.attempts += visits * __builtin_popcountll(s->moving[w]);
  return c;
}

/* Descends to local minima; once the run should stop there is time for little work: false if it was
 * not enough. */
static bool quench(const bits_run *b, bits_space *s) {
  const int32_t n = b->model.n;
  int64_t left = QUENCH_SWEEPS;
  bool any = true, is_hurried = false;
  bits_dice_freeze(&s->dice, &s->strip);
  s->work = POLL_WORK;
  for (; any && left > 0; left--) {
    any = false;
    if (is_hurried)
      any = b->kernel->sweep(&s->strip, 0, n);
    else if (sweep(b, s, &any) < n) {
      is_hurried = any = true;
      left = HURRIED_WORK / ((int64_t)n * b->setup.job.site_work + 1) + 1;
    }
  }
  return !any || !is_hurried;
}

static course run_strip(void *context, int64_t index, int thread, uint8_t out[]) {
  const bits_run *b = context;
  bits_space *s = &b->spaces[thread];
  enter(b, s, index);
  const course c = anneal(b, thread, index);
  const bool is_done = b->is_independent || quench(b, s);
  leave(b, s, index, out);
  if (!is_done) descent_hurried(b->rounds.run, out);
  return c;
}

static bool prepare(bits_run *b, lehr_run *run, budget *limits, int level) {
  /* With several threads, narrower strips rather than idle threads. */
  const int64_t wanted = (limits->reads + run->threads - 1) / run->threads;
  if (!setup_prepare(&b->setup, run) || !setup_lanes(&b->setup, level) ||
      !bits_prepare(&b->model, &b->setup.form, run))
    return false;
  b->setup.job.site_work = (int32_t)(4 + b->model.entries / b->model.n);
  b->kernel = bits_kernel(level, wanted);
  b->is_independent = ((const anneal_options *)run->options)->boltzmann != 0;
  b->rounds = (rounds){.run = run,
                       .lanes = b->kernel->words * BITS_WORD,
                       .strip = run_strip,
                       .context = b,
                       .phase = "annealing"};
  if (!rounds_prepare(&b->rounds, limits)) return false;
  b->setup.job.deadline = b->rounds.deadline;
  b->spaces = run->alloc(run, (size_t)b->rounds.threads * sizeof *b->spaces);
  for (int32_t t = 0; b->spaces && t < b->rounds.threads; t++)
    if (!make_space(&b->spaces[t], b)) return false;
  return b->spaces != NULL;
}

lehr_status bits_run_at(lehr_run *run, budget limits, int level) {
  bits_run b;
  if (!prepare(&b, run, &limits, level) || !setup_temperatures(&b.setup, &limits))
    return start_instead(run);
  return rounds_run(&b.rounds, &limits);
}
