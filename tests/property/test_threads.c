/* SPDX-License-Identifier: Apache-2.0 */
/* The same seed gives the same samples whatever the number of threads and whatever OpenMP was told
 * by the environment or the calling program. */
#include "check.h"
#include "lehr/plugin.h"
#include "random_models.h"
#include "support/samples.h"

#include <omp.h>

/* A random model too large for brute force, where engines split their work. */
static lehr_model *large_model(int32_t n, bool is_real) {
  philox_stream s = philox_stream_at(7, (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(n % 2 ? LEHR_SPIN : LEHR_BINARY, n, &b));
  for (int32_t k = 0; k < 4 * n; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n);
    const double value = is_real ? philox_normal(&s) : (double)philox_below(&s, 9) - 4;
    REQUIRE_OK(lehr_builder_add(b, i, j, value, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* What an engine does without a budget takes long on large models. */
static int64_t work_for(const lehr_model *m) {
  return lehr_model_look(m)->n > 100 ? INT64_C(1) << 24 : 0;
}

/* Exact engines refuse what takes more memory, rather than taking minutes. */
enum { MEMORY = 256 << 20 };

static lehr_params params_for(const char *engine) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = engine;
  p.seed = 11;
  p.memory_bytes = MEMORY;
  return p;
}

static lehr_sampleset *solve(const char *engine, const lehr_model *m, int32_t threads) {
  lehr_params p = params_for(engine);
  lehr_sampleset *set;
  p.work = work_for(m);
  p.threads = threads;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
  return set;
}

static void check_same(const lehr_sampleset *a, const lehr_sampleset *b) {
  lehr_result_info of_a = {.struct_size = sizeof of_a}, of_b = {.struct_size = sizeof of_b};
  check_same_samples(a, b);
  lehr_sampleset_info(a, &of_a);
  lehr_sampleset_info(b, &of_b);
  CHECK_INT(of_a.status, of_b.status);
  CHECK_INT(of_a.stop_reason, of_b.stop_reason);
  CHECK_INT(of_a.attempts, of_b.attempts);
  CHECK_INT(of_a.proven, of_b.proven);
}

static void every_engine_on(const lehr_model *m) {
  static const int32_t threads[] = {2, 3, 8, 64};
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    const lehr_engine *engine = lehr_engine_at(NULL, e);
    lehr_plan plan;
    const lehr_params p = params_for(engine->name);
    if (lehr_solve_plan(NULL, m, &p, &plan, NULL, NULL) != LEHR_OK) continue;
    lehr_sampleset *alone = solve(engine->name, m, 1);
    for (size_t k = 0; k < sizeof threads / sizeof threads[0]; k++) {
      lehr_sampleset *together = solve(engine->name, m, threads[k]);
      check_same(alone, together);
      lehr_sampleset_free(together);
    }
    lehr_sampleset_free(alone);
  }
}

static void same_on_any_number_of_threads(void) {
  for (int32_t n = 20; n <= 520; n += 125)
    for (int is_real = 0; is_real < 2; is_real++) {
      lehr_model *m = large_model(n, is_real);
      every_engine_on(m);
      lehr_model_free(m);
    }
}

static void same_under_the_callers_openmp(void) {
  lehr_model *m = large_model(101, false);
  omp_set_dynamic(1);
  omp_set_max_active_levels(4);
  omp_set_num_threads(3);
#pragma omp parallel num_threads(2)
  {
#pragma omp single
    every_engine_on(m);
  }
  CHECK_INT(omp_get_max_threads(), 3); /* the caller's settings are his */
  CHECK(omp_get_dynamic());
  omp_set_dynamic(0);
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"same on any number of threads", same_on_any_number_of_threads},
    {"same under the caller's OpenMP", same_under_the_callers_openmp}};
CHECK_MAIN("property/threads", tests)
