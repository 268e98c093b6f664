/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/blocks.h"
#include "solvers/hybrid/hybrid.h"

#include "check.h"
#include "qubo/generate/generate.h"
#include "random_models.h"
#include "solvers/host.h"
#include "support/bare_run.h"

/* A sparse spin model: a ring with chords. */
static lehr_model *sparse_glass(philox_stream *s, int32_t n, bool has_fields) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++) {
    REQUIRE_OK(lehr_builder_add_int(b, i, (i + 1) % n, philox_below(s, 2) ? 1 : -1, NULL));
    REQUIRE_OK(lehr_builder_add_int(b, i, (i + n / 3) % n, philox_below(s, 2) ? 2 : -1, NULL));
    if (has_fields)
      REQUIRE_OK(lehr_builder_add_linear_int(b, i, (int)philox_below(s, 3) - 1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* A row takes what is better elsewhere: never worse than either parent, gains as told. */
static void crossing(void) {
  enum { N = 60 };
  philox_stream s = philox_stream_at(31, 0);
  int improved = 0;
  for (int trial = 0; trial < 200; trial++) {
    lehr_model *m = sparse_glass(&s, N, trial % 2);
    arena memory;
    lehr_run run = bare_run(m, &memory);
    generation p;
    uint8_t a[N], b[N], child[N];
    REQUIRE(generation_make(&p, &run, 2));
    for (int32_t i = 0; i < N; i++) {
      a[i] = philox_u32(&s) & 1;
      b[i] = philox_below(&s, 5) ? a[i] : !a[i];
    }
    generation_put(&p, 0, a);
    generation_put(&p, 1, b);
    CHECK_REAL(generation_energy(&p, 1) - generation_energy(&p, 0),
               (lehr_model_energy(m, b) - lehr_model_energy(m, a)) / p.form.unit, 0);
    double gain = generation_energy(&p, 0);
    if (trial % 3) {
      gain = generation_cross(&p, 0, b);
    } else {
      generation_cross_rows(&p, 1);
      gain -= generation_energy(&p, 0);
    }
    generation_get(&p, 0, child);
    CHECK_REAL(lehr_model_energy(m, a) - lehr_model_energy(m, child), gain * p.form.unit, 0);
    CHECK(lehr_model_energy(m, child) <= lehr_model_energy(m, a));
    CHECK(lehr_model_energy(m, child) <= lehr_model_energy(m, b));
    improved += gain > 0;
    arena_free(&memory);
    lehr_model_free(m);
  }
  CHECK(improved > 100);
}

static void sorting(void) {
  philox_stream s = philox_stream_at(32, 0);
  lehr_model *m = sparse_glass(&s, 70, false);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  generation p;
  uint8_t bits[70];
  REQUIRE(generation_make(&p, &run, 40));
  for (int32_t r = 0; r < 40; r++) {
    philox_stream kind = philox_stream_at(35, (uint64_t)r % 13);
    for (int32_t i = 0; i < 70; i++) bits[i] = philox_u32(&kind) & 1;
    generation_put(&p, r, bits);
  }
  generation_sort(&p);
  CHECK_INT(p.count, 13);
  for (int32_t r = 0; r < p.count; r++) {
    generation_get(&p, r, bits);
    CHECK(r == 0 || generation_energy(&p, r) >= generation_energy(&p, r - 1));
    CHECK_REAL(generation_energy(&p, r) * p.form.unit, lehr_model_energy(m, bits), 0);
  }
  arena_free(&memory);
  lehr_model_free(m);
}

static lehr_sampleset *solve(const lehr_model *m, lehr_params *p) {
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  p->engine = "hybrid";
  REQUIRE_OK(lehr_solve(NULL, m, p, &set, &err));
  return set;
}

/* Many parts, some of them proven, the others not: the energy is the sum. Trees vanish. */
static void parts_and_proofs(void) {
  philox_stream s = philox_stream_at(33, 0);
  lehr_builder *b;
  lehr_model *m;
  double lowest = 0;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 12 * 14, &b));
  for (int32_t k = 0; k < 14; k++) {
    const model_recipe recipe = {12, LEHR_BINARY, VALUES_SMALL, GROUPS_NONE, 0.8};
    lehr_model *one = model_random(&s, &recipe);
    const lehr_model_view *v = lehr_model_look(one);
    for (int32_t i = 0; i < 12; i++) {
      REQUIRE_OK(lehr_builder_add_linear_int(b, 12 * k + i, v->linear_i64[i], NULL));
      for (int64_t c = v->row[i]; c < v->row[i + 1] && v->col[c] < i; c++)
        REQUIRE_OK(lehr_builder_add_int(b, 12 * k + i, 12 * k + v->col[c], v->weight_i64[c], NULL));
    }
    lowest += model_brute_force(one).energy - v->offset_f64;
    lehr_model_free(one);
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  for (int k = 0; k < 3; k++) {
    static const char *const options[] = {"exact=0", "presolve=0"};
    lehr_params p;
    lehr_params_init(&p);
    p.options = options;
    p.n_options = (size_t)k;
    lehr_sampleset *set = solve(m, &p);
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_sampleset_info(set, &info);
    CHECK_REAL(lehr_sampleset_energy(set, 0), lowest, 0);
    CHECK_INT(info.proven, k == 0);
    CHECK_INT(info.stop_reason, k == 0 ? LEHR_STOP_PROVEN : LEHR_STOP_COMPLETED);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static lehr_model *labels(int64_t width) {
  const generate_request q = {.size = 4, .width = width, .labels = 3, .density = -1, .seed = 7};
  generated g;
  REQUIRE_OK(generate_model(generator_find("labels"), &q, &g, NULL));
  return g.model;
}

/* Narrow parts are proven where the budget allows it, with groups and without, by the optimum that
 * contraction alone finds. */
static void narrow_parts(void) {
  philox_stream s = philox_stream_at(35, 0);
  lehr_model *const models[] = {sparse_glass(&s, 48, true), sparse_glass(&s, 51, false),
                                labels(20)};
  for (size_t k = 0; k < sizeof models / sizeof models[0]; k++) {
    lehr_params p;
    lehr_params_init(&p);
    p.engine = "tn";
    lehr_sampleset *set;
    lehr_error err;
    REQUIRE_OK(lehr_solve(NULL, models[k], &p, &set, &err));
    const double lowest = lehr_sampleset_energy(set, 0);
    lehr_sampleset_free(set);
    for (int64_t work = 0; work <= 1000000000; work += 1000000000) {
      p.work = work;
      p.threads = work ? 2 : 1;
      set = solve(models[k], &p);
      lehr_result_info info = {.struct_size = sizeof info};
      lehr_sampleset_info(set, &info);
      CHECK(info.proven);
      CHECK_INT(info.stop_reason, LEHR_STOP_PROVEN);
      CHECK_REAL(lehr_sampleset_energy(set, 0), lowest, 0);
      lehr_sampleset_free(set);
    }
    p.work = 10000; /* no time to contract anything */
    set = solve(models[k], &p);
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_sampleset_info(set, &info);
    CHECK(!info.proven && lehr_sampleset_energy(set, 0) >= lowest);
    lehr_sampleset_free(set);
    lehr_model_free(models[k]);
  }
}

/* The same samples on any number of threads; budgets are kept; given states count. */
static void budgets_and_threads(void) {
  philox_stream s = philox_stream_at(34, 0);
  lehr_model *m = sparse_glass(&s, 300, true);
  uint8_t first[300], bits[300];
  static const char *const without_proof[] = {"exact=0"};
  lehr_params p;
  lehr_params_init(&p);
  p.options = without_proof;
  p.n_options = 1;
  p.work = 3000000;
  for (int32_t threads = 1; threads <= 3; threads++) {
    p.threads = threads;
    lehr_sampleset *set = solve(m, &p);
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_sampleset_info(set, &info);
    CHECK_INT(info.stop_reason, LEHR_STOP_WORK);
    CHECK(info.attempts > p.work / 2 && info.attempts < 2 * p.work);
    lehr_sampleset_bits(set, 0, threads == 1 ? first : bits);
    CHECK(threads == 1 || memcmp(first, bits, sizeof bits) == 0);
    lehr_sampleset_free(set);
  }
  p.work = 1;
  p.initial = first;
  p.n_initial = 1;
  lehr_sampleset *set = solve(m, &p);
  CHECK(lehr_sampleset_energy(set, 0) <= lehr_model_energy(m, first));
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

/* Changes inside a block cost in its model what they cost in the whole, for either kind of variable
 * and of coefficients. */
static void blocks_are_exact(void) {
  enum { N = 600 };
  philox_stream s = philox_stream_at(36, 0);
  lehr_run run = {.should_stop = bare_should_stop};
  for (int kind = 0; kind < 4; kind++) {
    lehr_builder *b;
    lehr_model *m;
    blocks cut;
    uint8_t bits[N], own[N];
    REQUIRE_OK(lehr_builder_create(kind & 1 ? LEHR_SPIN : LEHR_BINARY, N, &b));
    for (int32_t i = 0; i < N; i++) {
      const double real = kind & 2 ? philox_unit(&s) : 0;
      REQUIRE_OK(lehr_builder_add(b, i, (i + 1) % N, (double)philox_below(&s, 9) - 4 + real, NULL));
      REQUIRE_OK(lehr_builder_add(b, i, (i + 40) % N, (double)philox_below(&s, 5) - 2, NULL));
      REQUIRE_OK(lehr_builder_add_linear(b, i, (double)philox_below(&s, 3) - 1, NULL));
      bits[i] = philox_u32(&s) & 1;
    }
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    const lehr_model_view *v = lehr_model_look(m);
    REQUIRE_OK(blocks_grow(&cut, v, 150, 1, &run));
    CHECK_INT(cut.count, 4);
    for (int32_t k = 0; k < cut.count; k++) {
      lehr_model *inside;
      const int32_t size = cut.ptr[k + 1] - cut.ptr[k];
      CHECK(size > 50 && size < 300);
      REQUIRE_OK(blocks_extract(&cut, v, k, bits, &inside));
      for (int32_t i = 0; i < size; i++) own[i] = bits[cut.list[cut.ptr[k] + i]];
      const double before = lehr_model_energy(m, bits), inner = lehr_model_energy(inside, own);
      for (int32_t i = 0; i < size; i++) {
        const uint8_t value = philox_u32(&s) & 1;
        bits[cut.list[cut.ptr[k] + i]] = own[i] = value;
      }
      CHECK_REAL(lehr_model_energy(m, bits) - before, lehr_model_energy(inside, own) - inner, 1e-9);
      lehr_model_free(inside);
    }
    blocks_free(&cut);
    lehr_model_free(m);
  }
}

/* A model beyond one population: annealed, then improved in blocks. */
static void large_models(void) {
  enum { SIDE = 400 };
  philox_stream s = philox_stream_at(37, 0);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, SIDE * SIDE, &b));
  for (int32_t y = 0; y < SIDE; y++)
    for (int32_t x = 0; x < SIDE; x++) {
      const int32_t i = y * SIDE + x;
      REQUIRE_OK(lehr_builder_add_int(b, i, y * SIDE + (x + 1) % SIDE, philox_below(&s, 2) ? 1 : -1,
                                      NULL));
      REQUIRE_OK(lehr_builder_add_int(b, i, (y + 1) % SIDE * SIDE + x, philox_below(&s, 2) ? 1 : -1,
                                      NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  double energies[2];
  for (int k = 0; k < 2; k++) { /* the same work for annealing alone */
    static const char *const engines[] = {"hybrid", "anneal"};
    lehr_params p;
    lehr_sampleset *set;
    lehr_error err;
    lehr_params_init(&p);
    p.engine = engines[k];
    p.work = INT64_C(3000000000);
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
    energies[k] = lehr_sampleset_energy(set, 0);
    lehr_sampleset_free(set);
  }
  CHECK(energies[0] < energies[1]);
  lehr_model_free(m);
}

/* Variables of a chain of +-1 couplings, 1 where i % 3 > 0, whose flip would lower the energy. */
static int32_t count_improvable(int32_t n, const uint8_t bits[]) {
  int32_t count = 0;
  for (int32_t i = 0; i < n; i++) {
    int field = 0;
    if (i > 0) field += (i % 3 ? 1 : -1) * (bits[i - 1] ? 1 : -1);
    if (i + 1 < n) field += ((i + 1) % 3 ? 1 : -1) * (bits[i + 1] ? 1 : -1);
    count += field * (bits[i] ? 1 : -1) > 0;
  }
  return count;
}

/* A large model that presolving alone solves. A time limit too short for that leaves it out, and
 * annealing and blocks as well, on however fast a machine; a bit of work is for a descent; with
 * neither it is proven. */
static void short_limits_on_large_models(void) {
  enum { N = 400000 };
  static uint8_t bits[N];
  static const char *const plain[] = {"presolve=0"};
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 1; i < N; i++)
    REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, i % 3 ? 1 : -1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  for (int k = 0; k < 3; k++) {
    lehr_params p;
    lehr_sampleset *set;
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_params_init(&p);
    p.engine = "hybrid";
    p.time_limit_s = k == 0 ? 0.02 : -1;
    p.work = k == 1;
    p.options = plain;
    p.n_options = k == 1;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    lehr_sampleset_info(set, &info);
    CHECK_INT(info.proven, k == 2);
    CHECK_INT(info.attempts, 0);
    CHECK_INT(lehr_sampleset_size(set), 1);
    lehr_sampleset_bits(set, 0, bits);
    if (k == 1) CHECK_INT(count_improvable(N, bits), 0);
    if (k == 2) CHECK_REAL(lehr_sampleset_energy(set, 0), -(N - 1), 0);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static const check_test tests[] = {{"crossing", crossing},
                                   {"sorting", sorting},
                                   {"parts and proofs", parts_and_proofs},
                                   {"narrow parts", narrow_parts},
                                   {"budgets and threads", budgets_and_threads},
                                   {"blocks are exact", blocks_are_exact},
                                   {"large models", large_models},
                                   {"short limits on large models", short_limits_on_large_models}};
CHECK_MAIN("hybrid", tests)
