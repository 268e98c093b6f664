/* SPDX-License-Identifier: Apache-2.0 */
/* What engines carry from move to move - fields, costs, energies - against sums of whole numbers
 * from scratch, after millions of moves; with LEHR_LONG=1 after 10^8 of each kind. Annealing has a
 * test of its own (test_drift.c); moves of subgraphs carry nothing but spins.
 *
 * All of it is whole numbers, of real models too, whose couplings are rounded once: nothing may
 * drift. Only two things are sums of doubles, and their error is bounded by their number. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include "base/cpu.h"
#include "solvers/bifurcation/settle.h"
#include "solvers/descent.h"
#include "solvers/hybrid/generation.h"
#include "solvers/sqa/path.h"
#include "solvers/start.h"
#include "solvers/tabu/dense.h"
#include "solvers/tabu/grouped_walk.h"
#include "solvers/tempering/system.h"

#include <stdlib.h>

/* Moves of a test that makes `usual` of them in about a second. */
static int64_t moves_wanted(int64_t usual) {
  const char *wish = getenv("LEHR_LONG");
  return wish && *wish == '1' ? 100000000 : usual;
}

/* ---- Models and sums ---- */

/* A model, with or without one-hot groups of four, and its form. */
typedef struct bench {
  arena memory;
  lehr_model *model;
  lehr_run run;
  spin_form form;
} bench;

typedef struct shape {
  int32_t n, degree; /* mean number of neighbours */
  double size;       /* of couplings */
  bool is_real, has_groups;
} shape;

static void bench_make(bench *b, const shape *x) {
  philox_stream s = philox_stream_at(6, (uint64_t)x->size + (uint64_t)x->n);
  const double density = (double)x->degree / x->n;
  lehr_builder *builder;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, x->n, &builder));
  for (int32_t i = 0; i < x->n; i++)
    for (int32_t j = 0; j <= i; j++) {
      const double value = x->size * philox_normal(&s) / 3;
      if (j < i && philox_unit(&s) >= density) continue;
      REQUIRE_OK(lehr_builder_add(builder, i, j, x->is_real ? value : rint(value), NULL));
    }
  for (int32_t i = 0; x->has_groups && i + 4 <= x->n / 2; i += 4) {
    const int32_t members[] = {i, i + 1, i + 2, i + 3};
    REQUIRE_OK(lehr_builder_add_group(builder, LEHR_GROUP_ONE_HOT, members, 4, 1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(builder, &b->model, NULL));
  lehr_builder_free(builder);
  b->run = bare_run(b->model, &b->memory);
  b->run.key = 5;
  REQUIRE(spin_form_make(&b->form, &b->run));
}

static void bench_free(bench *b) {
  arena_free(&b->memory);
  lehr_model_free(b->model);
}

/* h_i + sum of J_ij s_j, in whole numbers. */
static int64_t field_at(const spin_form *f, const uint8_t bits[], int32_t i) {
  int64_t sum = f->h[i];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) sum += bits[f->col[k]] ? f->J[k] : -f->J[k];
  return sum;
}

/* Sums of fields may leave 64 bits. */
__extension__ typedef __int128 wide_sum;

/* Twice the energy of the form. */
static wide_sum twice_energy(const spin_form *f, const uint8_t bits[]) {
  wide_sum sum = 0;
  for (int32_t i = 0; i < f->n; i++)
    sum += ((wide_sum)f->h[i] + field_at(f, bits, i)) * (bits[i] ? 1 : -1);
  return sum;
}

/* ---- Tempering ---- */

/* Whether every field of the walkers is -field_at, and every energy that of the state. */
static void check_walkers(const bench *b, const walkers *w, const walker_kernel *kernel) {
  const int type = w->model->type;
  uint8_t *bits = malloc((size_t)b->form.n);
  double of_lane[WALKERS];
  int64_t differing = 0;
  REQUIRE(bits != NULL);
  kernel->energies(w, of_lane);
  for (int l = 0; l < WALKERS; l++) {
    for (int32_t i = 0; i < b->form.n; i++) bits[i] = w->spin[i] >> l & 1;
    for (int32_t i = 0; i < b->form.n && type < 3; i++) {
      const int64_t at = (int64_t)i * WALKERS + l, field = field_at(&b->form, bits, i);
      differing += field != -(type == 1 ? ((int16_t *)w->field)[at] : ((int32_t *)w->field)[at]);
    }
    const double exact = (double)twice_energy(&b->form, bits) / 2;
    /* Beyond 2^53 the energy is a sum of doubles made anew each time. */
    CHECK_REAL(of_lane[l], exact, type < 3 ? 0 : 1e-12 * b->form.n * (double)b->form.largest_field);
  }
  CHECK_INT(differing, 0);
  free(bits);
}

