/* SPDX-License-Identifier: Apache-2.0 */
/* The bound of groups against all states that keep them. */
#include "tn/group_bound.h"

#include "check.h"
#include "tn/grouped.h"

enum { MOST = 12 };

static int64_t least_energy(const lehr_model *m, const tn_network *t) {
  int64_t least = INT64_MAX;
  for (uint32_t x = 0; x < 1u << t->n; x++) {
    uint8_t bits[MOST];
    int8_t spins[MOST];
    for (int32_t v = 0; v < t->n; v++) {
      bits[v] = x >> v & 1;
      spins[v] = bits[v] ? 1 : -1;
    }
    const int64_t e = network_energy(t, spins);
    if (lehr_model_feasible(m, bits) && e < least) least = e;
  }
  return least;
}

/* Returns how far below the lowest energy the bound is, in parts of the sum of all magnitudes. */
static double check_bound(const lehr_model *m) {
  const lehr_model_view *const view = lehr_model_look(m);
  tn_network t;
  int64_t bound = 0;
  bool is_there;
  double sum = 1;
  REQUIRE_OK(network_of_terms(view, 58, &t, NULL));
  REQUIRE_OK(group_bound(view, &t, &bound, &is_there, NULL));
  const int64_t least = least_energy(m, &t);
  CHECK(is_there);
  CHECK(bound <= least);
  for (int32_t v = 0; v < t.n; v++) sum += fabs((double)t.h[v]);
  for (int64_t k = 0; k < t.row[t.n]; k++) sum += 0.5 * fabs((double)t.J[k]);
  network_free(&t);
  return ((double)least - (double)bound) / sum;
}

static void never_above(void) {
  philox_stream s = philox_stream_at(71, 0);
  double below = 0;
  for (int trial = 0; trial < 300; trial++) {
    const uint32_t range = (const uint32_t[]){0, 1, 9, 1000000}[trial % 4];
    lehr_model *const m = grouped_model(&s, trial & 1 ? LEHR_SPIN : LEHR_BINARY,
                                        3 + (int32_t)philox_below(&s, MOST - 2), range);
    double *const energy = grouped_spectrum(m, lehr_model_look(m)->n);
    double least = HUGE_VAL;
    for (uint32_t x = 0; x < 1u << lehr_model_look(m)->n; x++) least = fmin(least, energy[x]);
    if (least < HUGE_VAL) below += check_bound(m);
    free(energy);
    lehr_model_free(m);
  }
  CHECK(below / 300 < 0.2);
}

/* Fields alone: the bound is the lowest energy. A variable in two groups counts for the first. */
static void fields_alone(void) {
  static const int32_t first[] = {0, 1, 2}, second[] = {3, 4, 5, 6}, third[] = {6, 7};
  static const int64_t fields[] = {5, -3, 2, 7, -1, 4, -6, 9};
  for (int has_third = 0; has_third < 2; has_third++) {
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 8, &b));
    for (int32_t v = 0; v < 8; v++) REQUIRE_OK(lehr_builder_add_linear_int(b, v, fields[v], NULL));
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, first, 3, 1, NULL));
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, second, 4, 3, NULL));
    if (has_third) REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, third, 2, 1, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    CHECK_REAL(check_bound(m), 0, 0); /* -3 - 6 - 1 + 4 */
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

/* One of each of two groups, all of which are coupled: the cheapest pair of members, not less. */
static void pairs_of_groups(void) {
  static const int32_t first[] = {0, 1}, second[] = {2, 3};
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 4, &b));
  for (int32_t i = 0; i < 2; i++)
    for (int32_t j = 2; j < 4; j++)
      REQUIRE_OK(lehr_builder_add_int(b, i, j, 4 + 2 * (i + j), NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, first, 2, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, second, 2, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  CHECK_REAL(check_bound(m), 0, 0);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static const check_test tests[] = {{"never above", never_above},
                                   {"fields alone", fields_alone},
                                   {"pairs of groups", pairs_of_groups}};
CHECK_MAIN("tn/group_bound", tests)
