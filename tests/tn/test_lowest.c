/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/lowest.h"

#include "check.h"
#include "tn/spectrum.h"

static int compare(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

/* Energies ascend and are those of the states, which differ; returns how many equal `energy`. */
static void check_states(const tn_lowest *l, const int64_t energy[]) {
  for (int64_t k = 0; k < l->count; k++) {
    CHECK_INT(l->energy[k], energy[l->spins[k]]);
    if (k == 0) continue;
    CHECK(l->energy[k - 1] <= l->energy[k]);
    CHECK(l->spins[k - 1] != l->spins[k]);
  }
}

static void k_lowest(void) {
  philox_stream s = philox_stream_at(1, 0);
  for (int trial = 0; trial < 320; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 11) + (trial % SHAPES == TORUS);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, trial % 3 ? 1 : 50, trial & 1);
    tn_program p = spectrum_program(&t, &s, trial / 2);
    int64_t *energy = spectrum_of(&t), *sorted = spectrum_of(&t);
    const tn_lowest_wish wish = {.most = 1 + (int64_t)philox_below(&s, 200), .above = INT64_MAX};
    const int64_t states = INT64_C(1) << n;
    tn_lowest l;
    bool is_complete;
    qsort(sorted, (size_t)states, sizeof *sorted, compare);
    REQUIRE_OK(lowest_states(&p, wish, &no_limits, &l, &is_complete, NULL));
    REQUIRE(is_complete);
    CHECK_INT(l.count, wish.most < states ? wish.most : states);
    for (int64_t k = 0; k < l.count; k++) CHECK_INT(l.energy[k], sorted[k]);
    check_states(&l, energy);
    /* Complete levels are complete. */
    if (l.count == states)
      CHECK_INT(l.complete_from, INT64_MAX);
    else
      CHECK_INT(l.complete_from, sorted[l.count]);
    lowest_free(&l);
    free(energy);
    free(sorted);
    program_free(&p);
    network_free(&t);
  }
}

static void all_within(void) {
  philox_stream s = philox_stream_at(2, 0);
  for (int trial = 0; trial < 160; trial++) {
    const int32_t n = 8 + (int32_t)philox_below(&s, 4);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 3, trial & 1);
    tn_program p = spectrum_program(&t, &s, trial / 2);
    int64_t *energy = spectrum_of(&t), least = network_brute_force(&t), expected = 0;
    const tn_lowest_wish wish = {.most = INT64_MAX, .above = philox_below(&s, 8)};
    tn_lowest l;
    bool is_complete;
    for (uint32_t x = 0; x < 1u << n; x++) expected += energy[x] <= least + wish.above;
    REQUIRE_OK(lowest_states(&p, wish, &no_limits, &l, &is_complete, NULL));
    CHECK_INT(l.count, expected);
    CHECK(l.complete_from > least + wish.above);
    check_states(&l, energy);
    lowest_free(&l);
    free(energy);
    program_free(&p);
    network_free(&t);
  }
}

/* 90 spins in a chain with fields: more than one word; the same states within any memory. */
static void memory_and_threads_change_nothing(void) {
  philox_stream s = philox_stream_at(3, 0);
  tn_network t = network_of_shape(CHAIN, &s, 90, 9, true);
  int32_t order[90];
  tn_program p;
  const tn_lowest_wish wish = {.most = 40, .above = INT64_MAX};
  tn_lowest whole, l;
  bool is_complete;
  int fitted = 0;
  random_order(&s, 90, order);
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(lowest_states(&p, wish, &no_limits, &whole, &is_complete, NULL));
  CHECK_INT(whole.count, 40);
  for (int64_t k = 0; k < whole.count; k++) {
    int8_t spins[90];
    for (int32_t v = 0; v < 90; v++)
      spins[v] = whole.spins[k * whole.words + v / 64] >> (v % 64) & 1 ? 1 : -1;
    CHECK_INT(network_energy(&t, spins), whole.energy[k]);
  }
  for (uint64_t bytes = 400000; bytes > 10000; bytes = bytes * 9 / 10) {
    const tn_guard guard = {.bytes = bytes, .threads = 2};
    tn_need cost;
    REQUIRE_OK(lowest_plan(&p, wish, &cost, bytes, NULL));
    if (!cost.fits) continue;
    REQUIRE_OK(lowest_states(&p, wish, &guard, &l, &is_complete, NULL));
    fitted += l.count == whole.count;
    CHECK(memcmp(whole.energy, l.energy, (size_t)l.count * sizeof *l.energy) == 0);
    if (l.count == whole.count)
      CHECK(memcmp(whole.spins, l.spins, (size_t)(l.count * l.words) * sizeof *l.spins) == 0);
    lowest_free(&l);
  }
  CHECK(fitted > 5);
  lowest_free(&whole);
  program_free(&p);
  network_free(&t);
}

static const check_test tests[] = {
    {"k lowest", k_lowest},
    {"all within", all_within},
    {"memory and threads change nothing", memory_and_threads_change_nothing}};
CHECK_MAIN("tn/lowest", tests)