/* So hot that nearly every visit is a flip; temperatures are exchanged, not states, so that fields
 * are never made anew. */
static void run_walkers(const shape *x) {
  bench b;
  lane_model lanes;
  tempering_system s;
  bench_make(&b, x);
  const double T = fmin(1000 * (double)b.form.largest_field, 2000);
  const int type = walkers_type(&b.form, T);
  const strip_job limits = {.run = &b.run, .deadline = HUGE_VAL, .site_work = 4};
  const system_job job = {.run = &b.run,
                          .limits = &limits,
                          .form = &b.form,
                          .model = &lanes,
                          .kernel = walker_kernel_at((int)cpu_best_level(), type),
                          .clusters = CLUSTERS_OFF,
                          .ranks = 8,
                          .interval = 3,
                          .cold = type == 1 ? T / 2 : 100 * (double)b.form.largest_field,
                          .hot = type == 1 ? T : 200 * (double)b.form.largest_field};
  REQUIRE(lanes_prepare(&lanes, &b.form, type, &b.run) && lanes_couple(&lanes, &b.form, &b.run) &&
          system_make(&s, &job, 0));
  const int64_t most = moves_wanted(type < 3 ? 40000000 : 4000000);
  int64_t moves = 0;
  while (moves < most) moves += system_advance(&s, 1000);
  check_walkers(&b, &s.w, job.kernel);
  bench_free(&b);
}

static void walkers_do_not_drift(void) {
  run_walkers(&(shape){500, 6, 3, false, false});
  run_walkers(&(shape){500, 6, 1e6, false, false});
  run_walkers(&(shape){500, 6, 1, true, false});
  run_walkers(&(shape){500, 6, 1e13, false, false});
}

/* ---- Tabu ---- */

/* Costs of all flips and the energy of a state, by making each flip and taking it back. */
static void check_flips(const bench *b, flips *f) {
  int64_t differing = 0;
  CHECK_INT(f->energy, (int64_t)(twice_energy(&b->form, f->bits) >> 2));
  for (int32_t i = 0; i < b->form.n; i++) {
    const int64_t field = field_at(&b->form, f->bits, i), before = f->energy;
    const int64_t cost = f->bits[i] ? -field : field;
    (void)f->flip(f, i);
    differing += f->energy - before != cost;
    (void)f->flip(f, i);
    differing += f->energy != before;
  }
  CHECK_INT(differing, 0);
}

/* type: of the fields of dense rows at the end; 0: none, costs are kept in a tournament. */
static void run_walk(const shape *x, int type, int64_t usual) {
  bench b;
  flip_model model;
  walk w;
  const walk_rules rules = {.tenure = 10, .spread = 10, .patience = INT64_MAX};
  bench_make(&b, x);
  REQUIRE(flip_model_make(&model, &b.form, &b.run) && model.is_dense == (type > 0));
  REQUIRE(walk_make(&w, &model, &rules, &b.run, (int)cpu_best_level()));
  uint8_t *bits = b.run.alloc(&b.run, (size_t)x->n);
  REQUIRE(bits != NULL);
  start_state(&b.run, 0, 0, bits);
  walk_enter(&w, bits, 3, moves_wanted(usual));
  walk_tabu(&w);
  CHECK_INT(w.moves, w.most);
  CHECK_INT(w.state.type, type);
  CHECK_INT(w.best_energy, (int64_t)(twice_energy(&b.form, w.best_bits) >> 2));
  check_flips(&b, &w.state);
  bench_free(&b);
}

static void tabu_walks_do_not_drift(void) {
  run_walk(&(shape){200, 150, 10, false, false}, 1, 4000000);
  run_walk(&(shape){1500, 1400, 100, false, false}, 1, 300000); /* halves */
  run_walk(&(shape){300, 290, 100000, false, false}, 2, 2000000);
  run_walk(&(shape){200, 150, 1, true, false}, 2, 2000000);
  run_walk(&(shape){1000, 4, 1, true, false}, 0, 3000000);
  run_walk(&(shape){1000, 4, 1e17, false, false}, 0, 3000000);
}

/* Members of groups exchange their values; the sum of all costs is half the change of energy, each
 * with an error of half a unit in the last place. */
