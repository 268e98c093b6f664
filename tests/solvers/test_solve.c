/* SPDX-License-Identifier: Apache-2.0 */
/* The host against engines that misbehave: it recomputes, refuses and stays usable. */
#include "check.h"
#include "solvers/registry.h"

#include <stdlib.h>

static lehr_status plan_ok(const lehr_model_view *m, const void *options, int64_t reads,
                           int32_t threads, lehr_plan *plan) {
  (void)options, (void)reads, (void)threads;
  plan->bytes = (uint64_t)m->n;
  return LEHR_OK;
}

static lehr_status plan_huge(const lehr_model_view *m, const void *options, int64_t reads,
                             int32_t threads, lehr_plan *plan) {
  (void)m, (void)options, (void)reads, (void)threads;
  plan->bytes = UINT64_C(1) << 50;
  return LEHR_OK;
}

static lehr_status run_bad_bits(lehr_run *run) {
  const uint8_t bits[2] = {0, 7};
  return run->sample(run, bits, 1);
}

static lehr_status run_false_bound(lehr_run *run) {
  const uint8_t bits[2] = {1, 1};
  run->bound_int(run, 1000); /* the sample below has energy -3 */
  return run->sample(run, bits, 1);
}

static lehr_status run_false_infeasible(lehr_run *run) {
  const uint8_t bits[2] = {1, 1};
  run->infeasible(run);
  return run->sample(run, bits, 1);
}

static lehr_status run_proof(lehr_run *run) {
  const uint8_t bits[2] = {1, 1};
  run->bound_int(run, -3);
  run->attempts(run, 4);
  return run->sample(run, bits, 3);
}

/* Reports a better state on the way than the one it delivers. */
static lehr_status run_forgetful(lehr_run *run) {
  const uint8_t best[2] = {1, 1}, last[2] = {0, 0};
  run->improved(run, best);
  return run->sample(run, last, 1);
}

/* Tells what is fit to be told, and what is not. */
static lehr_status run_talkative(lehr_run *run) {
  static double many[1100];
  const double list[] = {1, -0.5, NAN};
  const uint8_t bits[2] = {1, 1};
  char name[] = "long_0";
  run->statistic(run, "one", 0.1);
  run->statistics(run, "list", list, 3);
  run->statistics(run, "none", list, 0);
  run->statistic(run, "one", 2);
  run->statistic(run, "Name", 3);
  run->statistic(run, "a name of more than thirty-one letters", 4);
  run->statistic(run, "quoted\"", 5);
  run->statistic(run, "", 6);
  run->statistic(run, NULL, 7);
  run->statistics(run, "many", many, 1100);
  run->statistics(run, "negative", many, -5);
  for (int k = 0; k < 1024; k++) many[k] = 1.0 / 3;
  for (; name[5] < '5'; name[5]++) run->statistics(run, name, many, 1024);
  run->statistic(run, "last", 8);
  return run->sample(run, bits, 1);
}

static lehr_status run_until_stopped(lehr_run *run) {
  const uint8_t start[2] = {0, 0}, best[2] = {1, 1};
  run->improved(run, start);
  while (!run->should_stop(run)) run->improved(run, best);
  return LEHR_OK;
}

static lehr_status run_needs_memory(lehr_run *run) {
  if (!run->alloc(run, 1 << 20)) return run->fail(run, LEHR_ENOMEM, "no room for the table");
  return LEHR_OK;
}

static lehr_engine engine_of(lehr_status (*run)(lehr_run *),
                             lehr_status (*plan)(const lehr_model_view *, const void *, int64_t,
                                                 int32_t, lehr_plan *)) {
  return (lehr_engine){.struct_size = sizeof(lehr_engine),
                       .abi = LEHR_PLUGIN_ABI,
                       .name = "test",
                       .summary = "for this test",
                       .plan = plan,
                       .run = run};
}

/* E = -x0 - x1 - x0 x1: minimum -3 at 11. */
static lehr_model *pair(void) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -1, NULL));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 1, -1, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, -1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_status solve_with(const lehr_engine *engine, lehr_params *p, lehr_sampleset **out,
                              lehr_error *err) {
  lehr_context *ctx;
  lehr_model *m = pair();
  REQUIRE_OK(lehr_context_create(&ctx));
  REQUIRE_OK(registry_add(ctx, engine, NULL));
  CHECK_INT(registry_add(ctx, engine, NULL), LEHR_EUSAGE); /* the name is taken */
  p->engine = "test";
  const lehr_status status = lehr_solve(ctx, m, p, out, err);
  lehr_model_free(m);
  lehr_context_free(ctx);
  return status;
}

