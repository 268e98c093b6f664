/* SPDX-License-Identifier: Apache-2.0 */
/* Groups as legs: the network over codes has the model's energies, and every semiring its sums. */
#include "tn/legs.h"

#include "check.h"
#include "tn/count.h"
#include "tn/grouped.h"
#include "tn/lowest.h"
#include "tn/minplus/minimum.h"
#include "tn/penalties.h"
#include "tn/run_scalar.h"
#include "tn/spectrum.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 13 };

/* A model, its legs and its states. */
typedef struct legged {
  int32_t n;
  lehr_model *m;
  tn_legs legs;
  tn_network t;
  double *energy; /* [2^n] */
} legged;

static legged legged_make(philox_stream *s, int trial) {
  const uint32_t ranges[] = {1, 3, 100000, 0};
  legged l = {.n = (int32_t)philox_below(s, MOST + 1)};
  uint8_t is_leg[MOST + 1];
  l.m = grouped_model(s, trial & 1 ? LEHR_SPIN : LEHR_BINARY, l.n, ranges[trial / 2 % 4]);
  const lehr_model_view *const view = lehr_model_look(l.m);
  CHECK_INT(legs_choose(view, false, is_leg), view->n_groups);
  REQUIRE_OK(legs_make(view, view, is_leg, &l.legs, &l.t, NULL));
  l.energy = grouped_spectrum(l.m, l.n);
  return l;
}

static void legged_free(legged *l) {
  lehr_model_free(l->m);
  legs_free(&l->legs);
  network_free(&l->t);
  free(l->energy);
}

static uint32_t state_of(const legged *l, uint32_t code) {
  uint8_t codes[32], bits[32];
  uint32_t x = 0;
  for (int32_t i = 0; i < l->t.n; i++) codes[i] = code >> i & 1;
  legs_bits(&l->legs, codes, bits);
  for (int32_t i = 0; i < l->n; i++) x |= (uint32_t)bits[i] << i;
  return x;
}

static double real_energy(const legged *l, int64_t value) {
  return l->t.constant_energy + l->t.unit * (double)value;
}

static double slack_of(const legged *l) { return 2 * l->t.rounding + 1e-9 * (1 + fabs(l->t.unit)); }

static void spins_of(const legged *l, uint32_t code, int8_t spins[]) {
  for (int32_t i = 0; i < l->t.n; i++) spins[i] = code >> i & 1 ? 1 : -1;
}

/* Halves of the code's weight, and whether it is the second code of its state. */
static int32_t halves_of(const legged *l, const int8_t spins[], bool *is_again) {
  int32_t halves = 0;
  *is_again = false;
  for (int32_t k = 0; k < l->t.factors.count; k++) {
    const tn_factor f = factors_at(&l->t.factors, k);
    const int64_t e = factors_entry(&l->t.factors, k, spins);
    halves += f.twice[e];
    *is_again |= f.again[e];
  }
  return halves;
}

static void codes_are_states(void) {
  philox_stream s = philox_stream_at(1, 0);
  int doubled = 0;
  for (int trial = 0; trial < 200; trial++) {
    legged l = legged_make(&s, trial);
    double *const weight = calloc((size_t)1 << l.n, sizeof *weight);
    int *const firsts = calloc((size_t)1 << l.n, sizeof *firsts);
    for (uint32_t code = 0; code < 1u << l.t.n; code++) {
      const uint32_t x = state_of(&l, code);
      int8_t spins[32];
      bool is_again;
      spins_of(&l, code, spins);
      const int32_t halves = halves_of(&l, spins, &is_again);
      REQUIRE(l.energy[x] < HUGE_VAL);
      CHECK_REAL(real_energy(&l, network_energy(&l.t, spins)), l.energy[x], slack_of(&l));
      weight[x] += ldexp(1, -halves);
      firsts[x] += !is_again;
      doubled += is_again;
    }
    for (uint32_t x = 0; x < 1u << l.n; x++) {
      CHECK_REAL(weight[x], l.energy[x] < HUGE_VAL ? 1 : 0, 0);
      CHECK_INT(firsts[x], l.energy[x] < HUGE_VAL ? 1 : 0);
    }
    for (int64_t e = 0; l.t.factors.count > 0 && e < l.t.factors.entry[l.t.factors.count]; e++)
      CHECK(l.t.factors.value[e] >= 0 && l.t.factors.value[e] % 2 == 0);
    free(weight);
    free(firsts);
    legged_free(&l);
  }
  CHECK(doubled > 1000);
}

