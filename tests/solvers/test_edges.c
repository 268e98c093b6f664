/* SPDX-License-Identifier: Apache-2.0 */
/* Every built-in engine on models and budgets at the edges of what is allowed. */
#include "check.h"
#include "random_models.h"
#include "support/cpu_time.h"

#include "base/clock.h"
#include "lehr/plugin.h"

/* Solves with the k-th engine; NULL where it refuses the model. */
static lehr_sampleset *solve(int32_t engine, const lehr_model *m, lehr_params *p) {
  lehr_sampleset *set = NULL;
  lehr_error err;
  p->engine = lehr_engine_at(NULL, engine)->name;
  p->threads = p->threads ? p->threads : 1;
  const lehr_status status = lehr_solve(NULL, m, p, &set, &err);
  CHECK(status == LEHR_OK || status == LEHR_EUNAVAILABLE);
  return set;
}

static lehr_model *finish(lehr_builder *b) {
  lehr_model *m;
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_model *empty_model(int32_t n, lehr_vartype vartype, double offset) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(vartype, n, &b));
  REQUIRE_OK(lehr_builder_add_offset(b, offset, NULL));
  return finish(b);
}

/* Checks that every engine which takes the model finds `energy`. */
static void check_all_find(lehr_model *m, double energy) {
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    lehr_params p;
    lehr_params_init(&p);
    p.reads = 4;
    lehr_sampleset *set = solve(e, m, &p);
    if (!set) continue;
    REQUIRE(lehr_sampleset_size(set) >= 1);
    CHECK_REAL(lehr_sampleset_energy(set, 0), energy, 0);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static void tiny_models(void) {
  check_all_find(empty_model(0, LEHR_BINARY, 2.5), 2.5);
  check_all_find(empty_model(0, LEHR_SPIN, -1.0 / 3), -1.0 / 3);
  for (int vartype = 0; vartype < 2; vartype++) {
    check_all_find(empty_model(1, (lehr_vartype)vartype, 7), 7);
    check_all_find(empty_model(200, (lehr_vartype)vartype, 7), 7);
    lehr_builder *b;
    REQUIRE_OK(lehr_builder_create((lehr_vartype)vartype, 1, &b));
    REQUIRE_OK(lehr_builder_add_linear(b, 0, -2, NULL));
    check_all_find(finish(b), -2);
    REQUIRE_OK(lehr_builder_create((lehr_vartype)vartype, 2, &b));
    REQUIRE_OK(lehr_builder_add(b, 0, 1, -3, NULL));
    check_all_find(finish(b), -3);
  }
}

/* One coupling near the end of the range beside ordinary ones; a hub; variables on their own. */
static void lopsided_models(void) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 30, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, INT64_C(1) << 60, NULL));
  for (int32_t i = 2; i < 30; i++)
    REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, i % 2 ? 1 : -1, NULL));
  lehr_model *m = finish(b);
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    lehr_params p;
    lehr_params_init(&p);
    lehr_sampleset *set = solve(e, m, &p);
    REQUIRE(set != NULL);
    CHECK(lehr_sampleset_energy(set, 0) <= -0x1p60 + 64);
    if (strcmp(p.engine, "greedy") != 0)
      CHECK_INT(lehr_sampleset_energy_int(set, 0), -(INT64_C(1) << 60) - 28);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);

  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 4000, &b)); /* n - 1 leaves on a hub; 1000 alone */
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -1, NULL));
  for (int32_t i = 1; i < 3000; i++) REQUIRE_OK(lehr_builder_add_int(b, 0, i, -1, NULL));
  check_all_find(finish(b), -3000);

  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 64, &b)); /* scales 1e-300 to 1e300 */
  for (int32_t i = 1; i < 64; i++)
    REQUIRE_OK(lehr_builder_add(b, i - 1, i, i % 2 ? 1e300 / 3 : 1e-300 / 3, NULL));
  m = finish(b);
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    lehr_params p;
    lehr_params_init(&p);
    lehr_sampleset *set = solve(e, m, &p);
    if (set) CHECK_REAL(lehr_sampleset_energy(set, 0), -32 * (1e300 / 3), 1e288);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

