/* SPDX-License-Identifier: Apache-2.0 */
/* Under a memory limit that some number of threads does not fit into, or with work that ends a run
 * early, the same is done on any number of threads. */
#include "check.h"
#include "lehr/plugin.h"
#include "random_models.h"
#include "support/samples.h"

enum { ROUNDS = 60, MOST_VARIABLES = 60, MOST_OPTIONS = 3, MOST_THREADS = 16 };

typedef struct way {
  const char *engine;
  const char *options[MOST_OPTIONS];
  size_t n_options;
} way;

static const way ways[] = {
    {"hybrid", {0}, 0},
    {"hybrid", {"exact=0"}, 1},
    {"anneal", {0}, 0},
    {"sqa", {0}, 0},
    {"tempering", {0}, 0},
    {"tempering", {"mode=population"}, 1},
    {"tabu", {0}, 0},
    {"bifurcation", {0}, 0},
    {"greedy", {0}, 0},
    {"subgraph", {0}, 0},
    {"exhaustive", {0}, 0},
    {"tn", {"planning=0.02"}, 1},
    {"tn", {"planning=0.02", "slicing=always"}, 2},
    {"tn", {"planning=0.02", "slicing=always", "width=6"}, 3},
    {"tn", {"planning=0.02", "count=1", "lowest=5"}, 3},
    {"tn", {"planning=0.02", "mode=sample", "reads=50"}, 3},
    {"tn", {"planning=0.02", "log_z=1", "marginals=1"}, 3},
    {"tn", {"mode=beam"}, 1},
    {"tn", {"mode=mps"}, 1},
};

/* Lattices and random graphs of small integers or real numbers, some of them in groups. */
static lehr_model *any_model(philox_stream *s) {
  const int32_t n = 4 + (int32_t)philox_below(s, MOST_VARIABLES - 3), row = 2 + n / 12;
  const bool is_lattice = philox_below(s, 2), is_real = philox_below(s, 4) == 0;
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(philox_below(s, 2) ? LEHR_SPIN : LEHR_BINARY, n, &b));
  for (int32_t k = 0; k < 3 * n; k++) {
    const int32_t i = (int32_t)philox_below(s, (uint32_t)n);
    const int32_t near = i + (philox_below(s, 2) ? 1 : row) * (philox_below(s, 3) > 0);
    const int32_t j = is_lattice ? near % n : (int32_t)philox_below(s, (uint32_t)n);
    const double value = is_real ? philox_normal(s) : (double)philox_below(s, 9) - 4;
    REQUIRE_OK(lehr_builder_add(b, i, j, value, NULL));
  }
  for (int32_t i = 0; philox_below(s, 3) == 0 && i + 4 <= n; i += 4)
    REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT,
                                      (const int32_t[]){i, i + 1, i + 2, i + 3}, 4, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static double planned_bytes(const lehr_model *m, const lehr_params *params, int32_t threads) {
  lehr_params p = *params;
  lehr_plan plan = {.struct_size = sizeof plan};
  p.threads = threads;
  return lehr_solve_plan(NULL, m, &p, &plan, NULL, NULL) == LEHR_OK ? (double)plan.bytes : 0;
}

/* From 20 kB to 30 MB, mostly what few threads fit into. */
static uint64_t tight_limit(const lehr_model *m, const lehr_params *p, philox_stream *s) {
  const double least = planned_bytes(m, p, 1), most = planned_bytes(m, p, MOST_THREADS);
  const double any = 20000 * exp(7.3 * philox_unit(s));
  return (uint64_t)(philox_below(s, 3) == 0 || least == 0
                        ? any
                        : 0.7 * least + (1.1 * most - 0.7 * least) * philox_unit(s));
}

static lehr_params params_of(const lehr_model *m, const way *w, philox_stream *s) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = w->engine;
  p.options = (const char *const *)w->options;
  p.n_options = w->n_options;
  p.seed = philox_u32(s);
  p.work = (int64_t)(1000 * exp(7 * philox_unit(s)));
  p.memory_bytes = tight_limit(m, &p, s);
  p.brief = 1;
  return p;
}

static lehr_status solve(const lehr_model *m, const lehr_params *params, int32_t threads,
                         lehr_sampleset **set) {
  lehr_params p = *params;
  p.threads = threads;
  return lehr_solve(NULL, m, &p, set, NULL);
}

static bool is_same(const lehr_sampleset *a, const lehr_sampleset *b) {
  lehr_result_info of_a = {.struct_size = sizeof of_a}, of_b = {.struct_size = sizeof of_b};
  lehr_sampleset_info(a, &of_a);
  lehr_sampleset_info(b, &of_b);
  return samples_differing(a, b) == 0 && of_a.attempts == of_b.attempts &&
         of_a.status == of_b.status && of_a.stop_reason == of_b.stop_reason &&
         of_a.proven == of_b.proven && (of_a.bound == of_b.bound || isnan(of_a.bound)) &&
         isnan(of_a.bound) == isnan(of_b.bound);
}

/* Whether it was refused. */
static bool check_way(const lehr_model *m, const way *w, const lehr_params *p) {
  static const int32_t threads[] = {2, 3, MOST_THREADS};
  lehr_sampleset *alone, *together;
  const lehr_status status = solve(m, p, 1, &alone);
  for (size_t k = 0; k < sizeof threads / sizeof threads[0]; k++) {
    const lehr_status with = solve(m, p, threads[k], &together);
    const bool is_equal = status == with && (status != LEHR_OK || is_same(alone, together));
    if (!is_equal)
      printf("\n  %s %s %s, %d variables, %d groups, %d threads, %d bytes, work %d: status %d, %d",
             w->engine, w->n_options > 0 ? w->options[0] : "",
             w->n_options > 1 ? w->options[1] : "", lehr_model_look(m)->n,
             lehr_model_look(m)->n_groups, threads[k], (int)p->memory_bytes, (int)p->work, status,
             with);
    CHECK(is_equal);
    lehr_sampleset_free(together);
  }
  lehr_sampleset_free(alone);
  return status != LEHR_OK;
}

static void the_same_is_done(void) {
  philox_stream s = philox_stream_at(20, 0);
  const int count = (int)(sizeof ways / sizeof ways[0]);
  int refused = 0;
  for (int round = 0; round < ROUNDS; round++) {
    lehr_model *m = any_model(&s);
    for (int k = 0; k < count; k++) {
      const lehr_params p = params_of(m, &ways[k], &s);
      refused += check_way(m, &ways[k], &p);
    }
    lehr_model_free(m);
  }
  printf("\n  %d of %d refused", refused, ROUNDS * count);
  CHECK(refused < ROUNDS * count / 2);
}

static const check_test tests[] = {{"the same is done", the_same_is_done}};
CHECK_MAIN("property/tight_memory", tests)
