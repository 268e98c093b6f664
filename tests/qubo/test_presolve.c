/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/presolve.h"

#include "check.h"
#include "random_models.h"

#include <stdlib.h>

/* The lowest energy stays, completing keeps the energy, restricting undoes completing. */
static int32_t check_model(const lehr_model *m, int max_degree) {
  presolve *p;
  uint8_t bits[MODEL_MAX_BITS + 1], small[MODEL_MAX_BITS + 1];
  const lehr_model_view *v = lehr_model_look(m);
  REQUIRE_OK(presolve_create(v, max_degree, NULL, &p, NULL));
  const lehr_model *reduced = presolve_model(p);
  const int32_t left = lehr_model_look(reduced)->n;
  const model_optimum best = model_brute_force(m), small_best = model_brute_force(reduced);
  const double tolerance = presolve_is_exact(p) ? 1e-9 * (1 + fabs(best.energy)) : 1e-9;
  CHECK_INT(small_best.feasible, best.feasible);
  CHECK_INT(presolve_is_exact(p), v->is_exact);
  if (best.feasible) {
    CHECK_REAL(small_best.energy, best.energy, tolerance);
    presolve_expand(p, small_best.bits, bits);
    CHECK_REAL(lehr_model_energy(m, bits), best.energy, tolerance);
    CHECK(lehr_model_feasible(m, bits));
  }
  for (uint32_t x = 0; x < 1u << left && x < 64; x++) {
    for (int32_t i = 0; i < left; i++) small[i] = x >> i & 1;
    presolve_expand(p, small, bits);
    CHECK_REAL(lehr_model_energy(m, bits), lehr_model_energy(reduced, small),
               1e-9 * (1 + fabs(best.energy)));
    presolve_restrict(p, bits, small);
    for (int32_t i = 0; i < left; i++) CHECK_INT(small[i], x >> i & 1);
  }
  if (!presolve_applies(v, max_degree)) CHECK_INT(left, v->n);
  presolve_free(p);
  return left;
}

static void minimum_stays(void) {
  philox_stream s = philox_stream_at(11, 0);
  int32_t left[4] = {0}, n = 0;
  for (int trial = 0; trial < 600; trial++) {
    model_recipe r = model_recipe_at(&s, 11);
    r.density *= trial % 2 ? 0.3 : 1;
    lehr_model *m = model_random(&s, &r);
    n += r.n;
    for (int degree = 0; degree <= 3; degree++) left[degree] += check_model(m, degree);
    lehr_model_free(m);
  }
  CHECK_INT(left[0], n);
  CHECK(left[1] < n && left[2] < left[1] && left[3] <= left[2]);
}

/* +-1 couplings without fields: the star-triangle rule applies to every vertex of degree 3. */
static void cubic_graph(void) {
  philox_stream s = philox_stream_at(12, 0);
  for (int trial = 0; trial < 100; trial++) {
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 12, &b));
    for (int32_t i = 0; i < 12; i++) { /* a ring and its diameters */
      REQUIRE_OK(lehr_builder_add_int(b, i, (i + 1) % 12, philox_below(&s, 2) ? 1 : -1, NULL));
      if (i < 6) REQUIRE_OK(lehr_builder_add_int(b, i, i + 6, philox_below(&s, 2) ? 1 : -1, NULL));
    }
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    CHECK_INT(check_model(m, 2), 12);
    CHECK(check_model(m, 3) < 12);
    lehr_model_free(m);
  }
}

/* Trees vanish; so does a hub with a million leaves, in time. */
static void trees_vanish(void) {
  enum { N = 1000001 };
  lehr_builder *b;
  lehr_model *m;
  presolve *p;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N, &b));
  for (int32_t i = 1; i < N; i++) {
    REQUIRE_OK(lehr_builder_add_int(b, i % 2 ? 0 : i - 1, i, i % 7 - 3, NULL));
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i % 5 - 2, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  REQUIRE_OK(presolve_create(lehr_model_look(m), 1, NULL, &p, NULL));
  CHECK_INT(lehr_model_look(presolve_model(p))->n, 0);
  uint8_t *bits = malloc(N);
  REQUIRE(bits != NULL);
  presolve_expand(p, NULL, bits);
  CHECK_REAL(lehr_model_energy(m, bits), lehr_model_look(presolve_model(p))->offset_f64, 0);
  free(bits);
  presolve_free(p);
  lehr_model_free(m);
}

