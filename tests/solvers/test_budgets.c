/* SPDX-License-Identifier: Apache-2.0 */
/* Budgets of the built-in engines: they are kept, and the result says truthfully what ended the run
 * and what was used. */
#include "check.h"
#include "random_models.h"

#include "base/clock.h"
#include "lehr/plugin.h"

#include <jansson.h>

/* A sparse spin glass. */
static lehr_model *glass(int32_t n, bool is_grouped) {
  philox_stream s = philox_stream_at(8, 8);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t k = 0; k < 4 * n; k++)
    REQUIRE_OK(lehr_builder_add_int(b, (int32_t)philox_below(&s, (uint32_t)n),
                                    (int32_t)philox_below(&s, (uint32_t)n), k % 2 ? 3 : -2, NULL));
  const int32_t members[] = {0, 1, 2};
  if (is_grouped) REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, members, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_params params_of(const char *engine) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = engine;
  p.threads = 1;
  return p;
}

/* What came out, without the samples. The texts are valid until the next call. */
typedef struct outcome {
  lehr_result_info info;
  int64_t reads;
  json_t *options;
} outcome;

static outcome solve(const lehr_model *m, const lehr_params *p) {
  lehr_sampleset *set;
  outcome o = {.info = {.struct_size = sizeof o.info}};
  REQUIRE_OK(lehr_solve(NULL, m, p, &set, NULL));
  lehr_sampleset_info(set, &o.info);
  o.reads = lehr_sampleset_reads(set);
  o.options = json_loads(o.info.options_json, 0, NULL);
  REQUIRE(o.options != NULL);
  lehr_sampleset_free(set);
  return o;
}

static double option(const outcome *o, const char *name) {
  return json_number_value(json_object_get(o->options, name));
}

/* Solves with a work budget: the attempts stay within `most`. */
static void work_is_kept(const char *engine, bool is_grouped, int64_t work, int64_t most) {
  lehr_model *m = glass(200, is_grouped);
  lehr_params p = params_of(engine);
  p.reads = 1000;
  p.work = work;
  outcome o = solve(m, &p);
  CHECK(o.info.attempts > 0 && o.info.attempts <= most);
  CHECK_INT(o.info.stop_reason, LEHR_STOP_WORK);
  CHECK(o.reads >= 1);
  CHECK_REAL(option(&o, "work"), (double)work, 0);
  CHECK_REAL(option(&o, "reads"), 1000, 0);
  json_decref(o.options);
  lehr_model_free(m);
}

static void work_is_honoured(void) {
  work_is_kept("greedy", false, 10000, 10200);
  work_is_kept("greedy", false, 1, 200);
  work_is_kept("greedy", true, 1000, 1300);
  for (int grouped = 0; grouped < 2; grouped++) {
    work_is_kept("anneal", grouped, 1000000, 1000000);
    work_is_kept("anneal", grouped, 1000, 1000); /* five reads of one sweep */
    work_is_kept("anneal", grouped, 1, 200);
    /* To within a sweep. */
    work_is_kept("hybrid", grouped, 1000, 1200);
    work_is_kept("hybrid", grouped, 20000, 20200);
    work_is_kept("hybrid", grouped, 300000, 300200);
  }
}

static void work_that_suffices_is_no_reason(void) {
  lehr_model *m = glass(18, false);
  static const char *const sweeps[] = {"sweeps=10"};
  lehr_params p = params_of("greedy");
  p.work = 100000000;
  outcome o = solve(m, &p);
  CHECK_INT(o.info.stop_reason, LEHR_STOP_COMPLETED);
  CHECK_INT(o.reads, 10);
  json_decref(o.options);
  p.engine = "anneal";
  p.options = sweeps;
  p.n_options = 1;
  o = solve(m, &p);
  CHECK_INT(o.info.stop_reason, LEHR_STOP_COMPLETED);
  json_decref(o.options);
  p = params_of("exhaustive");
  p.work = 100000000;
  o = solve(m, &p);
  CHECK_INT(o.info.stop_reason, LEHR_STOP_PROVEN);
  json_decref(o.options);
  lehr_model_free(m);
}

