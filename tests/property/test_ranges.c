/* SPDX-License-Identifier: Apache-2.0 */
/* Coefficients up to the end of the exact range: what a plan says yes to, a run does. */
#include "check.h"
#include "lehr/plugin.h"
#include "random_models.h"

enum { MODELS = 400, MOST_OPTIONS = 4 };

/* Ways to run an engine that convert, presolve or contract models inside. */
typedef struct way {
  const char *engine; /* NULL: the last one */
  const char *options[MOST_OPTIONS];
  size_t n_options;
  int64_t work;
} way;

static const way special_ways[] = {
    {"hybrid", {"exact=0"}, 1, 0},
    {"hybrid", {"exact=0", "presolve=3"}, 2, 20000},
    {"tn", {"slicing=always"}, 1, 0},
    {"tn", {"slicing=always", "width=3"}, 2, 20000},
    {"tn", {"count=1", "lowest=3", "log_z=1", "beta=1e-12"}, 4, 0},
    {"tn", {"count=1", "log_z=1", "beta=1e-12"}, 3, 27},
    {"tn", {"mode=sample", "marginals=1", "beta=1e-12"}, 3, 0},
    {"tn", {"mode=sample", "log_z=1"}, 2, 0}, /* beta is 1, mostly too large */
    {"tn", {"mode=beam", "beam=4"}, 2, 0},
    {"tn", {"mode=mps", "bond=2"}, 2, 0},
    {NULL, {0}, 0, 0},
};

static bool can_take(const lehr_engine *engine, const lehr_model_view *m) {
  if (m->n_groups == 0 || engine->caps & LEHR_CAP_GROUPS_OVERLAP) return true;
  return engine->caps & LEHR_CAP_GROUPS && m->groups_disjoint;
}

/* Magnitudes of all kinds; sums up to 2^61 less one, half of the models close to it. */
static lehr_model *model_of_large(philox_stream *s, const model_recipe *r) {
  lehr_builder *b;
  lehr_model *m;
  int64_t left = INT64_MAX / 4 >> (philox_below(s, 2) ? 0 : philox_below(s, 10));
  REQUIRE_OK(lehr_builder_create(r->vartype, r->n, &b));
  for (int32_t i = 0; i < r->n; i++)
    for (int32_t j = 0; j <= i; j++) {
      if (philox_unit(s) >= r->density) continue;
      const int64_t drawn = (int64_t)(philox_u64(s) >> philox_below(s, 12) >> 1);
      const int64_t size = philox_below(s, 3) ? drawn % (left / 4 + 1) : left / 2;
      left -= size;
      REQUIRE_OK(lehr_builder_add_int(b, i, j, philox_below(s, 2) ? size : -size, NULL));
    }
  REQUIRE_OK(lehr_builder_add_offset_int(b, philox_below(s, 2) ? left : 0, NULL));
  REQUIRE_OK(lehr_builder_set_scale(b, philox_below(s, 2) ? 1 : 1e-6));
  if (r->groups != GROUPS_NONE) model_add_groups(b, s, r);
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void check_way(const lehr_model *m, const model_optimum *best, const char *engine,
                      const way *w) {
  lehr_params p;
  lehr_plan plan = {.struct_size = sizeof plan};
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset *set;
  lehr_error err = {0};
  lehr_params_init(&p);
  p.engine = engine;
  p.threads = 1;
  p.work = w->work;
  p.options = (const char *const *)w->options;
  p.n_options = w->n_options;
  if (lehr_solve_plan(NULL, m, &p, &plan, NULL, &err) != LEHR_OK) {
    CHECK(err.text[0] != '\0');
    return;
  }
  const lehr_status status = lehr_solve(NULL, m, &p, &set, &err);
  if (status != LEHR_OK) {
    printf("\n  %s %s: %s", engine, w->n_options > 0 ? w->options[0] : "", err.text);
    CHECK_INT(status, LEHR_OK);
    return;
  }
  lehr_sampleset_info(set, &info);
  if (lehr_sampleset_size(set) > 0 && lehr_sampleset_feasible(set, 0)) {
    CHECK(lehr_sampleset_energy(set, 0) >= best->energy);
    if (info.proven) CHECK(lehr_sampleset_energy(set, 0) == best->energy);
  }
  lehr_sampleset_free(set);
}

static void plans_are_kept(void) {
  philox_stream s = philox_stream_at(61, 0);
  for (int k = 0; k < MODELS; k++) {
    model_recipe r = model_recipe_at(&s, 9);
    if (k % 2) r.groups = GROUPS_NONE;
    lehr_model *m = model_of_large(&s, &r);
    const model_optimum best = model_brute_force(m);
    for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
      const lehr_engine *engine = lehr_engine_at(NULL, e);
      static const way plain = {.work = 20000};
      if (!can_take(engine, lehr_model_look(m))) continue;
      check_way(m, &best, engine->name, &plain);
      for (const way *w = special_ways; w->engine; w++)
        if (strcmp(w->engine, engine->name) == 0) check_way(m, &best, engine->name, w);
    }
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"plans are kept", plans_are_kept}};
CHECK_MAIN("property/ranges", tests)
