/* SPDX-License-Identifier: Apache-2.0 */
/* The tabu engine: its moves against sums from scratch, one answer on every instruction set, number
 * of threads and way of keeping costs. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"
#include "support/forced_level.h"

#include "base/memory.h"
#include "solvers/registry.h"
#include "solvers/tabu/dense.h"
#include "solvers/tabu/search.h"
#include "solvers/tabu/tournament.h"

/* ---- Models ---- */

/* Integers of -size..size on `density` of the pairs. */
static lehr_model *integer_model(int32_t n, int64_t size, double density, lehr_vartype vartype) {
  philox_stream s = philox_stream_at(31, (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(vartype, n, &b));
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j <= i; j++)
      if (philox_unit(&s) < density)
        REQUIRE_OK(lehr_builder_add_int(
            b, i, j, (int64_t)philox_below(&s, (uint32_t)(2 * size + 1)) - size, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void random_state(uint64_t number, int32_t n, uint8_t bits[]) {
  philox_stream s = philox_stream_at(32, number);
  for (int32_t i = 0; i < n; i++) bits[i] = (uint8_t)philox_below(&s, 2);
}

/* ---- Flips against sums ---- */

static int64_t cost_of(const spin_form *f, const uint8_t bits[], int32_t i) {
  int64_t g = f->h[i];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) g += bits[f->col[k]] ? f->J[k] : -f->J[k];
  return bits[i] ? -g : g;
}

/* The choice is an allowed variable of least cost. */
static void check_choice(const flips *f, const bool barred[], flip_choice choice) {
  const spin_form *form = f->model->form;
  int64_t least = INT64_MAX;
  for (int32_t i = 0; i < form->n; i++) {
    const int64_t cost = cost_of(form, f->bits, i);
    if (!barred[i] && cost < least) least = cost;
  }
  CHECK_INT(choice.index < 0, least == INT64_MAX);
  if (choice.index < 0) return;
  CHECK(!barred[choice.index]);
  const bool has_halves = f->model->is_dense && f->type == 1 && f->model->field_type != 1;
  CHECK(choice.cost == least || (has_halves && choice.cost == least + 1));
  CHECK_INT(cost_of(form, f->bits, choice.index), choice.cost);
}

static void check_flips(const flip_model *m, lehr_run *run, int level) {
  enum { STEPS = 200, MOST = 800 };
  const int32_t n = m->form->n;
  bool barred[MOST] = {false};
  uint8_t bits[MOST];
  flips f;
  philox_stream s = philox_stream_at(33, (uint64_t)level);
  REQUIRE(flips_make(&f, m, run, level));
  for (int entry = 0; entry < 3; entry++) {
    random_state((uint64_t)entry / 2, n, bits);
    if (entry == 2) bits[n / 2] ^= 1; /* near: by flips */
    f.enter(&f, bits);
    CHECK(memcmp(f.bits, bits, (size_t)n) == 0);
    check_choice(&f, barred, f.best(&f));
    const energy before = energy_of(run->model, f.bits);
    const int64_t start = f.energy;
    for (int k = 0; k < STEPS; k++) {
      const int32_t i = (int32_t)philox_below(&s, (uint32_t)n), j = (i + k) % n;
      f.bar(&f, j, barred[j] = !barred[j]);
      const flip_choice choice = f.flip(&f, i);
      if (k % 10 == 0) check_choice(&f, barred, choice);
    }
    const energy after = energy_of(run->model, f.bits);
    CHECK_REAL((double)(f.energy - start) * 2 * m->form->unit, after.real - before.real,
               1e-9 * (1 + fabs(before.real)));
    for (int32_t i = 0; i < n; i++) f.bar(&f, i, barred[i] = true);
    CHECK_INT(f.best(&f).index, -1);
    for (int32_t i = 0; i < n; i++) f.bar(&f, i, barred[i] = false);
  }
}

static void flips_are_exact(void) {
  const struct {
    int32_t n;
    int64_t size;
    double density;
    bool is_dense;
    int row_type;
  } cases[] = {{700, 100, 0.5, true, 0},    {500, 3000, 0.5, true, 1},
               {130, 1, 1, true, 0},        {200, 5000, 0.9, true, 1},
               {200, 500000, 0.9, true, 2}, {500, 3, 0.01, false, 0},
               {17, 1, 0.2, true, 0},       {60, INT64_C(1) << 30, 1, false, 0}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
    for (int vartype = 0; vartype < 2; vartype++) {
      lehr_model *m =
          integer_model(cases[k].n, cases[k].size, cases[k].density, (lehr_vartype)vartype);
      arena memory;
      lehr_run run = bare_run(m, &memory);
      spin_form form;
      flip_model model;
      REQUIRE(spin_form_make(&form, &run));
      REQUIRE(flip_model_make(&model, &form, &run));
      CHECK_INT(model.is_dense, cases[k].is_dense);
      if (model.is_dense) CHECK_INT(model.row_type, cases[k].row_type);
      for (int level = DENSE_SCALAR; level <= (int)cpu_best_level(); level++)
        check_flips(&model, &run, level);
      arena_free(&memory);
      lehr_model_free(m);
    }
}

/* Fields that leave 16 bits on the way: variable 0 is pulled one way by all others. */
static void narrow_fields_widen(void) {
  enum { N = 1500 };
  lehr_model *m = integer_model(N, 100, 1, LEHR_SPIN);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  spin_form form;
  flip_model model;
  flips f;
  uint8_t bits[N];
  const bool barred[N] = {false};
  REQUIRE(spin_form_make(&form, &run) && flip_model_make(&model, &form, &run));
  REQUIRE(flips_make(&f, &model, &run, (int)cpu_best_level()));
  random_state(0, N, bits);
  f.enter(&f, bits);
  CHECK_INT(f.type, 1);
  flip_choice choice = f.best(&f);
  for (int64_t k = form.row[0]; k < form.row[1]; k++)
    if (f.bits[form.col[k]] != (form.J[k] > 0)) choice = f.flip(&f, form.col[k]);
  CHECK(llabs(cost_of(&form, f.bits, 0)) > 2 * INT16_MAX);
  CHECK_INT(f.type, 2);
  check_choice(&f, barred, choice);
  arena_free(&memory);
  lehr_model_free(m);
}

/* ---- Walks ---- */

static void relinking_stays_between(void) {
  enum { N = 300 };
  const double densities[] = {0.02, 0.8};
  for (int d = 0; d < 2; d++) {
    lehr_model *m = integer_model(N, 20, densities[d], LEHR_BINARY);
    arena memory;
    lehr_run run = bare_run(m, &memory);
    spin_form form;
    flip_model model;
    walk w;
    uint8_t from[N], to[N];
    const walk_rules rules = {.tenure = 5, .spread = 5, .patience = 300};
    REQUIRE(spin_form_make(&form, &run) && flip_model_make(&model, &form, &run));
    REQUIRE(walk_make(&w, &model, &rules, &run, (int)cpu_best_level()));
    random_state(1, N, from);
    random_state(2, N, to);
    walk_enter(&w, from, 7, INT64_MAX);
    walk_relink(&w, to);
    int32_t to_from = 0, to_target = 0, distance = 0;
    for (int32_t i = 0; i < N; i++) {
      to_from += w.state.bits[i] != from[i];
      to_target += w.state.bits[i] != to[i];
      distance += from[i] != to[i];
    }
    CHECK_INT(to_from + to_target, distance);
    CHECK(to_from >= distance / 3 && to_target >= distance / 3);
    const int64_t begun_at = w.best_energy, moves = w.moves;
    walk_tabu(&w);
    CHECK(w.best_energy < begun_at);
    CHECK(w.moves >= moves + rules.patience);
    const int64_t reached = w.best_energy;
    memcpy(from, w.best_bits, N);
    walk_enter(&w, from, 8, 50);
    CHECK_INT(w.best_energy, reached);
    walk_tabu(&w);
    CHECK_INT(w.moves, 50);
    CHECK(w.best_energy <= reached);
    arena_free(&memory);
    lehr_model_free(m);
  }
}

/* ---- The engine ---- */

static lehr_params params_of(int32_t threads, int64_t work) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "tabu";
  p.seed = 5;
  p.threads = threads;
  p.work = work;
  return p;
}

static lehr_sampleset *solve(const lehr_model *m, int32_t threads, int64_t work) {
  const lehr_params p = params_of(threads, work);
  lehr_sampleset *set = NULL;
  lehr_error err;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  return set;
}

static void same_on_every_level(void) {
  lehr_context *ctx = forced_context(&engine_tabu, tabu_run_at, 5);
  const int64_t sizes[] = {1, 100, 5000, 200000};
  for (int k = 0; k < 4; k++) {
    lehr_model *m = integer_model(400, sizes[k], 0.7, LEHR_BINARY);
    check_same_on_levels(ctx, m, params_of(1 + k % 2, 400 * 20000));
    lehr_model_free(m);
  }
  lehr_context_free(ctx);
}

static void work_is_kept(void) {
  const double densities[] = {0.02, 0.9};
  for (int d = 0; d < 2; d++) {
    lehr_model *m = integer_model(200, 9, densities[d], LEHR_SPIN);
    const int64_t budgets[] = {1, 1000, 123456, 20000000};
    for (int k = 0; k < 4; k++) {
      lehr_sampleset *one = solve(m, 1, budgets[k]);
      lehr_sampleset *three = solve(m, 3, budgets[k]);
      lehr_result_info info = {.struct_size = sizeof info};
      lehr_sampleset_info(one, &info);
      CHECK(info.attempts > 0 && info.attempts <= budgets[k] + 8 * 200);
      CHECK_INT(info.stop_reason, LEHR_STOP_WORK);
      check_same_samples(one, three);
      lehr_sampleset_free(one);
      lehr_sampleset_free(three);
    }
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"flips are exact", flips_are_exact},
                                   {"narrow fields widen", narrow_fields_widen},
                                   {"relinking stays between", relinking_stays_between},
                                   {"same on every level", same_on_every_level},
                                   {"work is kept", work_is_kept}};
CHECK_MAIN("tabu", tests)
