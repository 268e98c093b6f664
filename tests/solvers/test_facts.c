/* SPDX-License-Identifier: Apache-2.0 */
/* What exact engines tell beside samples: kept where it can be true, refused where it cannot. */
#include "check.h"
#include "solvers/registry.h"

#include <math.h>
#include <stdlib.h>

/* Three variables: -x0 - x1 - x0 x1, x2 is free. Two states have energy -3, four -1. */
static lehr_model *model_of_three(void) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 3, &b));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -1, NULL));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 1, -1, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, -1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_status plan(const lehr_model_view *m, const void *options, int64_t reads,
                        int32_t threads, lehr_plan *p) {
  (void)options, (void)reads, (void)threads;
  p->bytes = (uint64_t)m->n;
  return LEHR_OK;
}

/* Solves with an engine that is just this run; the set is NULL where that fails. */
static lehr_sampleset *solve(lehr_status (*run)(lehr_run *run), lehr_error *err) {
  const lehr_engine engine = {.struct_size = sizeof engine,
                              .abi = LEHR_PLUGIN_ABI,
                              .name = "test",
                              .summary = "test",
                              .plan = plan,
                              .run = run};
  lehr_context *ctx;
  lehr_model *m = model_of_three();
  lehr_params p;
  lehr_sampleset *s = NULL;
  lehr_params_init(&p);
  p.engine = "test";
  REQUIRE_OK(lehr_context_create(&ctx));
  REQUIRE_OK(registry_add(ctx, &engine, NULL));
  if (lehr_solve(ctx, m, &p, &s, err) == LEHR_OK) CHECK(s != NULL);
  lehr_model_free(m);
  lehr_context_free(ctx);
  return s;
}

static const uint8_t states[4][3] = {{1, 1, 0}, {1, 1, 1}, {0, 1, 0}, {0, 0, 0}};

static lehr_status finish(lehr_run *run) { return run->sample(run, states[0], 1); }

/* ln sum exp(-energy): 2 e^3 + 4 e + 2. */
static double log_z(void) { return log(2 * exp(3) + 4 * exp(1) + 2); }

static lehr_status run_honest(lehr_run *run) {
  const double ones[3] = {0.9, 0.9, 0.5};
  const lehr_pair_marginal pairs[2] = {{0, 1, {0.05, 0.05, 0.05, 0.85}},
                                       {1, 2, {0.05, 0.05, 0.45, 0.45}}};
  CHECK(run->memory_bytes > 0);
  CHECK_INT(run->degeneracy(run, "2"), LEHR_OK);
  CHECK_INT(run->log_z(run, 1, log_z()), LEHR_OK);
  CHECK_INT(run->marginals(run, ones, 2, pairs), LEHR_OK);
  CHECK_INT(run->lowest(run, states[2], NULL), LEHR_OK);
  CHECK_INT(run->lowest(run, states[1], "2"), LEHR_OK);
  CHECK_INT(run->lowest(run, states[0], "2"), LEHR_OK);
  return finish(run);
}

static void keeps_what_is_told(void) {
  lehr_sampleset *s = solve(run_honest, NULL);
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_lowest_state state = {.struct_size = sizeof state};
  uint8_t bits[3];
  REQUIRE(s != NULL);
  lehr_sampleset_info(s, &info);
  CHECK_TEXT(info.degeneracy, "2");
  CHECK_INT(info.has_log_z, 1);
  CHECK_REAL(info.beta, 1, 0);
  CHECK_REAL(info.log_z, log_z(), 0);
  CHECK_REAL(info.marginals[2], 0.5, 0);
  CHECK_INT(info.n_pair_marginals, 2);
  CHECK_INT(info.pair_marginals[1].j, 2);
  CHECK_INT(lehr_sampleset_lowest_size(s), 3);
  for (int64_t k = 0; k < 2; k++) { /* sorted, energies recomputed */
    lehr_sampleset_lowest(s, k, &state, bits);
    CHECK_INT(state.energy_int, -3);
    CHECK_TEXT(state.degeneracy, "2");
    CHECK_INT(memcmp(bits, states[k], 3), 0);
  }
  lehr_sampleset_lowest(s, 2, &state, NULL);
  CHECK_REAL(state.energy, -1, 0);
  CHECK(state.degeneracy == NULL);
  lehr_sampleset_free(s);
}

static lehr_status run_silent(lehr_run *run) { return finish(run); }