/* In place of what was left to the engine; property/test_repeats gives it back. */
static void results_say_what_they_were_made_with(void) {
  lehr_model *m = glass(200, false);
  lehr_params p = params_of("anneal");
  p.reads = 7;
  p.has_target = 1;
  p.target = -1e9;
  outcome o = solve(m, &p);
  CHECK_REAL(option(&o, "sweeps"), 1000, 0); /* asked for: 0 */
  CHECK_REAL(option(&o, "reads"), 7, 0);     /* by default: 64 */
  CHECK_REAL(option(&o, "target"), -1e9, 0);
  CHECK(json_object_get(o.options, "work") == NULL);
  CHECK(json_object_get(o.options, "time_limit") == NULL);
  json_decref(o.options);
  p = params_of("anneal");
  p.reads = 10;
  p.work = 200000;
  o = solve(m, &p);
  CHECK_REAL(option(&o, "sweeps"), 100, 0);
  json_decref(o.options);
  lehr_model_free(m);
}

/* Whatever a time limit cuts, the result says so - also where the last round ended before it. */
static void time_limits_are_told(void) {
  static const char *const endless[] = {"sweeps=1e12"};
  lehr_model *m = glass(300, false), *grouped = glass(300, true);
  const lehr_model *models[] = {m, grouped};
  for (int k = 0; k < 2; k++)
    for (int limit = 0; limit < 2; limit++)
      for (int has_sweeps = 0; has_sweeps < 2; has_sweeps++) {
        lehr_params p = params_of("anneal");
        p.time_limit_s = limit * 0.1;
        p.options = endless;
        p.n_options = has_sweeps;
        outcome o = solve(models[k], &p);
        CHECK_INT(o.info.stop_reason, LEHR_STOP_TIME_LIMIT);
        CHECK_REAL(option(&o, "time_limit"), limit * 0.1, 0);
        CHECK(!o.info.proven);
        if (limit && !has_sweeps) CHECK(option(&o, "sweeps") >= 64);
        json_decref(o.options);
      }
  lehr_params p = params_of("greedy");
  p.time_limit_s = 0;
  outcome o = solve(m, &p);
  CHECK_INT(o.info.stop_reason, LEHR_STOP_TIME_LIMIT);
  json_decref(o.options);
  p.time_limit_s = 100; /* ends long before */
  o = solve(m, &p);
  CHECK_INT(o.info.stop_reason, LEHR_STOP_COMPLETED);
  json_decref(o.options);
  lehr_model_free(m);
  lehr_model_free(grouped);
}

/* What is planned counts the samples, at most as many as there are states; a run keeps to the limit
 * and says what did not fit. */
static void memory_counts_the_samples(void) {
  lehr_model *m = glass(40, false), *small = glass(10, false);
  lehr_params p = params_of("greedy");
  lehr_plan plan;
  lehr_error err;
  p.reads = 200000000;
  REQUIRE_OK(lehr_solve_plan(NULL, small, &p, &plan, NULL, &err));
  CHECK_INT(plan.rows, 1 << 10);
  CHECK(plan.bytes < 1 << 20);
  REQUIRE_OK(lehr_solve_plan(NULL, m, &p, &plan, NULL, &err));
  CHECK_INT(plan.rows, 200000000);
  CHECK(plan.bytes > UINT64_C(200000000) * 30);
  static const uint8_t initial[40] = {1, 0, 1};
  p.engine = "exhaustive";
  REQUIRE_OK(lehr_solve_plan(NULL, small, &p, &plan, NULL, &err));
  CHECK_INT(plan.rows, 1);
  p = params_of("anneal");
  REQUIRE_OK(lehr_solve_plan(NULL, m, &p, &plan, NULL, &err));
  CHECK_INT(plan.rows, 64);
  lehr_model *larger = glass(100, false);
  REQUIRE_OK(lehr_solve_plan(NULL, larger, &p, &plan, NULL, &err));
  CHECK_INT(plan.rows, 1024); /* one bit each, two blocks */
  lehr_model_free(larger);
  p.memory_bytes = 1000;
  CHECK_INT(lehr_solve_plan(NULL, m, &p, &plan, NULL, &err), LEHR_ENOMEM);
  CHECK_CONTAINS(err.text, "kB for this model, the limit is 1000 bytes");

  /* A million equal reads need no room; as many different ones do. */
  lehr_sampleset *set;
  p = params_of("greedy");
  p.memory_bytes = 1 << 20;
  p.reads = 100000;
  p.initial = initial;
  p.n_initial = 1;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  CHECK_INT(lehr_sampleset_size(set), 1);
  CHECK_INT(lehr_sampleset_reads(set), 100000);
  lehr_sampleset_free(set);
  p.n_initial = 0;
  p.initial = NULL;
  lehr_model *large = glass(300, false);
  CHECK_INT(lehr_solve(NULL, large, &p, &set, &err), LEHR_ENOMEM);
  CHECK_CONTAINS(err.text, "distinct samples");
  CHECK_CONTAINS(err.text, "1 MB");
  lehr_model_free(large);
  lehr_model_free(small);
  lehr_model_free(m);
}

