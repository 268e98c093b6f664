/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/plan.h"

#include "check.h"
#include "random_models.h"
#include "tn/graphs.h"
#include "tn/run_scalar.h"

static tn_plan_options options_for(int64_t memory) {
  return (tn_plan_options){.memory = (uint64_t)memory,
                           .entry_bytes = 1,
                           .only_minimum = true,
                           .seed = 1,
                           .work = ORDER_WORK};
}

/* Model, plan, program, state, bits: the energy is the model's lowest one. */
static void optimum_of_models(void) {
  philox_stream s = philox_stream_at(1, 0);
  for (int trial = 0; trial < 300; trial++) {
    model_recipe r = model_recipe_at(&s, 12);
    r.groups = GROUPS_NONE;
    r.values = (model_values)(trial % VALUE_KINDS);
    lehr_model *m = model_random(&s, &r);
    const model_optimum best = model_brute_force(m);
    tn_plan_options o = options_for(1 << 20);
    o.only_minimum = trial & 1;
    tn_plan p;
    int8_t spins[16];
    uint8_t bits[16];
    int64_t value;
    REQUIRE_OK(plan_make(lehr_model_look(m), &o, &p, NULL));
    REQUIRE(p.fits);
    REQUIRE_OK(program_check(&p.program, NULL));
    REQUIRE_OK(run_scalar(&p.program, UINT64_MAX, &value, spins, NULL));
    CHECK_INT(value + p.network.constant, network_energy(&p.network, spins));
    REQUIRE_OK(plan_bits(&p, spins, bits, NULL));
    const double tolerance = 2 * p.network.rounding + 1e-13 * (100 + fabs(best.energy));
    CHECK_REAL(lehr_model_energy(m, bits), best.energy, tolerance);
    CHECK_REAL(p.network.constant_energy + p.network.unit * (double)(value + p.network.constant),
               best.energy, tolerance);
    plan_free(&p);
    lehr_model_free(m);
  }
}

static lehr_model *lattice(int32_t rows, int32_t columns, bool has_fields) {
  lehr_builder *b;
  lehr_model *m;
  philox_stream s = philox_stream_at(2, 0);
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, rows * columns, &b));
  for (int32_t v = 0; v < rows * columns; v++) {
    const int64_t J = philox_below(&s, 2) ? 1 : -1;
    if (v % columns > 0) REQUIRE_OK(lehr_builder_add_int(b, v, v - 1, J, NULL));
    if (v >= columns) REQUIRE_OK(lehr_builder_add_int(b, v, v - columns, -J, NULL));
    if (has_fields) REQUIRE_OK(lehr_builder_add_linear_int(b, v, 3 * J, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Without fields one spin is fixed; all of them together are one state less. */
static void spins_are_fixed(void) {
  lehr_model *even = lattice(9, 40, false), *odd = lattice(9, 40, true);
  const tn_plan_options o = options_for(1 << 24);
  tn_plan p;
  REQUIRE_OK(plan_make(lehr_model_look(even), &o, &p, NULL));
  CHECK_INT(p.network.n, 359);
  CHECK_INT(p.mirror.count, 1);
  CHECK(p.cost.width <= 9);
  plan_free(&p);
  REQUIRE_OK(plan_make(lehr_model_look(odd), &o, &p, NULL));
  CHECK_INT(p.network.n, 360);
  CHECK_INT(p.mirror.count, 0);
  plan_free(&p);
  lehr_model_free(even);
  lehr_model_free(odd);
}

/* What does not fit is said, with width and bytes, and nothing is allocated for it. */
static void limits_are_told(void) {
  char text[160];
  lehr_model *m = lattice(30, 30, true);
  tn_plan_options o = options_for(1 << 24);
  o.only_minimum = false;
  o.work = 20000000;
  tn_plan p;
  REQUIRE_OK(plan_make(lehr_model_look(m), &o, &p, NULL));
  CHECK(!p.fits);
  CHECK(p.cost.width >= 30 && p.program.n_ops > 0);
  plan_text(&p, plan_least(&p, o.entry_bytes), text, sizeof text);
  CHECK_CONTAINS(text, "GiB; 900 of 900 variables, order by ");
  plan_free(&p);
  lehr_model_free(m);
  m = lattice(50, 50, true);
  REQUIRE_OK(plan_make(lehr_model_look(m), &o, &p, NULL));
  CHECK(!p.fits);
  CHECK(p.cost.width > TN_MOST_SLOTS && p.program.n_ops == 0);
  plan_text(&p, plan_least(&p, o.entry_bytes), text, sizeof text);
  CHECK_CONTAINS(text, "width 5");
  plan_free(&p);
  lehr_model_free(m);
}

/* Fields that decide most spins: the presolved model is much narrower and still gives the optimum.
 */
static void presolving_helps(void) {
  lehr_builder *b;
  lehr_model *m;
  philox_stream s = philox_stream_at(3, 0);
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 400, &b));
  for (int32_t k = 0; k < 1600; k++) {
    const int32_t i = (int32_t)philox_below(&s, 400), j = (int32_t)philox_below(&s, 400);
    REQUIRE_OK(lehr_builder_add_int(b, i, j, philox_below(&s, 2) ? 1 : -1, NULL));
  }
  for (int32_t i = 0; i < 400; i++)
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, (int64_t)philox_below(&s, 25) - 12, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  tn_plan_options o = options_for(1 << 20);
  tn_plan p;
  int64_t value;
  int8_t spins[400];
  uint8_t bits[400];
  o.work = 50000000;
  REQUIRE_OK(plan_make(lehr_model_look(m), &o, &p, NULL));
  REQUIRE(p.presolved != NULL && p.fits);
  REQUIRE_OK(run_scalar(&p.program, UINT64_MAX, &value, spins, NULL));
  REQUIRE_OK(plan_bits(&p, spins, bits, NULL));
  CHECK_REAL(lehr_model_energy(m, bits),
             p.network.constant_energy + p.network.unit * (double)(value + p.network.constant),
             1e-9);
  plan_free(&p);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static const check_test tests[] = {{"optimum of models", optimum_of_models},
                                   {"spins are fixed", spins_are_fixed},
                                   {"limits are told", limits_are_told},
                                   {"presolving helps", presolving_helps}};
CHECK_MAIN("tn/plan", tests)