static void nothing_told_is_nothing_kept(void) {
  lehr_sampleset *s = solve(run_silent, NULL);
  lehr_result_info info = {.struct_size = sizeof info};
  REQUIRE(s != NULL);
  lehr_sampleset_info(s, &info);
  CHECK(info.degeneracy == NULL && info.marginals == NULL && !info.has_log_z);
  CHECK_INT(info.n_pair_marginals, 0);
  CHECK_INT(lehr_sampleset_lowest_size(s), 0);
  lehr_sampleset_free(s);
}

/* ---- Lies ---- */

static lehr_status run_no_number(lehr_run *run) {
  run->degeneracy(run, "02");
  return finish(run);
}
static lehr_status run_too_many(lehr_run *run) {
  run->degeneracy(run, "1000"); /* of 8 states */
  return finish(run);
}
static lehr_status run_negative_beta(lehr_run *run) {
  run->log_z(run, -1, 0);
  return finish(run);
}
static lehr_status run_small_z(lehr_run *run) {
  run->log_z(run, 1, 2.9); /* one state alone has ln e^3 */
  return finish(run);
}
static lehr_status run_large_z(lehr_run *run) {
  run->log_z(run, 1, 3 + 3 * log(2) + 0.1); /* more than all states at the bound */
  run->bound_int(run, -3);
  return finish(run);
}
static lehr_status run_no_probability(lehr_run *run) {
  const double ones[3] = {0.5, 1.1, 0};
  run->marginals(run, ones, 0, NULL);
  return finish(run);
}
static lehr_status run_odd_pair(lehr_run *run) {
  const double ones[3] = {0.5, 0.5, 0.5};
  const lehr_pair_marginal pair = {0, 1, {0.25, 0.25, 0.2, 0.3}};
  run->marginals(run, ones, 1, &(lehr_pair_marginal){0, 1, {0.25, 0.25, 0.25, 0.25}});
  run->marginals(run, ones, 1, &pair); /* twice */
  return finish(run);
}
static lehr_status run_pair_against_single(lehr_run *run) {
  const double ones[3] = {0.5, 0.5, 0.5};
  const lehr_pair_marginal pair = {0, 1, {0.2, 0.2, 0.2, 0.4}};
  run->marginals(run, ones, 1, &pair);
  return finish(run);
}
static lehr_status run_descending_pairs(lehr_run *run) {
  const double ones[3] = {0.5, 0.5, 0.5};
  const lehr_pair_marginal pairs[2] = {{1, 2, {0.25, 0.25, 0.25, 0.25}},
                                       {0, 1, {0.25, 0.25, 0.25, 0.25}}};
  run->marginals(run, ones, 2, pairs);
  return finish(run);
}
static lehr_status run_left_out(lehr_run *run) {
  run->lowest(run, states[2], NULL);
  return finish(run);
}
static lehr_status run_crowded(lehr_run *run) {
  run->lowest(run, states[0], "1");
  run->lowest(run, states[1], "1");
  return finish(run);
}
static lehr_status run_contradicting(lehr_run *run) {
  run->lowest(run, states[0], "2");
  run->lowest(run, states[1], "3");
  return finish(run);
}
static lehr_status run_two_counts(lehr_run *run) {
  run->degeneracy(run, "4");
  run->lowest(run, states[0], "2");
  return finish(run);
}
static lehr_status run_no_bits(lehr_run *run) {
  const uint8_t bits[3] = {0, 2, 0};
  run->lowest(run, bits, NULL);
  return finish(run);
}

static void refuses_lies(void) {
  static const struct {
    lehr_status (*run)(lehr_run *run);
    const char *said;
  } lies[] = {{run_no_number, "number of states"},
              {run_too_many, "number of states"},
              {run_negative_beta, "log Z"},
              {run_small_z, "below that of a known state"},
              {run_large_z, "above what its bound allows"},
              {run_no_probability, "marginals"},
              {run_odd_pair, "marginals"},
              {run_pair_against_single, "marginals"},
              {run_descending_pairs, "marginals"},
              {run_left_out, "left out the lowest state"},
              {run_crowded, "more states than there are"},
              {run_contradicting, "two degeneracies"},
              {run_two_counts, "two numbers of ground states"},
              {run_no_bits, "lowest state that is none"}};
  for (size_t k = 0; k < sizeof lies / sizeof *lies; k++) {
    lehr_error err = {0};
    CHECK(solve(lies[k].run, &err) == NULL);
    CHECK_INT(err.status, LEHR_EINTERNAL);
    CHECK_CONTAINS(err.text, lies[k].said);
  }
}

static const check_test tests[] = {{"keeps what is told", keeps_what_is_told},
                                   {"nothing told is nothing kept", nothing_told_is_nothing_kept},
                                   {"refuses lies", refuses_lies}};
CHECK_MAIN("solvers/facts", tests)
