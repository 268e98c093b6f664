/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bifurcation/bifurcation.h"

#include "base/fpu.h"
#include "base/memory.h"
#include "base/philox.h"
#include "qubo/model.h"
#include "solvers/anneal/rounds.h"
#include "solvers/bifurcation/forces.h"
#include "solvers/bifurcation/settle.h"
#include "solvers/bifurcation/stiffness.h"
#include "solvers/poll.h"
#include "solvers/portion.h"
#include "solvers/start.h"

#include <math.h>
#include <string.h>

#define OPTION_STRUCT bifurcation_options
#define OPTION_FILE "solvers/bifurcation/options.def"
#include "base/option_table.inc"

enum { POLL_WORK = 1 << 20, STEP_WORK = 1 << 8, ROW_WORK = 4 };

static const float start_extent = 0.1f;

/* Working memory of one thread. */
typedef struct bifurcation_space {
  oscillator_strip strip;
  settling settling;
  uint8_t *bits; /* [n] */
  int64_t work;  /* since the last question whether to stop */
  THREAD_APART;
} bifurcation_space;

typedef struct bifurcation_state {
  spin_form form;
  lane_model lanes;
  oscillator_model model;
  const oscillator_kernel *kernel;
  bool is_discrete;
  double step;
  rounds rounds;
  bifurcation_space *spaces; /* [threads] */
} bifurcation_state;

static uint64_t space_bytes(const lehr_model_view *m, int64_t lanes) {
  return (uint64_t)m->n * (3 * sizeof(float) * (uint64_t)lanes + 1) + settling_bytes(m) + 256 +
         sizeof(bifurcation_space);
}

static bool make_space(bifurcation_space *s, const bifurcation_state *b, int level) {
  lehr_run *run = b->rounds.run;
  const size_t bytes = (size_t)b->form.n * (size_t)b->rounds.lanes * sizeof(float);
  *s = (bifurcation_space){.bits = run->alloc(run, (size_t)b->form.n)};
  s->strip = (oscillator_strip){.model = &b->model,
                                .lanes = (int)b->rounds.lanes,
                                .is_discrete = b->is_discrete,
                                .step = (float)b->step,
                                .x = run->alloc(run, bytes),
                                .y = run->alloc(run, bytes),
                                .v = run->alloc(run, bytes)};
  return s->bits && s->strip.x && s->strip.y && s->strip.v &&
         settling_make(&s->settling, &b->lanes, level, run);
}

/* Uniform in 0..1, a multiple of 2^-24. */
static float unit(uint64_t *state) { return (float)(lanes_random(state) >> 8) * 0x1p-24f; }

/* All lanes at rest, where those without a read stay. False if the run should stop: the memory of
 * large models takes longer to come than a step. */
static bool rest(const bifurcation_state *b, oscillator_strip *s) {
  enum { PORTION = 1 << 14, REST_WORK = 1 << 3 };
  poll p = {.run = b->rounds.run};
  for (int32_t begin = 0; begin < b->form.n; begin += PORTION) {
    const int32_t count = b->form.n - begin < PORTION ? b->form.n - begin : PORTION;
    const size_t at = (size_t)begin * (size_t)s->lanes;
    const size_t bytes = (size_t)count * (size_t)s->lanes * sizeof(float);
    memset(s->x + at, 0, bytes);
    memset(s->y + at, 0, bytes);
    memset(s->v + at, 0, bytes);
    if (poll_is_due(&p, REST_WORK * count) && rounds_should_stop(&b->rounds)) return false;
  }
  return true;
}

/* Positions near the origin on the side of the start states, small random momenta. False if the run
 * should stop. */
static bool enter(const bifurcation_state *b, bifurcation_space *s, int64_t index) {
  enum { START_WORK = 1 << 3 };
  const int lanes = s->strip.lanes;
  const int64_t reads = rounds_reads(&b->rounds, index);
  poll p = {.run = b->rounds.run};
  if (reads < lanes && !rest(b, &s->strip)) return false;
  for (int l = 0; l < reads; l++) {
    const int64_t read = index * lanes + l;
    uint64_t state =
        philox_subkey(philox_subkey(b->rounds.run->key, (uint64_t)b->rounds.round), (uint64_t)read);
    start_state(b->rounds.run, read, b->rounds.round, s->bits);
    for (int64_t i = 0; i < b->form.n; i++) {
      const int64_t at = i * lanes + l;
      const float x = start_extent * unit(&state), sign = s->bits[i] ? 1 : -1;
      s->strip.x[at] = sign * x;
      s->strip.y[at] = start_extent * (2 * unit(&state) - 1);
      s->strip.v[at] = b->is_discrete ? sign : sign * x;
      if (poll_is_due(&p, START_WORK) && rounds_should_stop(&b->rounds)) return false;
    }
  }
  return true;
}

