/* SPDX-License-Identifier: Apache-2.0 */
/* Schedules: temperatures of every kind, points of the caller's, and what a result says of them. */
#include "check.h"
#include "random_models.h"

#include "base/error.h"
#include "solvers/anneal/anneal.h"
#include "solvers/anneal/schedule.h"

static void temperatures_of(const schedule_shape *shape, int64_t sweeps, double out[]) {
  schedule s;
  schedule_start(&s, shape, sweeps);
  for (int64_t t = 0; t < sweeps; t++) out[t] = schedule_next(&s, t);
}

static void kinds_go_from_hot_to_cold(void) {
  double t[1001];
  schedule_shape shape = {.kind = SCHEDULE_GEOMETRIC, .hot = 8, .cold = 0.5};
  temperatures_of(&shape, 1001, t);
  CHECK_REAL(t[0], 8, 1e-12);
  CHECK_REAL(t[500], 2, 1e-11);
  CHECK_REAL(t[1000], 0.5, 1e-12);
  shape.kind = SCHEDULE_LINEAR;
  temperatures_of(&shape, 1001, t);
  CHECK_REAL(1 / t[0], 0.125, 1e-12);
  CHECK_REAL(1 / t[500], (0.125 + 2) / 2, 1e-12);
  CHECK_REAL(1 / t[1000], 2, 1e-12);
}

static void points_are_joined_linearly_in_beta(void) {
  static const lehr_schedule_point points[] = {{0, 0}, {1, 4}, {1.5, 1}, {4, 3}};
  const schedule_shape shape = {.points = points, .count = 4};
  double t[401];
  temperatures_of(&shape, 401, t);
  CHECK(t[0] > 1e29);
  CHECK_REAL(1 / t[50], 2, 1e-12);
  CHECK_REAL(1 / t[100], 4, 1e-12);
  CHECK_REAL(1 / t[125], 2.5, 1e-12);
  CHECK_REAL(1 / t[150], 1, 1e-12);
  CHECK_REAL(1 / t[400], 3, 1e-12);
  temperatures_of(&shape, 1, t);
  CHECK_REAL(1 / t[0], 3, 1e-12);
  const schedule_shape constant = {.points = points + 1, .count = 1};
  temperatures_of(&constant, 3, t);
  for (int k = 0; k < 3; k++) CHECK_REAL(1 / t[k], 4, 1e-12);
}

/* A survey with the energies that a heat capacity has. */
static survey survey_of(double (*energy_at)(double beta)) {
  survey s = {.count = SURVEY_POINTS};
  for (int k = 0; k < SURVEY_POINTS; k++) {
    s.temperature[k] = pow(2, 3 - k);
    s.energy[k] = energy_at(1 / s.temperature[k]);
  }
  return s;
}

static double constant_capacity(double beta) { return 1 / beta; }
static double two_levels(double beta) { return -tanh(beta); }
static double nothing(double beta) { return 0 * beta; }

static void adaptive_places_follow_the_heat_capacity(void) {
  lehr_schedule_point even[ADAPTIVE_POINTS], p[ADAPTIVE_POINTS];
  const survey constant = survey_of(constant_capacity), levels = survey_of(two_levels);
  const survey flat = survey_of(nothing), none = {0};
  adaptive_points(&constant, 8, 0.0625, even);
  for (int k = 0; k < ADAPTIVE_POINTS; k++) {
    CHECK_REAL(even[k].at, k / (ADAPTIVE_POINTS - 1.0), 0.02);
    CHECK_REAL(even[k].beta, 0.125 * pow(128, k / (ADAPTIVE_POINTS - 1.0)), 1e-9);
  }
  /* (beta / cosh(beta))^2 is largest near beta = 1.2: most sweeps go there, few to either end. */
  adaptive_points(&levels, 8, 0.0625, p);
  CHECK_REAL(p[0].at, 0, 0);
  CHECK_REAL(p[ADAPTIVE_POINTS - 1].at, 1, 0);
  CHECK_REAL(p[ADAPTIVE_POINTS - 1].beta, 16, 0);
  for (int k = 1; k < ADAPTIVE_POINTS; k++) CHECK(p[k].at > p[k - 1].at);
  const double first = p[8].at, middle = p[24].at - p[8].at, last = 1 - p[24].at;
  CHECK(middle > 3 * first && middle > 3 * last && first > 0.02 && last > 0.02);
  /* Nothing to see: evenly. */
  adaptive_points(&flat, 8, 0.0625, even);
  adaptive_points(&none, 8, 0.0625, p);
  for (int k = 0; k < ADAPTIVE_POINTS; k++) {
    CHECK_REAL(p[k].at, k / (ADAPTIVE_POINTS - 1.0), 1e-12);
    CHECK_REAL(even[k].at, p[k].at, 1e-12);
  }
}

