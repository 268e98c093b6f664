/* SPDX-License-Identifier: Apache-2.0 */
/* Every built-in engine against brute force on thousands of small random models. */
#include "check.h"
#include "random_models.h"

#include "lehr/plugin.h"

enum { MODELS = 3000, LARGEST = MODEL_MAX_BITS };

static bool can_take(const lehr_engine *engine, const lehr_model_view *m) {
  if (m->n_groups == 0 || engine->caps & LEHR_CAP_GROUPS_OVERLAP) return true;
  return engine->caps & LEHR_CAP_GROUPS && m->groups_disjoint;
}

static void check_result(const lehr_engine *engine, const lehr_model *m, const model_optimum *best,
                         const lehr_sampleset *set, int *hits) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(set, &info);
  const double slack = lehr_model_look(m)->is_exact ? 0 : 1e-12 * (1 + fabs(best->energy));
  uint8_t bits[MODEL_MAX_BITS + 1];
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
    lehr_sampleset_bits(set, k, bits);
    CHECK(lehr_sampleset_energy(set, k) == lehr_model_energy(m, bits));
    CHECK_INT(lehr_sampleset_feasible(set, k), lehr_model_feasible(m, bits));
    if (lehr_sampleset_feasible(set, k))
      CHECK(best->feasible && lehr_sampleset_energy(set, k) >= best->energy - slack);
  }
  if (engine->caps & LEHR_CAP_PROVES) {
    CHECK(info.proven);
    CHECK_INT(info.status, best->feasible ? LEHR_SOLVE_OPTIMAL : LEHR_SOLVE_INFEASIBLE);
  }
  if (!best->feasible) return;
  const bool is_hit =
      lehr_sampleset_size(set) > 0 && lehr_sampleset_energy(set, 0) <= best->energy + slack;
  *hits += is_hit;
  if (engine->caps & LEHR_CAP_PROVES) {
    REQUIRE(is_hit);
    /* Where several states are optimal, which one is told is an engine's own choice. */
    lehr_sampleset_bits(set, 0, bits);
    if (strcmp(engine->name, "exhaustive") == 0)
      CHECK(memcmp(bits, best->bits, (size_t)lehr_model_look(m)->n) == 0);
    CHECK(info.bound <= best->energy + slack);
    CHECK_REAL(info.bound, best->energy,
               slack + 0x1p-30 * fabs(best->energy)); /* as solve.h says */
  }
  if (engine->caps & (LEHR_CAP_GROUPS | LEHR_CAP_GROUPS_OVERLAP))
    CHECK(lehr_sampleset_size(set) > 0 && lehr_sampleset_feasible(set, 0));
}

static void never_below_the_optimum(void) {
  philox_stream s = philox_stream_at(2024, 0);
  int hits[16] = {0}, tried[16] = {0};
  for (int k = 0; k < MODELS; k++) {
    const model_recipe recipe = model_recipe_at(&s, LARGEST);
    lehr_model *m = model_random(&s, &recipe);
    const model_optimum best = model_brute_force(m);
    for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
      const lehr_engine *engine = lehr_engine_at(NULL, e);
      if (!can_take(engine, lehr_model_look(m))) continue;
      lehr_params p;
      lehr_sampleset *set;
      lehr_error err;
      lehr_params_init(&p);
      p.engine = engine->name;
      p.threads = 1;
      p.seed = (uint64_t)k;
      if (!(engine->caps & LEHR_CAP_PROVES)) p.reads = 20;
      REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
      tried[e] += best.feasible;
      check_result(engine, m, &best, set, &hits[e]);
      lehr_sampleset_free(set);
    }
    lehr_model_free(m);
  }
  for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
    printf("\n  %s: optimum found in %d of %d models", lehr_engine_at(NULL, e)->name, hits[e],
           tried[e]);
    CHECK(hits[e] >= tried[e] * 9 / 10);
  }
}

static const check_test tests[] = {{"never below the optimum", never_below_the_optimum}};
CHECK_MAIN("engines", tests)
