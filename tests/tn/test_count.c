/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/count.h"

#include "check.h"
#include "tn/naturals.h"
#include "tn/residue.h"
#include "tn/spectrum.h"

static void counts_of_every_shape(void) {
  philox_stream s = philox_stream_at(1, 0);
  for (int trial = 0; trial < 240; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 12) + (trial % SHAPES == TORUS);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, trial % 3 ? 1 : 50, trial & 1);
    tn_program p = spectrum_program(&t, &s, trial / 2);
    int64_t *energy = spectrum_of(&t), lowest, least = network_brute_force(&t), ways = 0;
    natural states = {0};
    char expected[24];
    bool is_complete;
    for (uint32_t x = 0; x < 1u << n; x++) ways += energy[x] == least;
    snprintf(expected, sizeof expected, "%" PRId64, ways);
    REQUIRE_OK(count_ground_states(&p, &no_limits, &lowest, &states, &is_complete, NULL));
    CHECK(is_complete);
    CHECK_INT(lowest, least);
    check_natural(&states, expected);
    free(energy);
    program_free(&p);
    network_free(&t);
  }
}

/* Pairs of spins without fields: two states each, or all four where nothing couples them. */
static natural count_of_pairs(int32_t pairs, int32_t free_spins) {
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  tn_program p;
  const int32_t n = 2 * pairs + free_spins;
  int32_t *order = calloc((size_t)n, sizeof *order);
  int64_t energy;
  natural states = {0};
  bool is_complete;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t k = 0; k < pairs; k++)
    REQUIRE_OK(lehr_builder_add_int(b, 2 * k, 2 * k + 1, 1, NULL));
  for (int32_t i = 0; i < n; i++) order[i] = i;
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(count_ground_states(&p, &no_limits, &energy, &states, &is_complete, NULL));
  CHECK_INT(energy, -pairs);
  program_free(&p);
  network_free(&t);
  lehr_model_free(m);
  lehr_builder_free(b);
  free(order);
  return states;
}

/* 2^51, 2^52, 2^53: where one pass stops being exact; then several primes. */
static void large_counts_are_exact(void) {
  static const char *const powers[] = {"2251799813685248", "4503599627370496", "9007199254740992",
                                       "18014398509481984"};
  for (int32_t k = 0; k < 4; k++) {
    natural states = count_of_pairs(51 + k, 0);
    check_natural(&states, powers[k]);
  }
  natural states = count_of_pairs(100, 100);
  check_natural(&states, "1606938044258990275541962092341162602522202993782792835301376");
}

/* Three cliques of 18 spins, each halved: C(18, 9)^3 ways, not a power of two. */
static void halves_of_a_clique(void) {
  uint64_t ways = 1;
  char expected[24];
  for (uint64_t k = 1; k <= 9; k++) ways = ways * (9 + k) / k;
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  int64_t energy;
  natural states = {0};
  bool is_complete;
  tn_program p;
  philox_stream s = philox_stream_at(2, 0);
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 54, &b));
  for (int32_t k = 0; k < 3; k++) /* three cliques of 18 */
    for (int32_t i = 0; i < 18; i++)
      for (int32_t j = 0; j < i; j++)
        REQUIRE_OK(lehr_builder_add_int(b, 18 * k + i, 18 * k + j, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  p = spectrum_program(&t, &s, 0);
  REQUIRE_OK(count_ground_states(&p, &no_limits, &energy, &states, &is_complete, NULL));
  snprintf(expected, sizeof expected, "%" PRIu64, ways * ways * ways);
  check_natural(&states, expected); /* 48620^3 */
  CHECK_INT(energy, -27);
  program_free(&p);
  network_free(&t);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static void residues_give_the_number(void) {
  uint64_t primes[5], residues[5], above = UINT64_C(1) << 62;
  natural number = {0};
  for (int k = 0; k < 5; k++) above = primes[k] = residue_prime_below(above);
  CHECK_INT(primes[0], (INT64_C(1) << 62) - 57);
  CHECK_INT(primes[1], (INT64_C(1) << 62) - 87);
  for (int k = 0; k < 5; k++) residues[k] = residue_power(10, 80, primes[k]);
  REQUIRE_OK(residue_natural(primes, residues, 5, &number, NULL));
  check_natural(&number, "1"
                         "0000000000"
                         "0000000000"
                         "0000000000"
                         "0000000000"
                         "0000000000"
                         "0000000000"
                         "0000000000"
                         "0000000000");
  for (int k = 0; k < 5; k++) residues[k] = 0;
  REQUIRE_OK(residue_natural(primes, residues, 5, &number, NULL));
  check_natural(&number, "0");
}

/* 2^200 in steps, sums with carries over several limbs. */
static void naturals_add_up(void) {
  natural a = {0}, b = {0}, none = {0};
  REQUIRE_OK(natural_multiply_add(&a, 0, 1, NULL));
  REQUIRE_OK(natural_shift(&a, 199, NULL));
  REQUIRE_OK(natural_add(&b, &a, NULL));
  REQUIRE_OK(natural_add(&b, &none, NULL));
  REQUIRE_OK(natural_add(&a, &b, NULL));
  check_natural(&a, "1606938044258990275541962092341162602522202993782792835301376");
  natural_clear(&b);
  for (int k = 0; k < 4; k++)
    REQUIRE_OK(natural_multiply_add(&b, UINT64_C(1000000000000000000), 999999999999999999, NULL));
  REQUIRE_OK(natural_multiply_add(&a, 0, 1, NULL));
  REQUIRE_OK(natural_add(&b, &a, NULL));
  check_natural(&b, "1"
                    "000000000000000000"
                    "000000000000000000"
                    "000000000000000000"
                    "000000000000000000");
  natural_free(&a);
  REQUIRE_OK(natural_multiply_add(&a, 0, 999999999999999999, NULL));
  REQUIRE_OK(natural_multiply_add(&a, UINT64_C(1000000000000000000), 999999999999999999, NULL));
  REQUIRE_OK(natural_multiply(&a, &a, NULL));
  check_natural(&a, "999999999999999999999999999999999998000000000000000000000000000000000001");
}

static const check_test tests[] = {{"counts of every shape", counts_of_every_shape},
                                   {"large counts are exact", large_counts_are_exact},
                                   {"halves of a clique", halves_of_a_clique},
                                   {"residues give the number", residues_give_the_number},
                                   {"naturals add up", naturals_add_up}};
CHECK_MAIN("tn/count", tests)
