/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/network.h"

#include "check.h"
#include "random_models.h"
#include "tn/networks.h"

static double energy_of(const tn_network *t, const uint8_t bits[]) {
  int8_t spins[MODEL_MAX_BITS + 1];
  for (int32_t i = 0; i < t->n; i++) spins[i] = bits[i] ? 1 : -1;
  return t->constant_energy + t->unit * (double)network_energy(t, spins);
}

static void energies_are_the_models(void) {
  philox_stream s = philox_stream_at(1, 0);
  int rounded = 0;
  for (int trial = 0; trial < 300; trial++) {
    model_recipe r = model_recipe_at(&s, 12);
    r.groups = GROUPS_NONE;
    lehr_model *m = model_random(&s, &r);
    tn_network t;
    REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
    CHECK(lehr_model_look(m)->is_exact ? t.rounding == 0 : t.rounding >= 0);
    rounded += t.rounding > 0;
    for (int state = 0; state < 20; state++) {
      uint8_t bits[MODEL_MAX_BITS + 1];
      for (int32_t i = 0; i < t.n; i++) bits[i] = philox_u32(&s) & 1;
      const double e = lehr_model_energy(m, bits);
      CHECK_REAL(energy_of(&t, bits), e, t.rounding + 1e-14 * (100 + fabs(e)));
    }
    network_free(&t);
    lehr_model_free(m);
  }
  CHECK(rounded > 10);
}

/* Coefficients far apart, tiny ones, and large ones keep their promises about rounding. */
static void extreme_real_models(void) {
  const double values[][2] = {
      {1, 1e-30}, {1e300, 1e290}, {1e-310, 3e-320}, {1e18 + 1e3, 0.1}, {0, 0}};
  for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
    lehr_builder *b;
    lehr_model *m;
    tn_network t;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
    REQUIRE_OK(lehr_builder_add(b, 0, 1, values[k][0] * 1.1, NULL));
    REQUIRE_OK(lehr_builder_add_linear(b, 0, -values[k][1] / 3, NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
    CHECK(t.unit > 0);
    for (int x = 0; x < 4; x++) {
      const uint8_t bits[2] = {x & 1, x >> 1};
      const double e = lehr_model_energy(m, bits);
      CHECK_REAL(energy_of(&t, bits), e, t.rounding + 4e-16 * fabs(values[k][0]));
    }
    network_free(&t);
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

static void common_factors_go(void) {
  philox_stream s = philox_stream_at(2, 0);
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 6, &b));
  for (int32_t i = 1; i < 6; i++)
    REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, philox_u32(&s) & 1 ? 12 : -12, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  for (int64_t k = 0; k < t.row[6]; k++) CHECK_INT(t.J[k] * t.J[k], 1);
  CHECK_REAL(t.unit, 3, 0);
  network_free(&t);
  lehr_model_free(m);
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, (int32_t[]){0, 1}, 2, 0, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  CHECK_INT(network_make(lehr_model_look(m), &t, NULL), LEHR_EUNAVAILABLE);
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* Fixing spins leaves a network with the same energies. */
static void conditioning(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 200; trial++) {
    const int32_t n = 1 + (int32_t)philox_below(&s, 14);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 9, trial & 1), part;
    int8_t spins[16], value[16], rest[16];
    int32_t number[16];
    for (int32_t i = 0; i < n; i++) {
      spins[i] = philox_below(&s, 2) ? 1 : -1;
      value[i] = philox_below(&s, 3) ? spins[i] : 0;
    }
    REQUIRE_OK(network_condition(&t, value, &part, number, NULL));
    for (int32_t k = 0; k < part.n; k++) {
      CHECK_INT(value[number[k]], 0);
      CHECK(k == 0 || number[k] > number[k - 1]);
      rest[k] = spins[number[k]];
    }
    CHECK_INT(network_energy(&part, rest), network_energy(&t, spins));
    network_free(&part);
    network_free(&t);
  }
}

static void even_networks(void) {
  philox_stream s = philox_stream_at(4, 0);
  tn_network even = network_of_shape(SQUARE, &s, 9, 3, false);
  tn_network odd = network_of_shape(SQUARE, &s, 9, 3, true);
  CHECK(network_is_even(&even));
  CHECK(!network_is_even(&odd));
  network_free(&even);
  network_free(&odd);
}

static const check_test tests[] = {{"energies are the model's", energies_are_the_models},
                                   {"extreme real models", extreme_real_models},
                                   {"common factors go", common_factors_go},
                                   {"conditioning", conditioning},
                                   {"even networks", even_networks}};
CHECK_MAIN("tn/network", tests)