/* However many reads were asked for, a run ends when its time is up, and reports what it has. */
static void many_reads_end_in_time(void) {
  static const char *const one_sweep[] = {"sweeps=1"};
  lehr_model *m = glass(60, false), *grouped = glass(60, true);
  const double limit = 0.4;
  for (int k = 0; k < 8; k++) {
    lehr_params p = params_of(k % 2 ? "greedy" : "anneal");
    p.reads = 20000000;
    p.threads = 2;
    p.time_limit_s = limit;
    p.options = one_sweep;
    p.n_options = k % 4 == 2;
    const double start = clock_cpu(); /* wall time passes for other processes, too */
    outcome o = solve(k < 4 ? m : grouped, &p);
    CHECK(clock_cpu() - start < p.threads * limit + 0.2);
    CHECK_INT(o.info.stop_reason, LEHR_STOP_TIME_LIMIT);
    CHECK(o.reads >= 1 && o.reads < p.reads);
    json_decref(o.options);
  }
  lehr_model_free(m);
  lehr_model_free(grouped);
}

static void raise_after_a_while(void *user, const lehr_progress *progress) {
  if (progress->elapsed_s > 0.2) *(int32_t *)user = 1;
}

static void reads_not_begun_are_left_out(void) {
  static const char *const sweeps[] = {"sweeps=200"};
  lehr_model *m = glass(60, false), *grouped = glass(60, true);
  for (int k = 0; k < 2; k++) {
    int32_t stop = 0;
    lehr_params p = params_of("anneal");
    p.reads = 20000000;
    p.stop = &stop;
    p.progress = raise_after_a_while;
    p.user = &stop;
    p.options = sweeps;
    p.n_options = 1;
    const double start = clock_cpu();
    outcome o = solve(k ? grouped : m, &p);
    CHECK(clock_cpu() - start < p.threads * 0.2 + 0.4);
    CHECK_INT(o.info.stop_reason, LEHR_STOP_STOPPED);
    CHECK(o.reads > 64 && o.reads < p.reads);
    /* Reads that were reported were annealed, all but the last few to the end. */
    CHECK((double)o.info.attempts > 0.5 * (double)o.reads * 60 * 200);
    json_decref(o.options);
  }
  lehr_model_free(m);
  lehr_model_free(grouped);
}

/* A target ends the run early whichever thread reaches it, with the same samples for any number of
 * threads. */
