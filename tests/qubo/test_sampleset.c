/* SPDX-License-Identifier: Apache-2.0 */
/* Sample sets: order, merging on the way, memory. */
#include "check.h"
#include "qubo/sampleset.h"

#include <stdlib.h>

/* E = sum of 2^i x_i (so every state has its own energy), or 0 everywhere. */
static lehr_model *model_of(int32_t n, double scale) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, n, &b));
  for (int32_t i = 0; i < n && scale != 0; i++)
    REQUIRE_OK(lehr_builder_add_linear(b, i, ldexp(scale, i), NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_status put(lehr_sampleset *s, const lehr_model *m, uint32_t state, int is_feasible) {
  const lehr_model_view *v = lehr_model_look(m);
  uint8_t bits[32] = {0};
  for (int32_t i = 0; i < v->n; i++) bits[i] = state >> i & 1;
  return sampleset_put(s, bits, 1, energy_of(v, bits), is_feasible);
}

/* The same state has the same feasibility: states above 900 have none here. */
static void fill(lehr_sampleset *s, const lehr_model *m, uint32_t states, int rounds) {
  for (int r = 0; r < rounds; r++)
    for (uint32_t k = 0; k < states; k++) {
      const uint32_t state = (uint32_t)(k * UINT64_C(7919) % states);
      REQUIRE(put(s, m, state, state <= 900) == LEHR_OK);
    }
}

static void check_sorted(double scale, uint32_t states, int rounds) {
  lehr_model *m = model_of(16, scale);
  lehr_sampleset *s = sampleset_create(lehr_model_look(m));
  REQUIRE(s != NULL);
  fill(s, m, states, rounds);
  REQUIRE_OK(sampleset_sort(s));
  CHECK_INT(lehr_sampleset_size(s), states);
  CHECK_INT(lehr_sampleset_reads(s), (int64_t)states * rounds);
  for (int64_t k = 0; k < s->count; k++) {
    CHECK_INT(lehr_sampleset_occurrences(s, k), rounds);
    if (k == 0) continue;
    const double before = lehr_sampleset_energy(s, k - 1), here = lehr_sampleset_energy(s, k);
    const int order = memcmp(sampleset_packed(s, k - 1), sampleset_packed(s, k), s->row_bytes);
    const bool is_ordered = before < here || (before == here && order < 0);
    CHECK(s->feasible[k - 1] > s->feasible[k] ||
          (s->feasible[k - 1] == s->feasible[k] && is_ordered));
  }
  lehr_sampleset_free(s);
  lehr_model_free(m);
}

static void rows_are_sorted_and_merged(void) {
  const double scales[] = {1, -1, 1.0 / 3, -1e-3, 0};
  for (size_t k = 0; k < sizeof scales / sizeof scales[0]; k++) {
    check_sorted(scales[k], 1, 5);
    check_sorted(scales[k], 1000, 3);
    check_sorted(scales[k], 20000, 2);
  }
}

static void memory_follows_distinct_rows(void) {
  lehr_model *m = model_of(16, 1);
  lehr_sampleset *s = sampleset_create(lehr_model_look(m));
  REQUIRE(s != NULL);
  fill(s, m, 1000, 1000); /* a million rows */
  CHECK(s->capacity <= 8192);
  lehr_sampleset_free(s);
  lehr_model_free(m);
}

static void memory_is_limited(void) {
  lehr_model *m = model_of(20, 1);
  lehr_sampleset *s = sampleset_create(lehr_model_look(m));
  REQUIRE(s != NULL);
  s->max_bytes = 1 << 20;
  fill(s, m, 5000, 20); /* fits once merged */
  lehr_status status = LEHR_OK;
  uint32_t state = 5000;
  for (; state < 100000 && status == LEHR_OK; state++) status = put(s, m, state, 0);
  CHECK_INT(status, LEHR_ENOMEM);
  CHECK(state > 8000); /* what the limit has room for */
  REQUIRE_OK(sampleset_sort(s));
  CHECK_INT(s->count, state - 1);
  lehr_sampleset_free(s);
  s = sampleset_create(lehr_model_look(m));
  REQUIRE(s != NULL);
  s->max_bytes = 10;
  CHECK_INT(put(s, m, 0, 1), LEHR_ENOMEM);
  lehr_sampleset_free(s);
  CHECK(sampleset_bytes(1 << 30, INT64_MAX / 2) == UINT64_MAX);
  lehr_model_free(m);
}

static const check_test tests[] = {{"rows are sorted and merged", rows_are_sorted_and_merged},
                                   {"memory follows distinct rows", memory_follows_distinct_rows},
                                   {"memory is limited", memory_is_limited}};
CHECK_MAIN("qubo/sampleset", tests)