static void run_grouped(const shape *x, int64_t usual) {
  bench b;
  grouped_model model;
  grouped_walk w;
  const walk_rules rules = {.tenure = 4, .spread = 4, .patience = INT64_MAX};
  int64_t differing = 0;
  bench_make(&b, x);
  REQUIRE(grouped_model_make(&model, &b.run) && grouped_walk_make(&w, &model, &rules, &b.run));
  uint8_t *bits = b.run.alloc(&b.run, (size_t)x->n);
  REQUIRE(bits != NULL);
  start_state(&b.run, 0, 0, bits);
  const wide_sum start = twice_energy(&model.form, bits);
  grouped_walk_enter(&w, bits, 3, moves_wanted(usual));
  grouped_walk_tabu(&w);
  grouped_leave(&w.state, bits);
  for (int32_t i = 0; i < x->n; i++)
    differing += w.state.field[i] != -field_at(&model.form, bits, i);
  CHECK_INT(differing, 0);
  const double largest = x->n * (double)model.form.largest_field;
  const double each = largest < 0x1p53 ? 0 : largest * 0x1p-53;
  CHECK_REAL(w.balance, (double)(twice_energy(&model.form, bits) - start) / 4,
             each * (double)w.moves);
  CHECK_REAL(w.best_balance, (double)(twice_energy(&model.form, w.best_bits) - start) / 4,
             each * (double)w.moves);
  bench_free(&b);
}

static void nor_do_those_with_groups(void) {
  run_grouped(&(shape){60, 40, 10, false, true}, 40000000);
  run_grouped(&(shape){200, 5, 1e15, false, true}, 20000000);
  run_grouped(&(shape){60, 40, 1, true, true}, 20000000);
}

/* ---- Paths of quantum annealing ---- */

static int64_t field_of_lane(const slice_strip *s, int64_t at) {
  if (s->model->type == 0) return ((const int8_t *)s->field)[at];
  if (s->model->type == 1) return ((const int16_t *)s->field)[at];
  return ((const int32_t *)s->field)[at];
}

/* Hot paths, hardly coupled in time, by local and world-line moves. */
static void run_path(const shape *x, int64_t usual) {
  enum { SLICES = 8 };
  bench b;
  lane_model lanes;
  lane_quantiles q;
  path_space space;
  bench_make(&b, x);
  REQUIRE(lanes_prepare(&lanes, &b.form, lanes_type(&b.form), &b.run) && lanes.type < 3 &&
          lanes_couple(&lanes, &b.form, &b.run) &&
          quantile_make(&q, path_quantiles(x->n, false), 3, &b.run));
  const rounds all = {
      .run = &b.run, .lanes = STRIP_LANES / SLICES, .reads = STRIP_LANES / SLICES, .sweeps = 1};
  const path_job job = {.run = &b.run,
                        .form = &b.form,
                        .model = &lanes,
                        .kernel = slices_kernel((int)cpu_best_level(), lanes.type),
                        .quantiles = &q,
                        .slices = SLICES,
                        .half_temperature = 1000 * (double)b.form.largest_field,
                        .rounds = &all};
  REQUIRE(path_space_make(&space, &job));
  path_enter(&job, &space, 0);
  space.strip.offset_mask = (uint32_t)q.count - 1;
  job.kernel->fill(&space.strip, 1e-6);
  for (int64_t moves = 0; moves < moves_wanted(usual); moves += 2 * 64 * x->n) {
    job.kernel->sweep(&space.strip, 0, x->n);
    job.kernel->worldline(&space.strip, 0, x->n);
  }
  int64_t differing = 0;
  uint8_t *bits = space.bits;
  for (int l = 0; l < STRIP_LANES; l++) {
    for (int32_t i = 0; i < x->n; i++) bits[i] = !(space.strip.spin[i] >> l & 1);
    for (int32_t i = 0; i < x->n; i++)
      differing +=
          field_of_lane(&space.strip, (int64_t)i * STRIP_LANES + l) != -field_at(&b.form, bits, i);
  }
  CHECK_INT(differing, 0);
  bench_free(&b);
}

static void paths_do_not_drift(void) {
  run_path(&(shape){500, 6, 3, false, false}, 40000000);
  run_path(&(shape){500, 6, 1000, false, false}, 40000000);
  run_path(&(shape){500, 6, 1, true, false}, 40000000);
}

/* ---- Bifurcation: the descent that ends its reads ---- */

static void descents_end_in_minima(void) {
  enum { N = 400, ROWS = 64 };
  static uint8_t rows[ROWS * N];
  bench b;
  lane_model lanes;
  settling s;
  int64_t moves = 0, uphill = 0;
  bench_make(&b, &(shape){N, 8, 1, true, false});
  const rounds all = {.run = &b.run, .deadline = HUGE_VAL};
  REQUIRE(lanes_prepare(&lanes, &b.form, lanes_type(&b.form), &b.run) &&
          lanes_couple(&lanes, &b.form, &b.run) &&
          settling_make(&s, &lanes, (int)cpu_best_level(), &b.run));
  for (int64_t round = 0; moves < moves_wanted(1000000); round++) {
    static uint8_t before[ROWS * N];
    for (int64_t r = 0; r < ROWS; r++) start_state(&b.run, r, round, rows + r * N);
    memcpy(before, rows, sizeof rows);
    settle(&s, &all, rows, ROWS);
    for (int k = 0; k < ROWS * N; k++) moves += rows[k] != before[k];
    if (round % 100 != 0) continue;
    for (int64_t r = 0; r < ROWS; r++)
      for (int32_t i = 0; i < N; i++)
        uphill += field_at(&b.form, rows + r * N, i) * (rows[r * N + i] ? -1 : 1) < 0;
  }
  CHECK_INT(uphill, 0);
  bench_free(&b);
}