static lehr_status find_order(void *user, const tn_network *t, int32_t order[], lehr_error *err) {
  (void)err;
  philox_stream s = philox_stream_at(78, (*(uint64_t *)user)++);
  random_order(&s, t->n, order);
  return LEHR_OK;
}

static void optimum(void) {
  philox_stream s = philox_stream_at(2, 0);
  uint64_t number = 0;
  int64_t types[MP_TYPES] = {0}, pieces = 0;
  for (int trial = 0; trial < 400; trial++) {
    const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1};
    mp_options o = mp_options_of((mp_orderer){find_order, &number});
    legged l = legged_make(&s, trial);
    const int64_t expected = network_brute_force(&l.t);
    o.level = trial % (cpu_best_level() + 2) - 1;
    for (int few = 0; few < 2; few++) {
      mp_minimum out;
      int8_t spins[32];
      if (few) o.decision_bytes = philox_below(&s, 64);
      REQUIRE_OK(mp_minimize(&l.t, &o, &guard, NULL, &out, NULL));
      CHECK_INT(out.bound, expected);
      REQUIRE_OK(mp_minimize(&l.t, &o, &guard, spins, &out, NULL));
      CHECK_INT(out.energy, expected);
      CHECK_INT(out.bound, expected);
      pieces += few ? out.runs : 0;
      types[out.type]++;
    }
    legged_free(&l);
  }
  CHECK(pieces >= 250);
  CHECK(types[MP_INT8] > 100 && types[MP_INT32] > 100 && types[MP_INT64] > 100);
}

static void programs_of_any_order(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 200; trial++) {
    legged l = legged_make(&s, trial);
    tn_program p = spectrum_program(&l.t, &s, trial / 2);
    int64_t value;
    int8_t spins[32];
    REQUIRE_OK(program_check(&p, NULL));
    REQUIRE_OK(run_scalar(&p, UINT64_MAX, &value, spins, NULL));
    CHECK_INT(value + l.t.constant, network_brute_force(&l.t));
    CHECK_INT(value + l.t.constant, network_energy(&l.t, spins));
    program_free(&p);
    legged_free(&l);
  }
}

/* ---- Sums ---- */

static double log_z_of(const legged *l, double beta) {
  double least = HUGE_VAL, sum = 0;
  for (uint32_t x = 0; x < 1u << l->n; x++) least = fmin(least, l->energy[x]);
  for (uint32_t x = 0; x < 1u << l->n; x++)
    if (l->energy[x] < HUGE_VAL) sum += exp(-beta * (l->energy[x] - least));
  return log(sum) - beta * least;
}

/* Of every factor's entries. */
static void check_entries(const legged *l, double beta, double log_z, const double entries[]) {
  const tn_factors *const f = &l->t.factors;
  const size_t count = f->count > 0 ? (size_t)f->entry[f->count] : 0;
  double *const expected = calloc(count + 1, sizeof *expected);
  for (uint32_t code = 0; code < 1u << l->t.n; code++) {
    int8_t spins[32];
    bool is_again;
    spins_of(l, code, spins);
    const int32_t halves = halves_of(l, spins, &is_again);
    const double p = ldexp(exp(-beta * l->energy[state_of(l, code)] - log_z), -halves);
    for (int32_t k = 0; k < f->count; k++) expected[f->entry[k] + factors_entry(f, k, spins)] += p;
  }
  for (size_t e = 0; e < count; e++) CHECK_REAL(entries[e], expected[e], 1e-8);
  free(expected);
}