static void targets_are_seen_on_all_threads(void) {
  lehr_model *m = glass(60, false), *grouped = glass(60, true);
  for (int k = 0; k < 2; k++) {
    lehr_params p = params_of("anneal");
    p.reads = k ? 4000 : 40000; /* blocks of bits are large */
    lehr_sampleset *all, *some = NULL;
    REQUIRE_OK(lehr_solve(NULL, k ? grouped : m, &p, &all, NULL));
    p.has_target = 1;
    p.target = lehr_sampleset_energy(all, 0);
    int64_t reads = 0, size = 0;
    for (p.threads = 1; p.threads <= 4; p.threads++) {
      lehr_result_info info = {.struct_size = sizeof info};
      REQUIRE_OK(lehr_solve(NULL, k ? grouped : m, &p, &some, NULL));
      lehr_sampleset_info(some, &info);
      CHECK_INT(info.stop_reason, LEHR_STOP_TARGET);
      CHECK(info.attempts < 60 * 1000 * p.reads / 2);
      CHECK_REAL(lehr_sampleset_energy(some, 0), p.target, 0);
      if (p.threads > 1) CHECK_INT(lehr_sampleset_reads(some), reads);
      if (p.threads > 1) CHECK_INT(lehr_sampleset_size(some), size);
      reads = lehr_sampleset_reads(some);
      size = lehr_sampleset_size(some);
      lehr_sampleset_free(some);
    }
    lehr_sampleset_free(all);
  }
  lehr_model_free(m);
  lehr_model_free(grouped);
}

static const char *chosen(const lehr_model *m, const lehr_params *p) {
  lehr_plan plan;
  const char *name = "";
  REQUIRE_OK(lehr_solve_plan(NULL, m, p, &plan, &name, NULL));
  return name;
}

static void auto_proves_what_is_small(void) {
  static const char *const sweeps[] = {"sweeps=10"}, *const population[] = {"population=64"};
  static const uint8_t initial[20] = {0};
  lehr_model *m = glass(20, false), *larger = glass(21, false);
  lehr_params p = params_of("auto");
  CHECK_TEXT(chosen(m, &p), "exhaustive");
  CHECK_TEXT(chosen(larger, &p), "hybrid");
  p.reads = 1;
  CHECK_TEXT(chosen(m, &p), "exhaustive");
  p.work = 1 << 20;
  CHECK_TEXT(chosen(m, &p), "exhaustive");
  p.work--;
  CHECK_TEXT(chosen(m, &p), "hybrid");
  p = params_of(NULL);
  p.reads = 2;
  CHECK_TEXT(chosen(m, &p), "anneal");
  p = params_of(NULL);
  p.options = sweeps;
  p.n_options = 1;
  CHECK_TEXT(chosen(m, &p), "anneal");
  p.options = population;
  CHECK_TEXT(chosen(larger, &p), "hybrid");
  p = params_of(NULL);
  p.initial = initial;
  p.n_initial = 1;
  CHECK_TEXT(chosen(m, &p), "hybrid");
  p = params_of(NULL);
  p.time_limit_s = 0;
  CHECK_TEXT(chosen(m, &p), "hybrid");
  lehr_model_free(m);
  lehr_model_free(larger);
}

/* Without time, all engines tell as many starts as reads were asked for, whatever was given. */
static void starts_are_as_many_as_asked_for(void) {
  enum { N = 20, GIVEN = 4 };
  uint8_t initial[GIVEN * N] = {0};
  lehr_model *m = glass(N, false);
  for (int k = 0; k < GIVEN; k++) initial[k * N + k] = 1;
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++)
    for (int64_t reads = 1; reads <= GIVEN + 1; reads += GIVEN) {
      lehr_params p = params_of(lehr_engine_at(NULL, e)->name);
      p.time_limit_s = 0;
      p.initial = initial;
      p.n_initial = GIVEN;
      p.reads = reads;
      outcome o = solve(m, &p);
      CHECK_INT(o.reads, reads);
      json_decref(o.options);
    }
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"work is honoured", work_is_honoured},
    {"work that suffices is no reason", work_that_suffices_is_no_reason},
    {"results say what they were made with", results_say_what_they_were_made_with},
    {"time limits are told", time_limits_are_told},
    {"memory counts the samples", memory_counts_the_samples},
    {"auto proves what is small", auto_proves_what_is_small},
    {"many reads end in time", many_reads_end_in_time},
    {"reads not begun are left out", reads_not_begun_are_left_out},
    {"targets are seen on all threads", targets_are_seen_on_all_threads},
    {"starts are as many as asked for", starts_are_as_many_as_asked_for},
};
CHECK_MAIN("solvers/budgets", tests)