/* ---- The population of hybrid ---- */

static void run_generation(const shape *x, int64_t usual) {
  enum { ROWS = 20 };
  bench b;
  generation p;
  bench_make(&b, x);
  uint8_t *bits = b.run.alloc(&b.run, (size_t)x->n);
  philox_stream s = philox_stream_at(7, 7);
  REQUIRE(bits && generation_make(&p, &b.run, ROWS));
  const double largest = x->n * (double)p.form.largest_field;
  const double each = largest < 0x1p53 ? 0 : largest * 0x1p-52;
  double crossings = 0;
  for (int32_t r = 0; r < ROWS; r++) {
    start_state(&b.run, r, 0, bits);
    generation_put(&p, r, bits);
  }
  /* A few flips away, now and then far away. */
  for (int64_t moves = 0; moves < moves_wanted(usual); crossings++) {
    const int32_t r = (int32_t)philox_below(&s, ROWS), count = 1 + (int32_t)philox_below(&s, 40);
    generation_get(&p, r, bits);
    for (int32_t k = 0; k < count; k++) bits[philox_below(&s, (uint32_t)x->n)] ^= 1;
    moves += count;
    if (moves % 40)
      (void)generation_cross(&p, r, bits);
    else
      generation_cross_rows(&p, 1 + r);
  }
  for (int32_t r = 0; r < ROWS; r++) {
    generation_get(&p, r, bits);
    CHECK_REAL(generation_energy(&p, r), (double)twice_energy(&p.form, bits) / 2, each * crossings);
  }
  bench_free(&b);
}

static void energies_of_populations_do_not_drift(void) {
  run_generation(&(shape){300, 4, 3, false, false}, 4000000);
  run_generation(&(shape){300, 4, 1, true, false}, 2000000);
  run_generation(&(shape){100, 4, 1e15, false, false}, 2000000);
}

/* ---- Descent on the coefficients of a real model, in doubles ---- */

static void run_descent(const shape *x, int64_t usual) {
  bench b;
  descent d, again;
  philox_stream s = philox_stream_at(7, 8);
  double largest = 0, worst = 0;
  bench_make(&b, x);
  const lehr_model_view *m = b.run.model;
  REQUIRE(descent_init(&d, &b.run) && descent_init(&again, &b.run));
  start_state(&b.run, 0, 0, d.bits);
  descent_start(&d, d.bits);
  const int64_t moves = moves_wanted(usual);
  for (int64_t k = 0; k < moves; k++) descent_flip(&d, (int32_t)philox_below(&s, (uint32_t)m->n));
  descent_start(&again, d.bits);
  for (int32_t i = 0; i < m->n; i++) {
    double sum = m->is_exact ? 0 : fabs(m->linear_f64[i]);
    for (int64_t k = m->row[i]; k < m->row[i + 1] && !m->is_exact; k++)
      sum += fabs(m->weight_f64[k]);
    largest = fmax(largest, 2 * sum);
    worst = fmax(worst, m->is_exact ? (double)(d.gain_i64[i] != again.gain_i64[i])
                                    : fabs(d.gain_f64[i] - again.gain_f64[i]));
  }
  /* A variable's gain is changed by about `degree` of n flips, each with an error of half a unit in
   * the last place; they are of either sign. */
  const double changes = (double)moves * x->degree / x->n;
  CHECK(worst <= 8 * sqrt(changes) * largest * 0x1p-53);
  bench_free(&b);
}

static void gains_stay_close(void) {
  run_descent(&(shape){1000, 6, 1, true, false}, 10000000);
  run_descent(&(shape){1000, 6, 100, false, false}, 10000000);
}

static const check_test tests[] = {
    {"walkers do not drift", walkers_do_not_drift},
    {"tabu walks do not drift", tabu_walks_do_not_drift},
    {"nor do those with groups", nor_do_those_with_groups},
    {"paths do not drift", paths_do_not_drift},
    {"descents end in minima", descents_end_in_minima},
    {"energies of populations do not drift", energies_of_populations_do_not_drift},
    {"gains stay close", gains_stay_close},
};
CHECK_MAIN("drift of moves", tests)