static void sums(void) {
  static const double betas[] = {0, 0.1, 1, 30, 1000};
  philox_stream s = philox_stream_at(4, 0);
  for (int trial = 0; trial < 300; trial++) {
    legged l = legged_make(&s, trial);
    tn_program p = spectrum_program(&l.t, &s, trial / 2);
    const double beta = betas[trial % 5] / (trial / 2 % 4 == 2 ? 1e5 : 1);
    const double expected = log_z_of(&l, beta), shift = beta * real_energy(&l, l.t.constant);
    double log_z, mean[32], entries[4096];
    tn_pair pairs[1024];
    bool is_complete;
    REQUIRE(p.factors.count == 0 || p.factors.entry[p.factors.count] <= 4096);
    REQUIRE_OK(sum_log_z(&p, beta * l.t.unit, &no_limits, &log_z, &is_complete, NULL));
    CHECK_REAL(log_z - shift, expected, 1e-8 * (1 + fabs(expected)));
    REQUIRE_OK(sum_marginals(&p, beta * l.t.unit, false, &no_limits,
                             &(tn_marginals){mean, pairs, entries}, &log_z, &is_complete, NULL));
    CHECK_REAL(log_z - shift, expected, 1e-8 * (1 + fabs(expected)));
    check_entries(&l, beta, expected, entries);
    program_free(&p);
    legged_free(&l);
  }
}

/* ---- States ---- */

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* All states that keep the groups, once each, whatever more is asked for. */
static void numbers_and_lists(void) {
  philox_stream s = philox_stream_at(5, 0);
  for (int trial = 0; trial < 200; trial++) {
    legged l = legged_make(&s, trial);
    tn_program p = spectrum_program(&l.t, &s, trial / 2);
    const int64_t most = trial % 3 ? 1 + (int64_t)philox_below(&s, 60) : INT64_MAX;
    const tn_lowest_wish wish = {.most = most, .above = INT64_MAX};
    int64_t kept = 0, ground = 0, lowest;
    char expected[24], *told;
    natural states = {0};
    bool is_complete;
    tn_lowest list;
    qsort(l.energy, (size_t)1 << l.n, sizeof *l.energy, compare);
    for (uint32_t x = 0; x < 1u << l.n; x++) {
      kept += l.energy[x] < HUGE_VAL;
      ground += l.energy[x] <= l.energy[0] + slack_of(&l);
    }
    REQUIRE_OK(lowest_states(&p, wish, &no_limits, &list, &is_complete, NULL));
    CHECK_INT(list.count, most < kept ? most : kept);
    for (int64_t k = 0; k < list.count; k++) {
      CHECK_REAL(real_energy(&l, list.energy[k] + l.t.constant), l.energy[k], slack_of(&l));
      for (int64_t i = 0; i < k; i++)
        CHECK(state_of(&l, (uint32_t)list.spins[i]) != state_of(&l, (uint32_t)list.spins[k]));
    }
    lowest_free(&list);
    REQUIRE_OK(count_ground_states(&p, &no_limits, &lowest, &states, &is_complete, NULL));
    snprintf(expected, sizeof expected, "%" PRId64, ground);
    told = natural_decimal(&states);
    CHECK_TEXT(told, expected);
    natural_free(&states);
    free(told);
    program_free(&p);
    legged_free(&l);
  }
}