/* Trajectories of tiny models often end alike: there, some reads descend from where they began. */
static bool is_descent(const bifurcation_state *b, int64_t read) {
  enum { TINY = 32, EVERY = 4 };
  return b->form.n <= TINY && read % EVERY == EVERY - 1;
}

static void leave(const bifurcation_state *b, const bifurcation_space *s, int64_t index,
                  uint8_t out[]) {
  const int64_t reads = rounds_reads(&b->rounds, index), first = index * s->strip.lanes;
  for (int64_t r = 0; r < reads; r++)
    if (is_descent(b, first + r))
      start_state(b->rounds.run, first + r, b->rounds.round, out + r * b->form.n);
    else
      for (int64_t i = 0; i < b->form.n; i++)
        out[r * b->form.n + i] = !signbit(s->strip.x[i * s->strip.lanes + r]);
}

/* Where the portion that begins there ends: with dense tiles, behind whole ones. */
static int32_t portion_of(const bifurcation_state *b, int32_t begin, int64_t most) {
  const int32_t n = b->form.n;
  if (!b->model.dense) return portion_end(b->form.row, begin, n, ROW_WORK, most);
  const int32_t count = (int32_t)(most / n / TILE_ROWS + 1) * TILE_ROWS;
  return n - begin < count ? n : begin + count;
}

/* One step; false when it was cut because the run should stop, with the positions as they were. */
static bool advance(const bifurcation_state *b, bifurcation_space *s) {
  const int32_t n = b->form.n, widths = s->strip.lanes / FEWEST_LANES;
  s->work += STEP_WORK;
  for (int32_t begin = 0; begin < n;) {
    const int32_t end = portion_of(b, begin, POLL_WORK / widths);
    b->kernel->kick(&s->strip, begin, end);
    s->work += widths * (b->model.dense ? (int64_t)(end - begin) * n
                                        : portion_work(b->form.row, begin, end, ROW_WORK));
    begin = end;
    if (s->work < POLL_WORK) continue;
    s->work = 0;
    if (rounds_should_stop(&b->rounds)) return false;
  }
  b->kernel->drift(&s->strip);
  return true;
}

/* All steps, or fewer when the run should stop; returns those made. */
static int64_t follow(const bifurcation_state *b, int thread, int64_t index) {
  bifurcation_space *s = &b->spaces[thread];
  const int64_t steps = b->rounds.sweeps;
  s->work = 0;
  for (int64_t t = 0; t < steps; t++) {
    if (s->work == 0) {
      rounds_report(&b->rounds, thread, index, t);
      if (rounds_should_stop(&b->rounds)) return t;
    }
    s->strip.pull = (float)(1 - (double)t / (double)steps);
    if (!advance(b, s)) return t;
  }
  return steps;
}

static course run_strip(void *context, int64_t index, int thread, uint8_t out[]) {
  const bifurcation_state *b = context;
  bifurcation_space *s = &b->spaces[thread];
  fenv_t saved;
  fpu_enter(&saved); /* threads may have been started in another mode */
  const bool is_begun = enter(b, s, index);
  const int64_t steps = is_begun ? follow(b, thread, index) : 0;
  if (is_begun) {
    leave(b, s, index, out);
    settle(&s->settling, &b->rounds, out, rounds_reads(&b->rounds, index));
  }
  fpu_leave(&saved);
  return (course){.attempts = steps * b->form.n * rounds_reads(&b->rounds, index),
                  .is_cut = !is_begun};
}

/* Lanes of a strip at most. Values of the others are what has to be near: where rows are compressed
 * 10^9 oscillators per second with 16, 32 and 64 lanes were 0.38, 0.63, 0.59 on G22 (n = 2000),
 * 1.50, 1.57, 1.24 on G55 (5000) and 1.27, 1.24, 1.09 on G81 (20 000). Dense models, where few
 * lanes go with many rows (oscillators_kernel.inc), took 0.43, 0.49, 0.53 s of CPU for 2 10^7
 * attempts with n = 1000 and 0.38, 0.58, 0.88 s for 10^7 with n = 2000. */