/* A guard that lets so many questions pass. */
static bool count_down(void *user) {
  int *left = user;
  return (*left)-- <= 0;
}

/* Whenever it is stopped there is nothing; else the whole. */
static void stops_when_told(void) {
  enum { N = 20000 };
  lehr_builder *b;
  lehr_model *m;
  presolve *p = NULL;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 1; i < N; i++) REQUIRE_OK(lehr_builder_add_int(b, i / 2, i, i % 5 - 2, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  int allowed = 0;
  for (; !p; allowed++) {
    int left = allowed;
    const presolve_guard guard = {.should_stop = count_down, .user = &left};
    REQUIRE_OK(presolve_create(lehr_model_look(m), 2, &guard, &p, NULL));
    CHECK((left >= 0) == (p != NULL));
    REQUIRE(allowed < 100);
  }
  CHECK(allowed > 4); /* on the way as well */
  CHECK_INT(lehr_model_look(presolve_model(p))->n, 0);
  presolve_free(p);
  lehr_model_free(m);
}

static bool always(void *user, double terms) {
  (void)user;
  return terms >= 0;
}

/* Rules that were stopped leave a model of the same energies, where there is time to make it. */
static void what_stopped_rules_leave(void) {
  enum { N = 20000 };
  philox_stream s = philox_stream_at(18, 0);
  lehr_builder *b;
  lehr_model *m;
  int32_t most = 0;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N, &b));
  for (int32_t k = 0; k < N; k++)
    REQUIRE_OK(lehr_builder_add_int(b, (int32_t)philox_below(&s, N), (int32_t)philox_below(&s, N),
                                    (int)philox_below(&s, 19) - 9, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  uint8_t *bits = calloc(N, 1), *small = calloc(N, 1);
  REQUIRE(bits && small);
  for (int allowed = 0; allowed < 40; allowed++) {
    presolve *p;
    int left = allowed;
    const presolve_guard guard = {count_down, &left, always};
    REQUIRE_OK(presolve_create(lehr_model_look(m), 2, &guard, &p, NULL));
    if (!p) continue;
    const lehr_model *rest = presolve_model(p);
    const int32_t n = lehr_model_look(rest)->n;
    if (n > most) most = n;
    for (int32_t i = 0; i < n; i++) small[i] = philox_u32(&s) & 1;
    presolve_expand(p, small, bits);
    CHECK_REAL(lehr_model_energy(m, bits), lehr_model_energy(rest, small), 0);
    presolve_free(p);
  }
  CHECK(most > 0); /* some were stopped */
  free(bits);
  free(small);
  lehr_model_free(m);
}

static void largest_values(void) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 4, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, INT64_C(1) << 60, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 1, 2, 1, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 2, 3, -1, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 3, 0, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  CHECK_INT(check_model(m, 3), 0);
  lehr_model_free(m);
}

/* Couplings of binary models become quarters, of which there may be too many. */
static void too_large_for_spins(void) {
  for (int bits = 57; bits <= 61; bits++) {
    lehr_builder *b;
    lehr_model *m;
    presolve *p;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 3, &b));
    REQUIRE_OK(lehr_builder_add_int(b, 0, 0, 8 - (INT64_C(1) << bits), NULL));
    REQUIRE_OK(lehr_builder_add_int(b, 0, 1, -3, NULL));
    REQUIRE_OK(lehr_builder_add_int(b, 1, 2, 4, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    REQUIRE_OK(presolve_create(lehr_model_look(m), 3, NULL, &p, NULL));
    CHECK((p != NULL) == (bits <= 59));
    presolve_free(p);
    if (bits <= 59) CHECK_INT(check_model(m, 3), 0);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"the minimum stays", minimum_stays},
                                   {"cubic graphs", cubic_graph},
                                   {"trees vanish", trees_vanish},
                                   {"stops when told", stops_when_told},
                                   {"what stopped rules leave", what_stopped_rules_leave},
                                   {"largest values", largest_values},
                                   {"too large for spins", too_large_for_spins}};
CHECK_MAIN("presolve", tests)