/* Many small parts with variables on their own between them. */
static void disconnected_models(void) {
  enum { PARTS = 40, EACH = 7 };
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, PARTS * EACH, &b));
  for (int32_t k = 0; k < PARTS * EACH; k += EACH) { /* a frustrated triangle and a pair */
    REQUIRE_OK(lehr_builder_add_int(b, k, k + 1, 2, NULL));
    REQUIRE_OK(lehr_builder_add_int(b, k + 1, k + 2, 2, NULL));
    REQUIRE_OK(lehr_builder_add_int(b, k, k + 2, 2, NULL));
    REQUIRE_OK(lehr_builder_add_int(b, k + 4, k + 5, -3, NULL));
  }
  check_all_find(finish(b), PARTS * -5);
}

/* All valid assignments have one energy, which no move can tell apart. */
static void all_energies_equal(void) {
  enum { N = 24 };
  lehr_builder *b;
  int32_t all[N];
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N, &b));
  for (int32_t i = 0; i < N; i++) {
    all[i] = i;
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, 3, NULL));
    for (int32_t j = 0; j < i; j++) REQUIRE_OK(lehr_builder_add_int(b, i, j, 1, NULL));
  }
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, all, N, 4, NULL));
  check_all_find(finish(b), 4 * 3 + 6);
}

/* Variables that a field, a coupling or a group leaves no choice. */
static void fixed_variables(void) {
  static const int32_t members[] = {0, 1, 2, 3, 4, 5, 6};
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 90, &b));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, members, 1, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_AT_MOST_ONE, members + 1, 1, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, members + 2, 1, 0, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, members + 3, 1, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, members + 4, 2, 2, NULL));
  /* 0, 3, 4, 5 are ones whatever they cost, 2 is none though it would pay, 1 is one as it pays. */
  for (int32_t i = 0; i < 6; i++)
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i == 1 || i == 2 ? -10 : 7, NULL));
  for (int32_t i = 6; i < 90; i++) /* fields above all couplings */
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i % 2 ? -1000 : 1000, NULL));
  for (int32_t i = 1; i < 90; i++) REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, 1, NULL));
  check_all_find(finish(b), 4 * 7 - 10 - 42 * 1000 + 3); /* pairs 0-1, 3-4, 4-5 */

  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 90, &b)); /* the same without groups */
  for (int32_t i = 0; i < 90; i++)
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i % 2 ? -1000 : 1000, NULL));
  for (int32_t i = 1; i < 90; i++) REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, 1, NULL));
  check_all_find(finish(b), -90 * 1000 - 89);
}

static void time_limits(void) {
  philox_stream s = philox_stream_at(8, 8);
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 3000, &b));
  for (int32_t k = 0; k < 30000; k++)
    REQUIRE_OK(lehr_builder_add_int(b, (int32_t)philox_below(&s, 3000),
                                    (int32_t)philox_below(&s, 3000), k % 2 ? 3 : -2, NULL));
  lehr_model *m = finish(b);
  const double limits[] = {0, 0.001, 0.2};
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++)
    for (int k = 0; k < 3; k++) {
      lehr_params p;
      lehr_params_init(&p);
      p.time_limit_s = limits[k];
      p.reads = 20;
      p.threads = 1; /* whose CPU time is counted: wall time passes for other processes, too */
      const double start = clock_cpu();
      lehr_sampleset *set = solve(e, m, &p);
      if (!set) continue;
      CHECK(clock_cpu() - start < limits[k] + 0.2 * CPU_TIME_FACTOR);
      CHECK(lehr_sampleset_size(set) >= 1);
      lehr_result_info info = {.struct_size = sizeof info};
      lehr_sampleset_info(set, &info);
      if (limits[k] == 0) {
        CHECK_INT(info.attempts, 0);
        CHECK(lehr_sampleset_reads(set) >= 1 && lehr_sampleset_reads(set) <= 20);
      }
      lehr_sampleset_free(set);
    }
  lehr_model_free(m);
}

