/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine asked to stop at any of its questions, those of the preparation of a large model
 * included: there is an answer, and it comes soon after. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include "base/options.h"
#include "solvers/descent.h"
#include "solvers/registry.h"
#include "solvers/start.h"

#include <stdlib.h>

enum { N = 20000, DEGREE = 60 };

/* A run that should stop from question number `last` on. */
typedef struct witness {
  arena memory;
  int64_t questions, last;
  int64_t states; /* delivered, or told of on the way */
} witness;

static witness *seen; /* one run at a time */

static void *witness_alloc(lehr_run *run, size_t bytes) {
  (void)run;
  return arena_alloc(&seen->memory, bytes);
}
static int witness_should_stop(lehr_run *run) {
  (void)run;
  return __atomic_add_fetch(&seen->questions, 1, __ATOMIC_RELAXED) >= seen->last;
}
static void take(const uint8_t bits[], int64_t count) {
  uint8_t all = 0;
  for (int64_t k = 0; k < count * N; k++) all |= bits[k];
  CHECK(all <= 1);
  seen->states += count;
}
static int witness_improved(lehr_run *run, const uint8_t bits[]) {
  take(bits, 1);
  return witness_should_stop(run);
}
static lehr_status witness_sample(lehr_run *run, const uint8_t bits[], int64_t occurrences) {
  (void)run, (void)occurrences;
  take(bits, 1);
  return LEHR_OK;
}
static lehr_status witness_samples(lehr_run *run, const uint8_t rows[], int64_t count) {
  (void)run;
  take(rows, count);
  return LEHR_OK;
}
static void ignore_progress(lehr_run *run, double fraction, const char *phase) {
  (void)run, (void)fraction, (void)phase;
}
static void ignore_attempts(lehr_run *run, int64_t count) { (void)run, (void)count; }
static void ignore_reason(lehr_run *run, lehr_stop_reason reason) { (void)run, (void)reason; }
static void ignore_value(lehr_run *run, const char *name, double value) {
  (void)run, (void)name, (void)value;
}
static void ignore_values(lehr_run *run, const char *name, const double values[], int64_t count) {
  (void)run, (void)name, (void)values, (void)count;
}
static void ignore_bound(lehr_run *run, int64_t energy) { (void)run, (void)energy; }
static lehr_status tell_failure(lehr_run *run, lehr_status status, const char *text) {
  (void)run;
  printf("\n  %s", text ? text : "failed");
  return status;
}

static lehr_model *large_model(void) {
  philox_stream s = philox_stream_at(41, 0);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 0; i < N; i++)
    for (int k = 0; k < DEGREE / 2; k++) {
      const int32_t j = (int32_t)philox_below(&s, N - 1);
      const int64_t weight = 1 + (int64_t)philox_below(&s, 100);
      REQUIRE_OK(lehr_builder_add_int(b, i, j < i ? j : j + 1, k % 2 ? weight : -weight, NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_status run_until(const lehr_engine *e, const lehr_model *m, witness *w) {
  void *options = calloc(1, e->options->options_bytes);
  REQUIRE(options != NULL);
  options_defaults(e->options, options);
  lehr_run run = {.struct_size = sizeof run,
                  .model = lehr_model_look(m),
                  .options = options,
                  .key = 3,
                  .time_limit_s = -1,
                  .threads = 2,
                  .memory_bytes = UINT64_MAX,
                  .alloc = witness_alloc,
                  .should_stop = witness_should_stop,
                  .improved = witness_improved,
                  .sample = witness_sample,
                  .samples = witness_samples,
                  .bound_int = ignore_bound,
                  .progress = ignore_progress,
                  .attempts = ignore_attempts,
                  .fail = tell_failure,
                  .ended_by = ignore_reason,
                  .used = ignore_value,
                  .statistic = ignore_value,
                  .statistics = ignore_values};
  seen = w;
  arena_init(&w->memory, UINT64_MAX);
  const lehr_status status = e->run(&run);
  arena_free(&w->memory);
  free(options);
  return status;
}

/* Behind the last question an engine may ask a few times more on its way out, not once for each
 * sweep or variable. */
static void an_answer_whenever(void) {
  static const lehr_engine *const engines[] = {
      &engine_anneal,      &engine_tempering, &engine_tabu,   &engine_sqa,
      &engine_bifurcation, &engine_subgraph,  &engine_greedy, &engine_hybrid};
  enum { MOST_AFTERWARDS = 2000 };
  lehr_model *m = large_model();
  for (size_t k = 0; k < sizeof engines / sizeof engines[0]; k++)
    for (int64_t last = 1; last <= 64; last *= 2) {
      witness w = {.last = last};
      CHECK_INT(run_until(engines[k], m, &w), LEHR_OK);
      CHECK(w.states >= 1);
      CHECK(w.questions < last + MOST_AFTERWARDS);
    }
  lehr_model_free(m);
}

static int never(lehr_run *run) {
  (void)run;
  return 0;
}

/* To local minima; groups are not for single flips. */
static void hurried_descents(void) {
  philox_stream s = philox_stream_at(42, 0);
  for (int kind = 0; kind < 40; kind++) {
    const model_recipe recipe = {12, kind & 1 ? LEHR_SPIN : LEHR_BINARY,
                                 kind & 2 ? VALUES_REAL : VALUES_SMALL,
                                 kind % 5 ? GROUPS_NONE : GROUPS_DISJOINT, 0.6};
    lehr_model *m = model_random(&s, &recipe);
    arena memory;
    lehr_run run = bare_run(m, &memory);
    uint8_t bits[12], before[12];
    run.should_stop = never;
    run.key = (uint64_t)kind;
    start_state(&run, 0, 0, bits);
    memcpy(before, bits, sizeof bits);
    descent_hurried(&run, bits);
    const double reached = lehr_model_energy(m, bits);
    const bool has_groups = lehr_model_look(m)->n_groups > 0;
    CHECK(!has_groups || memcmp(before, bits, sizeof bits) == 0);
    for (int i = 0; i < 12 && !has_groups; i++) {
      bits[i] ^= 1;
      CHECK(lehr_model_energy(m, bits) >= reached - 1e-9);
      bits[i] ^= 1;
    }
    arena_free(&memory);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"an answer whenever", an_answer_whenever},
                                   {"hurried descents", hurried_descents}};
CHECK_MAIN("stops", tests)
