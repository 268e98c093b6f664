/* SPDX-License-Identifier: Apache-2.0 */
/* CPU time between the questions whether to stop, from the first one to the first state, where what
 * comes before that state is more than a search: presolving, and orders of elimination for a proof.
 */
#include "check.h"
#include "support/cpu_time.h"
#include "support/deaf_run.h"

#include "base/clock.h"
#include "base/philox.h"
#include "lehr/lehr.h"
#include "solvers/registry.h"

typedef struct witness {
  arena memory;
  double asked, longest; /* CPU seconds */
  bool has_state;
} witness;

static int witness_should_stop(lehr_run *run) {
  witness *w = (witness *)run->host;
  const double now = clock_cpu();
  if (now - w->asked > w->longest) w->longest = now - w->asked;
  w->asked = now;
  return w->has_state;
}

static int witness_improved(lehr_run *run, const uint8_t bits[]) {
  (void)bits;
  ((witness *)run->host)->has_state = true;
  return witness_should_stop(run);
}
static lehr_status witness_sample(lehr_run *run, const uint8_t bits[], int64_t occurrences) {
  (void)occurrences;
  witness_improved(run, bits);
  return LEHR_OK;
}

/* Random couplings, `degree` for each variable on average. */
static lehr_model *sparse_model(int32_t n, int32_t degree) {
  philox_stream s = philox_stream_at(43, 0);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int64_t k = 0; k < (int64_t)n * degree / 2; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n - 1);
    const int64_t weight = 1 + (int64_t)philox_below(&s, 100);
    REQUIRE_OK(lehr_builder_add_int(b, i, j < i ? j : j + 1, k % 2 ? weight : -weight, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static double longest_pause(const lehr_model *m, double time_limit_s) {
  witness w = {.asked = clock_cpu()};
  lehr_run run = deaf_run(m, &w.memory);
  run.time_limit_s = time_limit_s;
  run.should_stop = witness_should_stop;
  run.improved = witness_improved;
  run.sample = witness_sample;
  CHECK_INT(deaf_run_engine(&engine_hybrid, &run), LEHR_OK);
  CHECK(w.has_state);
  witness_should_stop(&run);
  arena_free(&w.memory);
  return w.longest;
}

/* Without a limit, and with limits that leave time to look for orders. */
static void wide_models(void) {
  static const double limits[] = {-1, 4, 60};
  lehr_model *m = sparse_model(50000, 14);
  for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++)
    CHECK(longest_pause(m, limits[k]) < 0.5 * CPU_TIME_FACTOR);
  lehr_model_free(m);
}

static const check_test tests[] = {{"wide models", wide_models}};
CHECK_MAIN("pauses", tests)
