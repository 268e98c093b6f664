/* SPDX-License-Identifier: Apache-2.0 */
/* With 64 reads on one thread engines keep to 100 bytes per coupling and 400 per variable, by plan
 * and in fact; tables that do not grow with the model come on top. `hybrid` keeps a population,
 * not reads. */
#include "check.h"

#include "base/philox.h"
#include "lehr/lehr.h"
#include "lehr/plugin.h"

#include <stdbool.h>

enum { READS = 64, TABLES = 1 << 20 };

/* Couplings of about `size`, integers or not. */
static lehr_model *sparse_model(int32_t n, int32_t degree, double size, bool is_real) {
  philox_stream s = philox_stream_at(51, (uint64_t)degree);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int64_t k = 0; k < (int64_t)n * degree / 2; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n);
    const double value = size * philox_normal(&s);
    if (i != j) REQUIRE_OK(lehr_builder_add(b, i, j, is_real ? value / 3 : rint(value), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void check_engine(const char *engine, const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  const uint64_t most = 100 * (uint64_t)v->n_interactions + 400 * (uint64_t)v->n + TABLES;
  lehr_plan plan;
  lehr_params p;
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  lehr_params_init(&p);
  p.engine = engine;
  p.reads = READS;
  p.threads = 1;
  p.work = (int64_t)v->n * READS * 3;
  if (lehr_solve_plan(NULL, m, &p, &plan, NULL, &err) == LEHR_EUNAVAILABLE) return;
  CHECK(plan.bytes <= most);
  if (plan.bytes > most)
    printf("\n  %s: %.0f bytes per variable beyond 100 per coupling", engine,
           ((double)plan.bytes - 100 * (double)v->n_interactions) / v->n);
  p.memory_bytes = most;
  const lehr_status status = lehr_solve(NULL, m, &p, &set, &err);
  CHECK_INT(status, LEHR_OK);
  if (status != LEHR_OK) printf("\n  %s: %s", engine, err.text);
  lehr_sampleset_free(set);
}

static void sixty_four_reads(void) {
  static const double sizes[] = {1, 30, 1000, 1e6, 1e12, 1};
  for (int kind = 0; kind < 6; kind++) {
    lehr_model *sparse = sparse_model(20000, 4, sizes[kind], kind == 5);
    lehr_model *dense = sparse_model(500, 400, sizes[kind], kind == 5);
    for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
      const char *name = lehr_engine_at(NULL, e)->name;
      if (strcmp(name, "hybrid") == 0) continue;
      check_engine(name, sparse);
      check_engine(name, dense);
    }
    lehr_model_free(sparse);
    lehr_model_free(dense);
  }
}

static const check_test tests[] = {{"64 reads", sixty_four_reads}};
CHECK_MAIN("solvers/memory", tests)
