/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine asked to stop at its first question, and on the way through the preparation and the
 * search: there is an answer as good as a descent, and it comes soon after. */
#include "check.h"
#include "random_models.h"
#include "support/cpu_time.h"
#include "support/deaf_run.h"

#include "base/clock.h"
#include "solvers/descent.h"
#include "solvers/registry.h"
#include "solvers/start.h"

/* A run that should stop once it has taken so many CPU seconds. */
typedef struct witness {
  const lehr_model *model;
  arena memory;
  double begin, after;
  double stopped; /* CPU seconds when it was told so; 0: not yet */
  double own;     /* CPU seconds that looking at states took since then */
  double lowest;  /* energy of the states delivered, or told of on the way */
  bool has_state;
} witness;

static witness *seen; /* one run at a time */

static int witness_should_stop(lehr_run *run) {
  (void)run;
  const double now = clock_cpu();
  double never = 0;
  if (now < seen->begin + seen->after) return 0;
  __atomic_compare_exchange(&seen->stopped, &never, &(double){now}, false, __ATOMIC_RELAXED,
                            __ATOMIC_RELAXED);
  return 1;
}
/* What a run has to take downhill comes first, and is told alone. */
static void take(const uint8_t rows[], int64_t count) {
  enum { LOOKED_AT = 16 };
  const double now = clock_cpu();
  const int32_t n = lehr_model_look(seen->model)->n;
  uint8_t all = 0;
  for (int64_t k = 0; k < count * n; k++) all |= rows[k];
  CHECK(all <= 1);
  for (int64_t k = 0; k < count && k < LOOKED_AT; k++) {
    const double reached = lehr_model_energy(seen->model, rows + k * n);
    CHECK(lehr_model_feasible(seen->model, rows + k * n));
    if (!seen->has_state || reached < seen->lowest) seen->lowest = reached;
    seen->has_state = true;
  }
  if (seen->stopped > 0) seen->own += clock_cpu() - now;
}
static int witness_improved(lehr_run *run, const uint8_t bits[]) {
  take(bits, 1);
  return witness_should_stop(run);
}
static lehr_status witness_sample(lehr_run *run, const uint8_t bits[], int64_t occurrences) {
  (void)run, (void)occurrences;
  take(bits, 1);
  return LEHR_OK;
}
static lehr_status witness_samples(lehr_run *run, const uint8_t rows[], int64_t count) {
  (void)run;
  take(rows, count);
  return LEHR_OK;
}

/* What a model is like. */
typedef enum shape { RANDOM, ROUGH, PARTS, ONE_HOT, CARDINALITY } shape;

typedef struct large_recipe {
  const char *name;
  shape shape;
  int32_t n, degree;
} large_recipe;

enum { PART = 5 };

static void add_couplings(lehr_builder *b, const large_recipe *r) {
  philox_stream s = philox_stream_at(41, (uint64_t)r->shape);
  for (int32_t i = 0; i < r->n; i++)
    for (int32_t k = 0; k < r->degree / 2; k++) {
      const int32_t other = (int32_t)philox_below(&s, (uint32_t)r->n - 1);
      const int32_t j =
          r->shape == PARTS ? i - i % PART + (i + k + 1) % PART : other + (other >= i);
      const int64_t weight = 1 + (int64_t)philox_below(&s, 100);
      REQUIRE_OK(r->shape == ROUGH
                     ? lehr_builder_add(b, i, j, philox_normal(&s), NULL)
                     : lehr_builder_add_int(b, i, j, philox_below(&s, 2) ? weight : -weight, NULL));
    }
}

static void add_groups(lehr_builder *b, const large_recipe *r) {
  int32_t *idx = malloc((size_t)r->n * sizeof *idx);
  REQUIRE(idx != NULL);
  for (int32_t i = 0; i < r->n; i++) idx[i] = i;
  if (r->shape == CARDINALITY)
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, idx, r->n, r->n / 3, NULL));
  for (int32_t i = 0; r->shape == ONE_HOT && i < r->n; i += PART)
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, idx + i, PART, 1, NULL));
  free(idx);
}

static lehr_model *large_model(const large_recipe *r) {
  const bool has_groups = r->shape == ONE_HOT || r->shape == CARDINALITY;
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(has_groups ? LEHR_BINARY : LEHR_SPIN, r->n, &b));
  add_couplings(b, r);
  add_groups(b, r);
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_status run_watched(const lehr_engine *e, witness *w) {
  lehr_run run = deaf_run(w->model, &w->memory);
  run.key = 3;
  run.threads = 2;
  run.should_stop = witness_should_stop;
  run.improved = witness_improved;
  run.sample = witness_sample;
  run.samples = witness_samples;
  seen = w;
  w->begin = clock_cpu();
  const lehr_status status = deaf_run_engine(e, &run);
  arena_free(&w->memory);
  return status;
}

/* Of a state that only descended. */
static double energy_of_a_descent(const lehr_model *m) {
  arena memory;
  lehr_run run = bare_run(m, &memory);
  uint8_t *bits = bare_alloc(&run, (size_t)run.model->n);
  REQUIRE(bits != NULL);
  start_hurried(&run, bits);
  const double reached = lehr_model_energy(m, bits);
  arena_free(&memory);
  return reached;
}