/* So many groups of three, in which nothing matters, that doubles are too short: 3^60. */
static void large_numbers(void) {
  lehr_builder *b;
  lehr_model *m;
  tn_legs legs;
  tn_network t;
  uint8_t is_leg[60];
  natural states = {0};
  int64_t energy;
  bool is_complete;
  philox_stream s = philox_stream_at(6, 0);
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 180, &b));
  for (int32_t g = 0; g < 60; g++) {
    const int32_t member[] = {3 * g, 3 * g + 1, 3 * g + 2};
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, member, 3, 1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  const lehr_model_view *const view = lehr_model_look(m);
  CHECK_INT(legs_choose(view, true, is_leg), 60);
  REQUIRE_OK(legs_make(view, view, is_leg, &legs, &t, NULL));
  CHECK_INT(t.n, 120);
  int32_t order[120];
  tn_program p;
  random_order(&s, 120, order);
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(count_ground_states(&p, &no_limits, &energy, &states, &is_complete, NULL));
  char *const told = natural_decimal(&states);
  CHECK_TEXT(told, "42391158275216203514294433201");
  free(told);
  natural_free(&states);
  program_free(&p);
  network_free(&t);
  legs_free(&legs);
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* Sites of a strip with labels, where penalties make larger tables. */
static lehr_model *strip(philox_stream *s, int32_t sites, int32_t labels) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, sites * labels, &b));
  for (int32_t i = 0; i < sites; i++) {
    int32_t member[8];
    for (int32_t a = 0; a < labels; a++) member[a] = i * labels + a;
    REQUIRE_OK(lehr_builder_add_group(b, i % 3 ? LEHR_GROUP_ONE_HOT : LEHR_GROUP_AT_MOST_ONE,
                                      member, labels, 1, NULL));
    for (int32_t step = 1; step <= 3; step += 2)
      for (int32_t k = 0; k < labels * labels && i >= step; k++)
        REQUIRE_OK(lehr_builder_add_int(b, member[k % labels], member[k / labels] - step * labels,
                                        (int64_t)philox_below(s, 21) - 10, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void as_penalties(void) {
  philox_stream s = philox_stream_at(7, 0);
  for (int trial = 0; trial < 6; trial++) {
    const tn_plan_options wishes = {
        .memory = 1 << 28, .entry_bytes = 1, .only_minimum = true, .seed = 1, .work = 20000000};
    const mp_options o = mp_options_of((mp_orderer){0});
    lehr_model *m = strip(&s, 30, 3 + trial % 3), *penalised;
    uint8_t bits[150], left_out[30] = {0};
    double rounding;
    tn_plan plan, other;
    mp_minimum out, expected;
    REQUIRE_OK(plan_make(lehr_model_look(m), &wishes, &plan, NULL));
    CHECK(plan.legs.count == 30 && plan.kept == NULL);
    REQUIRE_OK(mp_minimize_plan(&plan, &o, &no_limits, bits, &out, NULL));
    CHECK_INT(out.energy, out.bound);
    REQUIRE_OK(penalties_make(lehr_model_look(m), left_out, &penalised, &rounding, NULL));
    REQUIRE_OK(plan_make(lehr_model_look(penalised), &wishes, &other, NULL));
    CHECK(plan.cost.width < other.cost.width);
    CHECK(lehr_model_feasible(m, bits));
    const double energy = lehr_model_energy(m, bits), constant = lehr_model_energy(penalised, bits);
    REQUIRE_OK(mp_minimize_plan(&other, &o, &no_limits, bits, &expected, NULL));
    CHECK(lehr_model_feasible(m, bits));
    CHECK_REAL(lehr_model_energy(m, bits), energy, 0);
    CHECK_REAL(lehr_model_energy(penalised, bits), constant, 0);
    plan_free(&plan);
    plan_free(&other);
    lehr_model_free(m);
    lehr_model_free(penalised);
  }
}

static const check_test tests[] = {{"codes are states", codes_are_states},
                                   {"programs of any order", programs_of_any_order},
                                   {"optimum", optimum},
                                   {"sums", sums},
                                   {"numbers and lists", numbers_and_lists},
                                   {"large numbers", large_numbers},
                                   {"as penalties", as_penalties}};
CHECK_MAIN("tn/legs", tests)