static void refuse(lehr_engine engine, lehr_params p, lehr_status expected, const char *said) {
  lehr_sampleset *s = NULL;
  lehr_error err = {0};
  CHECK_INT(solve_with(&engine, &p, &s, &err), expected);
  CHECK_CONTAINS(err.text, said);
  CHECK(s == NULL);
  CHECK_INT(solve_with(&engine, &p, &s, NULL), expected); /* nobody asks for details */
}

static lehr_params defaults(void) {
  lehr_params p;
  lehr_params_init(&p);
  return p;
}

static void refuses_liars(void) {
  refuse(engine_of(run_bad_bits, plan_ok), defaults(), LEHR_EINTERNAL, "malformed sample");
  refuse(engine_of(run_false_bound, plan_ok), defaults(), LEHR_EINTERNAL, "bound above");
  refuse(engine_of(run_false_infeasible, plan_ok), defaults(), LEHR_EINTERNAL, "infeasible");
}

/* prepare() in the place of plan(), what it made in run(), and discard(), once each. */
static int n_planned, n_prepared, n_discarded;

static lehr_status plan_counted(const lehr_model_view *m, const void *options, int64_t reads,
                                int32_t threads, lehr_plan *plan) {
  n_planned++;
  return plan_ok(m, options, reads, threads, plan);
}

static lehr_status prepare_counted(const lehr_model_view *m, const void *options, int64_t reads,
                                   int32_t threads, lehr_plan *plan, void **prepared) {
  n_prepared++;
  *prepared = &n_prepared;
  return plan_ok(m, options, reads, threads, plan);
}

static void discard_counted(void *prepared) { n_discarded += prepared == &n_prepared; }

static lehr_status run_prepared(lehr_run *run) {
  CHECK(run->prepared == &n_prepared);
  return run_proof(run);
}

static void prepares_runs(void) {
  lehr_engine engine = engine_of(run_prepared, plan_counted);
  lehr_params p = defaults();
  lehr_sampleset *s;
  engine.prepare = prepare_counted;
  engine.discard = discard_counted;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  lehr_sampleset_free(s);
  CHECK_INT(n_planned, 0);
  CHECK_INT(n_prepared, 1);
  CHECK_INT(n_discarded, 1);
  engine.struct_size = offsetof(lehr_engine, prepare); /* of before there was one */
  engine.run = run_proof;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  lehr_sampleset_free(s);
  CHECK_INT(n_planned, 1);
  CHECK_INT(n_prepared, 1);
}

static void refuses_what_does_not_fit(void) {
  lehr_params p = defaults();
  refuse(engine_of(run_proof, plan_huge), p, LEHR_ENOMEM, "the limit is");
  p.memory_bytes = 1 << 16;
  refuse(engine_of(run_needs_memory, plan_ok), p, LEHR_ENOMEM, "no room for the table");
}

static void refuses_bad_parameters(void) {
  static const char *const options[] = {"sweeps=3"};
  static const uint8_t initial[] = {0, 2};
  const lehr_engine engine = engine_of(run_proof, plan_ok);
  lehr_params p = defaults();
  p.reads = -1;
  refuse(engine, p, LEHR_EUSAGE, "reads");
  p = defaults();
  p.time_limit_s = NAN;
  refuse(engine, p, LEHR_EUSAGE, "not a number");
  p = defaults();
  p.options = options;
  p.n_options = 1;
  refuse(engine, p, LEHR_EUSAGE, "no options");
  p = defaults();
  p.initial = initial;
  p.n_initial = 1;
  refuse(engine, p, LEHR_EUSAGE, "initial");
}

static void concludes_a_proof(void) {
  const lehr_engine engine = engine_of(run_proof, plan_ok);
  lehr_params p = defaults();
  lehr_sampleset *s;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  CHECK_INT(info.status, LEHR_SOLVE_OPTIMAL);
  CHECK_INT(info.proven, 1);
  CHECK_INT(info.stop_reason, LEHR_STOP_PROVEN);
  CHECK_INT(info.attempts, 4);
  CHECK_REAL(info.bound, -3, 0);
  CHECK_TEXT(info.engine, "test");
  CHECK_TEXT(info.options_json, "{}");
  CHECK_TEXT(info.statistics_json, "{}");
  CHECK_INT(lehr_sampleset_size(s), 1);
  CHECK_INT(lehr_sampleset_reads(s), 3);
  CHECK_INT(lehr_sampleset_energy_int(s, 0), -3);
  lehr_sampleset_free(s);
}