static void check_stop(const lehr_engine *e, const lehr_model *m, const char *name, double after,
                       double descended) {
  static const double most_seconds = 0.5, least_share = 0.95;
  witness w = {.model = m, .after = after};
  CHECK_INT(run_watched(e, &w), LEHR_OK);
  const double late = clock_cpu() - w.stopped - w.own;
  const bool is_good = w.has_state && w.lowest <= least_share * descended;
  const bool is_soon = w.stopped == 0 || late < most_seconds * CPU_TIME_FACTOR;
  if (!is_good || !is_soon)
    printf("\n  %s, %s, stopped after %g s: %g s late, energy %g, of a descent %g", e->name, name,
           after, late, w.lowest, descended);
  CHECK(is_good && is_soon);
}

static void an_answer_whenever(void) {
  static const lehr_engine *const engines[] = {
      &engine_anneal,      &engine_tempering, &engine_tabu,   &engine_sqa,
      &engine_bifurcation, &engine_subgraph,  &engine_greedy, &engine_hybrid};
  static const large_recipe recipes[] = {
      {"random", RANDOM, 50000, 14},   {"real", ROUGH, 20000, 30},
      {"dense", RANDOM, 1000, 500},    {"parts", PARTS, 50000, 4},
      {"one-hot", ONE_HOT, 200000, 4}, {"cardinality", CARDINALITY, 700000, 4}};
  static const double after[] = {0, 0.03, 0.15};
  for (size_t r = 0; r < sizeof recipes / sizeof recipes[0]; r++) {
    lehr_model *m = large_model(&recipes[r]);
    const bool has_groups = lehr_model_look(m)->n_groups > 0;
    const double descended = energy_of_a_descent(m);
    for (size_t k = 0; k < sizeof engines / sizeof engines[0]; k++) {
      if (has_groups && !(engines[k]->caps & LEHR_CAP_GROUPS)) continue;
      for (size_t t = 0; t < sizeof after / sizeof after[0]; t++)
        check_stop(engines[k], m, recipes[r].name, after[t], descended);
    }
    lehr_model_free(m);
  }
}

/* Whether another place of the one of a group, or none where that is allowed, would be better. */
static bool has_better_choice(const lehr_model *m, const uint8_t bits[], int32_t c,
                              double reached) {
  const lehr_model_view *v = lehr_model_look(m);
  uint8_t other[MODEL_MAX_BITS + 1];
  double lowest = reached;
  memcpy(other, bits, (size_t)v->n);
  for (int64_t k = v->group_ptr[c]; k < v->group_ptr[c + 1]; k++) other[v->group_idx[k]] = 0;
  for (int64_t k = v->group_ptr[c]; k < v->group_ptr[c + 1]; k++) {
    other[v->group_idx[k]] = 1;
    lowest = fmin(lowest, lehr_model_energy(m, other));
    other[v->group_idx[k]] = 0;
  }
  if (v->group_kind[c] == LEHR_GROUP_AT_MOST_ONE)
    lowest = fmin(lowest, lehr_model_energy(m, other));
  return lowest < reached - 1e-9;
}

static bool has_better_flip(const lehr_model *m, uint8_t bits[], int32_t i, double reached) {
  bits[i] ^= 1;
  const double flipped = lehr_model_energy(m, bits);
  const bool is_valid = lehr_model_feasible(m, bits);
  bits[i] ^= 1;
  return is_valid && flipped < reached - 1e-9;
}

/* To local minima that keep the groups. */
static void hurried_descents(void) {
  enum { N = 12 };
  philox_stream s = philox_stream_at(42, 0);
  for (int kind = 0; kind < 200; kind++) {
    const model_recipe recipe = {N, kind & 1 ? LEHR_SPIN : LEHR_BINARY,
                                 kind & 2 ? VALUES_REAL : VALUES_SMALL,
                                 kind % 5 < 2 ? GROUPS_NONE : GROUPS_DISJOINT, 0.6};
    lehr_model *m = model_random(&s, &recipe);
    const lehr_model_view *v = lehr_model_look(m);
    arena memory;
    lehr_run run = bare_run(m, &memory);
    uint8_t bits[N];
    run.key = (uint64_t)kind;
    start_state(&run, 0, 0, bits);
    const double before = lehr_model_energy(m, bits);
    descent_hurried(&run, bits);
    const double reached = lehr_model_energy(m, bits);
    CHECK(lehr_model_feasible(m, bits));
    CHECK(reached <= before + 1e-9);
    for (int32_t i = 0; i < N; i++) CHECK(bits[i] <= 1 && !has_better_flip(m, bits, i, reached));
    for (int32_t c = 0; c < v->n_groups; c++)
      CHECK(v->group_k[c] != 1 || !has_better_choice(m, bits, c, reached));
    arena_free(&memory);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"an answer whenever", an_answer_whenever},
                                   {"hurried descents", hurried_descents}};
CHECK_MAIN("stops", tests)