/* A hub of 10^6 neighbours does not keep any engine from ending in time. */
static void time_limits_with_a_hub(void) {
  enum { LEAVES = 1000000 };
  const double limit = 0.5, allowance = 1.2 * CPU_TIME_FACTOR;
  philox_stream s = philox_stream_at(10, 1);
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, LEAVES + 1, &b));
  for (int32_t i = 1; i <= LEAVES; i++) {
    const int64_t size = 1 + philox_below(&s, 9);
    REQUIRE_OK(lehr_builder_add_int(b, 0, i, philox_below(&s, 2) ? size : -size, NULL));
  }
  lehr_model *m = finish(b);
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    lehr_params p;
    lehr_params_init(&p);
    p.time_limit_s = limit;
    p.threads = 1;
    const double start = clock_cpu();
    lehr_sampleset *set = solve(e, m, &p);
    if (!set) continue;
    CHECK(clock_cpu() - start < limit + allowance);
    CHECK(lehr_sampleset_size(set) >= 1);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static void starts_from_given_states(void) {
  philox_stream s = philox_stream_at(9, 9);
  const model_recipe recipe = {10, LEHR_SPIN, VALUES_SMALL, GROUPS_NONE, 0.6};
  lehr_model *m = model_random(&s, &recipe);
  const model_optimum best = model_brute_force(m);
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++)
    for (int k = 0; k < 2; k++) {
      lehr_params p;
      lehr_params_init(&p);
      p.initial = best.bits;
      p.n_initial = 1;
      p.reads = 1;
      p.time_limit_s = k == 0 ? 0 : -1;
      lehr_sampleset *set = solve(e, m, &p);
      CHECK(lehr_sampleset_energy(set, 0) == best.energy);
      lehr_sampleset_free(set);
    }
  lehr_model_free(m);
}

/* A budget of 2^40 sweeps allocates nothing for them and ends when told to. */
static void endless_budgets_can_be_stopped(void) {
  static const char *const options[] = {"sweeps=2^40"};
  for (int32_t n = 0; n < 3; n++) {
    lehr_model *m = empty_model(n, LEHR_SPIN, 0);
    lehr_params p;
    lehr_params_init(&p);
    p.options = options;
    p.n_options = 1;
    p.time_limit_s = 0.05;
    const double start = clock_cpu();
    lehr_sampleset *set = solve(0, m, &p);
    CHECK(set && clock_cpu() - start < 0.25);
    CHECK(lehr_sampleset_reads(set) >= 1); /* those begun before the time was up */
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
}

static void bad_options_are_refused(void) {
  const char *const bad[] = {"sweeps=-1",     "reads=-1",     "beta_hot=inf",   "beta_hot=-1",
                             "beta_cold=nan", "sweps=10",     "schedule=quick", "sweeps=1e300",
                             "sweeps",        "beta_cold=1x", "schedule=",      "=3"};
  lehr_model *m = empty_model(3, LEHR_SPIN, 0);
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    lehr_params p;
    lehr_sampleset *set;
    lehr_error err;
    lehr_params_init(&p);
    p.engine = "anneal";
    p.options = &bad[k];
    p.n_options = 1;
    CHECK_INT(lehr_solve(NULL, m, &p, &set, &err), LEHR_EUSAGE);
    if (strcmp(bad[k], "sweps=10") == 0) CHECK_CONTAINS(err.text, "did you mean 'sweeps'");
  }
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"tiny models", tiny_models},
    {"lopsided models", lopsided_models},
    {"disconnected models", disconnected_models},
    {"all energies equal", all_energies_equal},
    {"fixed variables", fixed_variables},
    {"time limits", time_limits},
    {"time limits with a hub", time_limits_with_a_hub},
    {"starts from given states", starts_from_given_states},
    {"endless budgets can be stopped", endless_budgets_can_be_stopped},
    {"bad options are refused", bad_options_are_refused},
};
CHECK_MAIN("edges", tests)
