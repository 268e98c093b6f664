/* SPDX-License-Identifier: Apache-2.0 */
/* The elite pool: order, distances, what is kept and what gives way. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include "solvers/pool.h"

enum { N = 12 };

static lehr_model *model_of(lehr_vartype vartype, int has_field) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(vartype, N, &b));
  for (int32_t i = 1; i < N; i++) REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, 2, NULL));
  if (vartype == LEHR_BINARY) /* minus half the sum of each row: no fields over spins */
    for (int32_t i = 0; i < N; i++)
      REQUIRE_OK(lehr_builder_add_linear_int(b, i, i == 0 || i == N - 1 ? -1 : -2, NULL));
  if (has_field) REQUIRE_OK(lehr_builder_add_linear_int(b, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static energy exact(int64_t e) { return (energy){.exact = e, .real = (double)e}; }

/* The state whose first `ones` bits are set. */
static const uint8_t *step(int32_t ones, uint8_t bits[]) {
  for (int32_t i = 0; i < N; i++) bits[i] = i < ones;
  return bits;
}

static void sees_symmetry(void) {
  for (int vartype = 0; vartype < 2; vartype++)
    for (int has_field = 0; has_field < 2; has_field++) {
      lehr_model *m = model_of((lehr_vartype)vartype, has_field);
      CHECK_INT(pool_is_symmetric(lehr_model_look(m)), !has_field);
      lehr_model_free(m);
    }
}

static void keeps_the_best_in_order(void) {
  lehr_model *m = model_of(LEHR_SPIN, 1);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  uint8_t bits[N];
  pool p;
  REQUIRE(pool_make(&p, &run, 3, 1));
  const int64_t energies[] = {5, 7, 5, 6, 4, 9};
  const bool taken[] = {true, true, true, true, true, false};
  for (int k = 0; k < 6; k++)
    CHECK_INT(pool_offer(&p, step(k, bits), exact(energies[k])), taken[k]);
  REQUIRE(p.count == 3);
  const int32_t ones[] = {4, 0, 2}; /* of equals the earlier one leads */
  for (int32_t k = 0; k < 3; k++) {
    CHECK(memcmp(pool_bits(&p, k), step(ones[k], bits), N) == 0);
    CHECK_INT(pool_energy(&p, k).exact, energies[ones[k]]);
  }
  CHECK_INT(pool_serial(&p, 0), 5);
  CHECK(!pool_offer(&p, step(4, bits), exact(4))); /* there already */
  pool_shrink(&p, 1);
  CHECK_INT(p.count, 1);
  CHECK(pool_offer(&p, step(9, bits), exact(100)));
  CHECK_INT(pool_serial(&p, 1), 6);
  arena_free(&memory);
  lehr_model_free(m);
}

static void keeps_a_distance(void) {
  lehr_model *m = model_of(LEHR_SPIN, 1);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  uint8_t bits[N];
  pool p;
  REQUIRE(pool_make(&p, &run, 4, 3));
  CHECK(pool_offer(&p, step(0, bits), exact(5)));
  CHECK(pool_offer(&p, step(4, bits), exact(6)));
  CHECK(pool_offer(&p, step(8, bits), exact(7)));
  CHECK(!pool_offer(&p, step(2, bits), exact(5))); /* as near as two to one as good */
  CHECK(pool_offer(&p, step(2, bits), exact(4)));  /* beats both near ones, which leave */
  REQUIRE(p.count == 2);
  CHECK(memcmp(pool_bits(&p, 0), step(2, bits), N) == 0);
  CHECK(memcmp(pool_bits(&p, 1), step(8, bits), N) == 0);
  CHECK(!pool_offer(&p, step(7, bits), exact(8)));
  arena_free(&memory);
  lehr_model_free(m);
}

static void takes_complements_as_equal(void) {
  lehr_model *m = model_of(LEHR_SPIN, 0);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  uint8_t bits[N], other[N], aligned[N];
  pool p;
  REQUIRE(pool_make(&p, &run, 4, 1));
  for (int32_t i = 0; i < N; i++) other[i] = !step(5, bits)[i];
  CHECK(pool_offer(&p, bits, exact(1)));
  CHECK(!pool_offer(&p, other, exact(1)));
  other[0] ^= 1;
  CHECK_INT(pool_distance(&p, bits, other), 1);
  pool_align(&p, other, bits, aligned);
  for (int32_t i = 0; i < N; i++) CHECK_INT(aligned[i], bits[i] ^ (i == 0));
  arena_free(&memory);
  lehr_model_free(m);
}

static const check_test tests[] = {{"sees symmetry", sees_symmetry},
                                   {"keeps the best in order", keeps_the_best_in_order},
                                   {"keeps a distance", keeps_a_distance},
                                   {"takes complements as equal", takes_complements_as_equal}};
CHECK_MAIN("pool", tests)