static int64_t most_lanes(const lehr_model_view *m) {
  enum { SMALL = 1 << 12 };
  return m->n <= SMALL && !forces_are_dense(m) ? MOST_LANES : FEWEST_LANES;
}

/* Lanes of a strip: with several threads, narrower strips rather than idle threads. */
static int64_t lanes_for(const lehr_run *run, int64_t reads) {
  const int64_t wanted = (reads + run->threads - 1) / run->threads, most = most_lanes(run->model);
  int64_t lanes = FEWEST_LANES;
  while (lanes < most && lanes < wanted) lanes *= 2;
  return lanes;
}

static bool prepare_forces(bifurcation_state *b, lehr_run *run) {
  const bifurcation_options *o = run->options;
  double *scale = run->alloc(run, (size_t)b->form.n * sizeof *scale);
  if (!scale) return false;
  forces_scale(&b->form, o->strength, o->scaling == 1, scale);
  b->step = o->step;
  if (o->step == 0) {
    const double stiffness = stiffness_of(&b->form, scale, run);
    if (stiffness < 0) return false;
    b->step = stiffness_step(stiffness);
  }
  run->used(run, "step", b->step);
  return forces_prepare(&b->model, &b->form, scale, run);
}

static bool prepare(bifurcation_state *b, lehr_run *run, budget *limits, int level) {
  const bifurcation_options *o = run->options;
  b->is_discrete = o->mode == 0;
  b->kernel = oscillators_kernel(level);
  if (!spin_form_make(&b->form, run) ||
      !lanes_prepare(&b->lanes, &b->form, lanes_type(&b->form), run) ||
      !lanes_couple(&b->lanes, &b->form, run) || !prepare_forces(b, run))
    return false;
  b->rounds = (rounds){.run = run,
                       .lanes = lanes_for(run, limits->reads),
                       .strip = run_strip,
                       .context = b,
                       .phase = "bifurcating"};
  if (!rounds_prepare(&b->rounds, limits)) return false;
  b->spaces = run->alloc(run, (size_t)b->rounds.threads * sizeof *b->spaces);
  for (int32_t t = 0; b->spaces && t < b->rounds.threads; t++)
    if (!make_space(&b->spaces[t], b, level)) return false;
  return b->spaces != NULL;
}

lehr_status bifurcation_run_at(lehr_run *run, int level) {
  const bifurcation_options *o = run->options;
  const lehr_model_view *m = run->model;
  budget limits = budget_of(run, o->reads, o->sweeps);
  bifurcation_state b;
  if (run->time_limit_s == 0 || m->n == 0) return start_report(run, limits.reads);
  start_offer(run);
  if (!prepare(&b, run, &limits, level)) return start_instead(run);
  return rounds_run(&b.rounds, &limits);
}

static lehr_status bifurcation_run(lehr_run *run) {
  return bifurcation_run_at(run, cpu_best_level());
}

/* Seconds per step, variable and read, and per neighbour of the variable, on one core of Zen 4 with
 * AVX-512: CPU time of `lehr solve FILE --engine bifurcation` for G22 and a dense model of 2000
 * spins. */
static const double seconds_per_visit = 0.4e-9, seconds_per_neighbour = 0.023e-9;

static lehr_status bifurcation_plan(const lehr_model_view *m, const void *options, int64_t reads,
                                    int32_t threads, lehr_plan *plan) {
  const bifurcation_options *o = options;
  if (reads <= 0) reads = o->reads;
  const int64_t block = read_block(m, 1, threads, MOST_LANES);
  plan->threads = threads;
  plan->bytes = spin_form_bytes(m) + lanes_bytes(m) + forces_bytes(m) +
                (uint64_t)m->n * 3 * sizeof(double) +
                space_bytes(m, most_lanes(m)) * (uint64_t)threads + (1 << 16) +
                read_rows_bytes(m, block, reads, budget_will_be_timed(plan, o->sweeps));
  plan->seconds = budget_seconds(plan, (double)reads * m->n, o->sweeps,
                                 seconds_per_visit + seconds_per_neighbour * model_mean_degree(m));
  return LEHR_OK;
}

const lehr_engine engine_bifurcation = {
    .struct_size = sizeof engine_bifurcation,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_THREADS | LEHR_CAP_INITIAL,
    .name = "bifurcation",
    .summary = "simulated bifurcation: coupled oscillators, one trajectory per SIMD lane",
    .options = &table,
    .plan = bifurcation_plan,
    .run = bifurcation_run};
