/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "random_models.h"
#include "support/results.h"

static lehr_sampleset *solve(const lehr_model *m, lehr_params *p) {
  lehr_sampleset *set = NULL;
  lehr_error err;
  p->engine = "exhaustive";
  REQUIRE_OK(lehr_solve(NULL, m, p, &set, &err));
  return set;
}

static lehr_model *model_of(int32_t n, model_values values) {
  philox_stream s = philox_stream_at(7, (uint64_t)n);
  return model_random(&s, &(model_recipe){n, LEHR_BINARY, values, GROUPS_NONE, 0.5});
}

static void same_on_any_thread_count(void) {
  for (int values = 0; values < VALUE_KINDS; values++) {
    const model_recipe recipe = {22, LEHR_SPIN, (model_values)values, GROUPS_NONE, 0.4};
    philox_stream s = philox_stream_at(11, (uint64_t)values);
    lehr_model *m = model_random(&s, &recipe);
    uint8_t first[22], bits[22];
    double energy = 0;
    for (int32_t threads = 1; threads <= 8; threads *= 2) {
      lehr_params p;
      lehr_params_init(&p);
      p.threads = threads;
      lehr_sampleset *set = solve(m, &p);
      CHECK_INT(lehr_sampleset_size(set), 1);
      CHECK_INT(result_info(set).attempts, 1 << 22);
      CHECK(result_info(set).proven);
      lehr_sampleset_bits(set, 0, bits);
      if (threads == 1) {
        energy = lehr_sampleset_energy(set, 0);
        memcpy(first, bits, sizeof bits);
      }
      CHECK(lehr_sampleset_energy(set, 0) == energy);
      CHECK(memcmp(first, bits, sizeof bits) == 0);
      lehr_sampleset_free(set);
    }
    lehr_model_free(m);
  }
}

static void ties_go_to_the_first_bit_string(void) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 20, &b)); /* an even ring of antiferromagnets */
  for (int32_t i = 0; i < 20; i++) REQUIRE_OK(lehr_builder_add_int(b, i, (i + 1) % 20, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  lehr_params p;
  lehr_params_init(&p);
  lehr_sampleset *set = solve(m, &p);
  uint8_t bits[20];
  lehr_sampleset_bits(set, 0, bits);
  for (int i = 0; i < 20; i++) CHECK_INT(bits[i], i % 2);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static void refuses_what_would_take_too_long(void) {
  lehr_model *m = NULL;
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 33, &b));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  lehr_params p;
  lehr_plan plan;
  lehr_error err;
  lehr_params_init(&p);
  p.engine = "exhaustive";
  CHECK_INT(lehr_solve_plan(NULL, m, &p, &plan, NULL, &err), LEHR_EUNAVAILABLE);
  CHECK_CONTAINS(err.text, "33 variables");
  lehr_model_free(m);
}

static void budgets_end_it_without_a_proof(void) {
  lehr_model *m = model_of(28, VALUES_REAL);
  lehr_params p;
  lehr_params_init(&p);
  p.work = 1 << 20;
  lehr_sampleset *set = solve(m, &p);
  CHECK_INT(result_info(set).attempts, 1 << 20);
  CHECK(!result_info(set).proven);
  CHECK_INT(result_info(set).stop_reason, LEHR_STOP_WORK);
  CHECK_INT(lehr_sampleset_size(set), 1);
  lehr_sampleset_free(set);

  lehr_params_init(&p);
  p.time_limit_s = 0;
  p.seed = 5;
  set = solve(m, &p);
  CHECK(!result_info(set).proven);
  CHECK_INT(lehr_sampleset_size(set), 1);
  CHECK_INT(result_info(set).attempts, 0);
  lehr_sampleset_free(set);

  const int32_t stop = 1;
  lehr_params_init(&p);
  p.stop = &stop;
  set = solve(m, &p);
  CHECK_INT(result_info(set).stop_reason, LEHR_STOP_STOPPED);
  CHECK_INT(lehr_sampleset_size(set), 1);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

/* Nearly equal real energies: rounding in the enumeration must not decide. */
static void near_ties_of_real_models(void) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 16, &b));
  for (int32_t i = 0; i < 16; i++)
    for (int32_t j = 0; j < i; j++)
      REQUIRE_OK(lehr_builder_add(b, i, j, (i + j) % 3 ? 1.0 / 3 : -1e9 / 7, NULL));
  REQUIRE_OK(lehr_builder_add_linear(b, 3, 1e-7 / 3, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  CHECK(!lehr_model_look(m)->is_exact);
  double lowest = INFINITY;
  uint8_t bits[16];
  for (uint32_t x = 0; x < 1u << 16; x++) {
    for (int i = 0; i < 16; i++) bits[i] = x >> i & 1;
    lowest = fmin(lowest, lehr_model_energy(m, bits));
  }
  lehr_params p;
  lehr_params_init(&p);
  lehr_sampleset *set = solve(m, &p);
  CHECK(lehr_sampleset_energy(set, 0) == lowest);
  CHECK(result_info(set).proven && result_info(set).bound == lowest);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"same on any thread count", same_on_any_thread_count},
    {"ties go to the first bit string", ties_go_to_the_first_bit_string},
    {"refuses what would take too long", refuses_what_would_take_too_long},
    {"budgets end it without a proof", budgets_end_it_without_a_proof},
    {"near ties of real models", near_ties_of_real_models},
};
CHECK_MAIN("exhaustive", tests)