static void longer_runs_end_colder(void) {
  schedule_shape shape = {.hot = 8, .cold = 0.5, .coldest = 0.2};
  CHECK_REAL(schedule_cold(&shape, 10), 0.5, 0);
  CHECK(schedule_cold(&shape, 1000) < 0.4);
  CHECK(schedule_cold(&shape, 100000) < schedule_cold(&shape, 1000));
  CHECK_REAL(schedule_cold(&shape, INT64_C(1) << 52), (double)0.2f, 0);
  shape.coldest = 0; /* given by the caller */
  CHECK_REAL(schedule_cold(&shape, 100000), 0.5, 0);
}

/* ---- Through the engine ---- */

static lehr_model *glass(void) {
  philox_stream s = philox_stream_at(4, 4);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 100, &b));
  for (int k = 0; k < 400; k++)
    REQUIRE_OK(lehr_builder_add_int(b, (int32_t)philox_below(&s, 100),
                                    (int32_t)philox_below(&s, 100), k % 2 ? 3 : -2, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_params params_with(const lehr_schedule_point points[], size_t count) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "anneal";
  p.threads = 1;
  p.schedule = points;
  p.n_schedule = count;
  return p;
}

static int64_t attempts_of(const lehr_model *m, const lehr_params *p, const char *contains) {
  lehr_sampleset *set;
  lehr_result_info info = {.struct_size = sizeof info};
  REQUIRE_OK(lehr_solve(NULL, m, p, &set, NULL));
  lehr_sampleset_info(set, &info);
  CHECK_CONTAINS(info.options_json, contains);
  lehr_sampleset_free(set);
  return info.attempts;
}

/* The last place is the number of sweeps unless something else says it. */
static void sweeps_come_from_the_points(void) {
  static const lehr_schedule_point sweeps[] = {{0, 0.1}, {50, 1}}, parts[] = {{0, 0.1}, {1, 1}};
  static const char *const few[] = {"sweeps=7"};
  lehr_model *m = glass();
  lehr_params p = params_with(sweeps, 2);
  p.reads = 4;
  CHECK_INT(attempts_of(m, &p, "\"schedule\": [[0.0, "), 51 * 4 * 100);
  p.work = 20 * 4 * 100;
  CHECK_INT(attempts_of(m, &p, "\"sweeps\": 20"), 20 * 4 * 100);
  p.work = 0;
  p.options = few;
  p.n_options = 1;
  CHECK_INT(attempts_of(m, &p, "\"sweeps\": 7"), 7 * 4 * 100);
  p = params_with(parts, 2);
  p.reads = 4;
  CHECK_INT(attempts_of(m, &p, "\"sweeps\": 1000"), 1000 * 4 * 100);
  lehr_model_free(m);
}

/* Points that say the same as two options give the same samples. */
static void points_equal_options(void) {
  static const lehr_schedule_point points[] = {{0, 0.125}, {1, 2}};
  static const char *const options[] = {"schedule=linear", "beta_hot=0.125", "beta_cold=2"};
  lehr_model *m = glass();
  lehr_params p = params_with(points, 2), q = params_with(NULL, 0);
  lehr_sampleset *a, *b;
  uint8_t x[100], y[100];
  q.options = options;
  q.n_options = 3;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &a, NULL));
  REQUIRE_OK(lehr_solve(NULL, m, &q, &b, NULL));
  REQUIRE(lehr_sampleset_size(a) == lehr_sampleset_size(b));
  for (int64_t k = 0; k < lehr_sampleset_size(a); k++) {
    lehr_sampleset_bits(a, k, x);
    lehr_sampleset_bits(b, k, y);
    CHECK(memcmp(x, y, sizeof x) == 0);
  }
  lehr_sampleset_free(a);
  lehr_sampleset_free(b);
  lehr_model_free(m);
}

/* Reverse annealing: a good state is kept as the best, and a moderate start stays near it where a
 * hot one forgets it. */