static void passes_statistics_on(void) {
  const lehr_engine engine = engine_of(run_talkative, plan_ok);
  lehr_params p = defaults();
  lehr_sampleset *s;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  static const char begin[] =
      "{\"one\": 0.1, \"list\": [1, -0.5, null], \"none\": [], \"long_0\": [";
  CHECK(strncmp(info.statistics_json, begin, sizeof begin - 1) == 0);
  CHECK_CONTAINS(info.statistics_json, "], \"last\": 8}");
  CHECK(strstr(info.statistics_json, "many") == NULL);
  CHECK(strstr(info.statistics_json, "negative") == NULL);
  CHECK(strstr(info.statistics_json, "long_4") == NULL);
  CHECK(strlen(info.statistics_json) < 33 << 10);
  lehr_sampleset_free(s);
}

static void leaves_texts_out_when_brief(void) {
  const lehr_engine engine = engine_of(run_proof, plan_ok);
  lehr_params p = defaults();
  lehr_sampleset *s;
  p.brief = 1;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  CHECK(info.options_json == NULL && info.statistics_json == NULL);
  CHECK_TEXT(info.engine, "test");
  CHECK_INT(info.attempts, 4);
  CHECK_INT(lehr_sampleset_energy_int(s, 0), -3);
  lehr_sampleset_free(s);
}

static void keeps_the_best_seen(void) {
  const lehr_engine engine = engine_of(run_forgetful, plan_ok);
  lehr_params p = defaults();
  lehr_sampleset *s;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  CHECK_INT(lehr_sampleset_size(s), 2);
  CHECK_INT(lehr_sampleset_energy_int(s, 0), -3);
  CHECK_INT(lehr_sampleset_energy_int(s, 1), 0);
  lehr_sampleset_free(s);
}

static void count_improvements(void *user, double wall_s, double cpu_s, double energy) {
  CHECK(wall_s >= 0 && cpu_s >= 0 && energy <= 0);
  ++*(int *)user;
}

static void stop_reason_is(lehr_params p, lehr_stop_reason expected, int improvements) {
  const lehr_engine engine = engine_of(run_until_stopped, plan_ok);
  lehr_sampleset *s;
  int seen = 0;
  p.improved = count_improvements;
  p.user = &seen;
  REQUIRE_OK(solve_with(&engine, &p, &s, NULL));
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  CHECK_INT(info.stop_reason, expected);
  CHECK_INT(seen, improvements);
  lehr_sampleset_free(s);
}

static void stops_for_the_right_reason(void) {
  const volatile int32_t stop = 1;
  lehr_params p = defaults();
  p.has_target = 1;
  p.target = -3;
  stop_reason_is(p, LEHR_STOP_TARGET, 2);
  p = defaults();
  p.time_limit_s = 0.01;
  stop_reason_is(p, LEHR_STOP_TIME_LIMIT, 2);
  p.time_limit_s = 0;
  stop_reason_is(p, LEHR_STOP_TIME_LIMIT, 1);
  p = defaults();
  p.stop = &stop;
  stop_reason_is(p, LEHR_STOP_STOPPED, 1);
}

static void knows_its_engines(void) {
  lehr_model *m = pair();
  lehr_params p = defaults();
  lehr_plan plan;
  lehr_error err;
  const char *name;
  for (int32_t k = 0; k < lehr_engine_count(NULL); k++) {
    const lehr_engine *engine = lehr_engine_at(NULL, k);
    CHECK(lehr_engine_find(NULL, engine->name) == engine);
    p.engine = engine->name;
    CHECK_INT(lehr_solve_plan(NULL, m, &p, &plan, &name, &err), LEHR_OK);
    CHECK_TEXT(name, engine->name);
  }
  CHECK(lehr_engine_at(NULL, -1) == NULL && lehr_engine_at(NULL, 1000) == NULL);
  p.engine = "nonesuch";
  CHECK_INT(lehr_solve_plan(NULL, m, &p, &plan, &name, &err), LEHR_EUNAVAILABLE);
  lehr_model_free(m);
}

static const check_test tests[] = {{"refuses liars", refuses_liars},
                                   {"prepares runs", prepares_runs},
                                   {"refuses what does not fit", refuses_what_does_not_fit},
                                   {"refuses bad parameters", refuses_bad_parameters},
                                   {"concludes a proof", concludes_a_proof},
                                   {"passes statistics on", passes_statistics_on},
                                   {"leaves texts out when brief", leaves_texts_out_when_brief},
                                   {"keeps the best seen", keeps_the_best_seen},
                                   {"stop reasons", stops_for_the_right_reason},
                                   {"engines", knows_its_engines}};
CHECK_MAIN("solvers/solve", tests)
