/* SPDX-License-Identifier: Apache-2.0 */
/* Annealing with replicas in bits (bits.h). */
#include "base/philox.h"
#include "solvers/anneal/kernels_run.h"
#include "solvers/anneal/rounds.h"
#include "solvers/anneal/setup.h"
#include "solvers/bits/dice.h"
#include "solvers/bits/ladder.h"
#include "solvers/bits/transpose.h"
#include "solvers/start.h"

#include <omp.h>

enum { POLL_WORK = 1 << 19, SWEEP_WORK = 64, HURRIED_WORK = 1 << 23 };

/* Working memory of one thread. */
typedef struct bits_space {
  bit_strip strip;
  bit_dice dice;
  bit_ladder ladder; /* of independent samples; else unused */
  uint8_t *rows;     /* [BITS_WORD][n] */
  uint64_t *scratch; /* [n] */
  int64_t work;      /* since the last question whether to stop */
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
         bits_ladder_bytes(INT32_MAX, BITS_BLOCK / BITS_WORD) + 512;
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

static void report(const rounds *r, int64_t index, int64_t done) {
  if (omp_get_thread_num() != 0) return;
  const double part = ((double)index + (double)done / (double)r->sweeps) / (double)r->strips;
  r->run->progress(r->run, part, "annealing");
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

/* All sweeps, or fewer when the run should stop; returns the sites visited. */
static int64_t anneal(const bits_run *b, bits_space *s, int64_t index) {
  const strip_job *job = &b->setup.job;
  const uint64_t key = philox_subkey(philox_subkey(job->run->key, (uint64_t)b->rounds.round),
                                     (uint64_t)(index * b->rounds.lanes / BITS_BLOCK));
  int64_t visits = 0;
  schedule plan;
  schedule_start(&plan, &job->shape, b->rounds.sweeps);
  s->work = 0;
  seed(b, s, index, key);
  if (rounds_should_stop(&b->rounds)) return 0;
  for (int64_t t = 0; t < b->rounds.sweeps; t++) {
    bool any = false;
    draw(b, s, schedule_next(&plan, t), philox_at(key, 0, (uint64_t)t));
    visits += sweep(b, s, &any);
    if (s->work == 0) {
      report(&b->rounds, index, t + 1);
      if (rounds_should_stop(&b->rounds)) break;
    }
  }
  return visits;
}

/* Descends to local minima; once the run should stop there is time for about 0.1 s of work. */
static void quench(const bits_run *b, bits_space *s) {
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
      left = HURRIED_WORK / ((int64_t)n * b->setup.job.site_work + 1) + 2;
    }
  }
}

static int64_t run_strip(void *context, int64_t index, int thread, uint8_t out[]) {
  const bits_run *b = context;
  bits_space *s = &b->spaces[thread];
  enter(b, s, index);
  const int64_t visits = anneal(b, s, index);
  if (!b->is_independent) quench(b, s);
  leave(b, s, index, out);
  return visits * rounds_reads(&b->rounds, index);
}

static bool prepare(bits_run *b, lehr_run *run, budget *limits, int level) {
  /* With several threads, narrower strips rather than idle threads. */
  const int64_t wanted = (limits->reads + run->threads - 1) / run->threads;
  if (!setup_prepare(&b->setup, run) || !setup_lanes(&b->setup, level) ||
      !bits_prepare(&b->model, &b->setup.form, run))
    return false;
  b->kernel = bits_kernel(level, wanted);
  b->is_independent = ((const anneal_options *)run->options)->boltzmann != 0;
  b->rounds =
      (rounds){.run = run, .lanes = b->kernel->words * BITS_WORD, .strip = run_strip, .context = b};
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
    return LEHR_ENOMEM;
  return rounds_run(&b.rounds, &limits);
}