static void initial_states_are_reheated(void) {
  static const char *const kept[] = {"sweeps=20"}, *const forgotten[] = {"sweeps=20", "reheat=0"};
  lehr_model *m = glass();
  lehr_params p = params_with(NULL, 0);
  lehr_sampleset *set;
  uint8_t best[100], x[100];
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
  lehr_sampleset_bits(set, 0, best);
  const double lowest = lehr_sampleset_energy(set, 0);
  lehr_sampleset_free(set);
  p.initial = best;
  p.n_initial = 1;
  p.reads = 64;
  double mean[2], apart[2];
  for (int k = 0; k < 2; k++) {
    p.options = k == 0 ? kept : forgotten;
    p.n_options = k == 0 ? 1 : 2;
    p.seed = 5;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    CHECK(lehr_sampleset_energy(set, 0) <= lowest);
    mean[k] = apart[k] = 0;
    for (int64_t row = 0; row < lehr_sampleset_size(set); row++) {
      const double part = (double)lehr_sampleset_occurrences(set, row) / 64;
      lehr_sampleset_bits(set, row, x);
      mean[k] += part * lehr_sampleset_energy(set, row);
      for (int i = 0; i < 100; i++) apart[k] += part * (x[i] != best[i]);
    }
    lehr_sampleset_free(set);
  }
  CHECK(mean[0] < mean[1]);
  CHECK(apart[0] > 0 && apart[0] < apart[1] / 1.5);
  lehr_model_free(m);
}

static lehr_status status_of(const char *engine, lehr_schedule_point first,
                             lehr_schedule_point second, const char *contains) {
  const lehr_schedule_point points[] = {first, second};
  lehr_params p = params_with(points, 2);
  lehr_model *m = glass();
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  p.engine = engine;
  const lehr_status status = lehr_solve(NULL, m, &p, &set, &err);
  CHECK_CONTAINS(err.text, contains);
  lehr_sampleset_free(set);
  lehr_model_free(m);
  return status;
}

static void bad_schedules_are_refused(void) {
  typedef lehr_schedule_point point;
  CHECK_INT(status_of("anneal", (point){1, 1}, (point){2, 1}, "rise from 0"), LEHR_EUSAGE);
  CHECK_INT(status_of("anneal", (point){0, 1}, (point){0, 2}, "point 2"), LEHR_EUSAGE);
  CHECK_INT(status_of("anneal", (point){0, 1}, (point){HUGE_VAL, 2}, "point 2"), LEHR_EUSAGE);
  CHECK_INT(status_of("anneal", (point){0, -1}, (point){1, 2}, "at least 0"), LEHR_EUSAGE);
  CHECK_INT(status_of("anneal", (point){0, 1}, (point){1, NAN}, "at least 0"), LEHR_EUSAGE);
  CHECK_INT(status_of("greedy", (point){0, 1}, (point){1, 2}, "schedule"), LEHR_EUNAVAILABLE);
}

/* What is told and given back gives the same temperatures: both are rounded, given or found. */
static void ends_are_rounded(void) {
  const anneal_options none = {0}, given = {.beta_hot = 3, .beta_cold = 7};
  range found = {.hot = 1.0 / 3, .cold = 1.0 / 7}, set = {.hot = 1, .cold = 1};
  anneal_override(&found, &none, 1);
  anneal_override(&set, &given, 1);
  CHECK_REAL(found.hot, (double)(1.0f / 3), 0);
  CHECK_REAL(found.cold, (double)(1.0f / 7), 0);
  CHECK_REAL(set.hot, found.hot, 0);
  CHECK_REAL(set.cold, found.cold, 0);
}

static const check_test tests[] = {
    {"kinds go from hot to cold", kinds_go_from_hot_to_cold},
    {"points are joined linearly in beta", points_are_joined_linearly_in_beta},
    {"adaptive places follow the heat capacity", adaptive_places_follow_the_heat_capacity},
    {"longer runs end colder", longer_runs_end_colder},
    {"sweeps come from the points", sweeps_come_from_the_points},
    {"points equal options", points_equal_options},
    {"initial states are reheated", initial_states_are_reheated},
    {"bad schedules are refused", bad_schedules_are_refused},
    {"ends are rounded", ends_are_rounded},
};
CHECK_MAIN("schedule", tests)
