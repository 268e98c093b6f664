/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine gives inside a team of the caller's threads what it gives alone: several solves at
 * once, on callers that are not thread 0 of their team, with and without a team of their own. And
 * it calls back on the caller's thread. */
#include "check.h"
#include "lehr/plugin.h"
#include "random_models.h"
#include "support/samples.h"
#include "support/scratch.h"

#include "io/hdf5_batch.h"
#include "workflows/batch/batch.h"

#include <omp.h>
#include <pthread.h>

enum { MODELS = 6, CALLERS = 2 };

/* Small enough for the work below, large enough that engines split it. */
static const model_recipe recipes[MODELS] = {{12, LEHR_SPIN, VALUES_SMALL, GROUPS_DISJOINT, 0.7},
                                             {14, LEHR_BINARY, VALUES_BIG, GROUPS_NONE, 0.9},
                                             {60, LEHR_SPIN, VALUES_UNIT, GROUPS_NONE, 0.1},
                                             {150, LEHR_BINARY, VALUES_SMALL, GROUPS_NONE, 0.05},
                                             {110, LEHR_SPIN, VALUES_SMALL, GROUPS_NONE, 0.9},
                                             {90, LEHR_SPIN, VALUES_REAL, GROUPS_NONE, 0.2}};

static lehr_model *models[MODELS];

static void make_models(void) {
  for (int k = 0; k < MODELS; k++) {
    philox_stream s = philox_stream_at(77, (uint64_t)k);
    models[k] = model_random(&s, &recipes[k]);
  }
}

static void free_models(void) {
  for (int k = 0; k < MODELS; k++) lehr_model_free(models[k]);
}

static lehr_params params_of(const char *engine, int32_t threads) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = engine;
  p.seed = 13;
  p.threads = threads;
  p.work = INT64_C(1) << 20;
  return p;
}

static bool can_take(const char *engine, const lehr_model *m) {
  const lehr_params p = params_of(engine, 1);
  lehr_plan plan;
  return lehr_solve_plan(NULL, m, &p, &plan, NULL, NULL) == LEHR_OK;
}

/* The thread that called lehr_solve, and whether others called back. */
typedef struct caller {
  pthread_t thread;
  bool is_mistaken;
} caller;

static void hear(void *user, const lehr_progress *progress) {
  caller *c = user;
  (void)progress;
  if (!pthread_equal(c->thread, pthread_self())) c->is_mistaken = true;
}

/* NULL on failure. */
static lehr_sampleset *solve(const char *engine, const lehr_model *m, int32_t threads) {
  lehr_params p = params_of(engine, threads);
  lehr_sampleset *set = NULL;
  caller c = {.thread = pthread_self()};
  p.progress = hear;
  p.user = &c;
  if (lehr_solve(NULL, m, &p, &set, NULL) != LEHR_OK) return NULL;
  if (!c.is_mistaken) return set;
  lehr_sampleset_free(set);
  return NULL;
}

/* One solve by each thread of a team at once. CUnit's checks wait until the team is gone. */
static void solve_in_team(const char *engine, const lehr_model *m, int32_t threads,
                          lehr_sampleset *sets[CALLERS]) {
  int members = 0;
#pragma omp parallel num_threads(CALLERS) reduction(+ : members)
  {
    members = 1;
    sets[omp_get_thread_num()] = solve(engine, m, threads);
  }
  REQUIRE(members == CALLERS);
}

static void check_in_teams(const char *engine, const lehr_model *m) {
  lehr_sampleset *alone = solve(engine, m, 1);
  REQUIRE(alone != NULL);
  for (int32_t threads = 1; threads <= 2; threads++) {
    lehr_sampleset *sets[CALLERS] = {NULL};
    solve_in_team(engine, m, threads, sets);
    for (int k = 0; k < CALLERS; k++) {
      REQUIRE(sets[k] != NULL);
      check_same_samples(alone, sets[k]);
      lehr_sampleset_free(sets[k]);
    }
  }
  lehr_sampleset_free(alone);
}

/* `levels` of nested teams: with one, the engine's own team has one thread whatever it asks for. */
static void every_engine_under(int levels) {
  const int before = omp_get_max_active_levels();
  omp_set_max_active_levels(levels);
  make_models();
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    const char *engine = lehr_engine_at(NULL, e)->name;
    int taken = 0;
    for (int k = 0; k < MODELS; k++) {
      if (!can_take(engine, models[k])) continue;
      check_in_teams(engine, models[k]);
      taken++;
    }
    CHECK(taken > 0);
  }
  free_models();
  omp_set_max_active_levels(before);
}

static void same_in_a_team(void) { every_engine_under(1); }
static void same_in_nested_teams(void) { every_engine_under(2); }

/* ---- Through the batch workflow ---- */

static void write_batch(const char *path) {
  batch_totals totals = {.is_exact = true};
  batch_writer *w;
  lehr_error err = {0};
  for (int k = 0; k < MODELS; k++) batch_totals_add(&totals, models[k]);
  REQUIRE_OK(batch_writer_create(path, "models of all sorts", &totals, &w, &err));
  for (int k = 0; k < MODELS; k++) batch_writer_add(w, models[k], NULL);
  REQUIRE_OK(batch_writer_publish(w, &err));
}

static void run_batch(const char *engine, int32_t threads, const char *input, const char *output) {
  batch_outcome outcome;
  lehr_error err = {0};
  const batch_job job = {.input = input,
                         .output = output,
                         .is_trusted = true,
                         .keep_reads = true,
                         .shards = 1,
                         .params = params_of(engine, threads)};
  const lehr_status status = batch_run(&job, &outcome, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
  CHECK(outcome.failed < MODELS);
}

static void same_in_batches(void) {
  char input[256], alone[256], together[256];
  scratch_path(input, "models.h5");
  scratch_path(alone, "alone.h5");
  scratch_path(together, "together.h5");
  make_models();
  write_batch(input);
  free_models();
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    const char *engine = lehr_engine_at(NULL, e)->name;
    run_batch(engine, 1, input, alone);
    for (int32_t threads = 2; threads <= 2 * MODELS; threads += 2 * MODELS - 2) {
      run_batch(engine, threads, input, together);
      CHECK(scratch_equal(alone, together));
    }
  }
  scratch_remove();
}

static const check_test tests[] = {{"same in a team", same_in_a_team},
                                   {"same in nested teams", same_in_nested_teams},
                                   {"same in batches", same_in_batches}};
CHECK_MAIN("property/teams", tests)
