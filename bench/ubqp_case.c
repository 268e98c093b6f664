/* SPDX-License-Identifier: Apache-2.0 */
/* Dense models of the published UBQP generator: CPU seconds to the best known energy, and moves. */
#include "bench/cases.h"

#include "bench/report.h"
#include "qubo/generate/generate.h"

#include <stdio.h>
#include <string.h>

enum { SEEDS = 10 };
static const double density = 0.5, work = 2e11; /* attempts, should the target not be met */

/* Instances p3000.1 and p5000.1; best known as in the literature on them. */
static const struct ubqp {
  const char *name;
  int32_t n;
  uint64_t seed;
  double best_known;
} instances[] = {{"p3000", 3000, 31000, -3931583}, {"p5000", 5000, 51000, -8559680}};

static lehr_model *make(const struct ubqp *u) {
  const generate_request request = {.variables = u->n, .density = density, .seed = u->seed};
  generated out = {0};
  lehr_error err = {0};
  if (generate_model(generator_find("palubeckis"), &request, &out, &err) == LEHR_OK)
    return out.model;
  fprintf(stderr, "lehr-bench: %s\n", err.text);
  return NULL;
}

lehr_model *bench_p3000(void) { return make(&instances[0]); }

/* Of the solves of all seeds. */
typedef struct tally {
  double seconds_to_best, attempts;
  int hits;
} tally;

static bool solve(const lehr_model *m, const struct ubqp *u, uint64_t seed, int threads, tally *t) {
  lehr_params p;
  lehr_sampleset *set;
  lehr_error err = {0};
  lehr_params_init(&p);
  p.engine = "tabu";
  p.seed = seed;
  p.threads = threads;
  p.work = (int64_t)work;
  p.has_target = 1;
  p.target = u->best_known;
  if (lehr_solve(NULL, m, &p, &set, &err) != LEHR_OK) {
    fprintf(stderr, "lehr-bench: %s\n", err.text);
    return false;
  }
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(set, &info);
  t->seconds_to_best += info.time_to_best_s;
  t->attempts += (double)info.attempts;
  t->hits += lehr_sampleset_energy(set, 0) <= u->best_known;
  lehr_sampleset_free(set);
  return true;
}

bool bench_ubqp(const bench_case *self, const bench_settings *settings) {
  const struct ubqp *u = strcmp(self->name, instances[0].name) == 0 ? &instances[0] : &instances[1];
  json_t *report = report_start(self->name, self->summary, settings->threads);
  lehr_model *m = make(u);
  tally t = {0};
  bool is_ok = m != NULL;
  const stopwatch start = stopwatch_start();
  for (uint64_t seed = 1; seed <= SEEDS && is_ok; seed++)
    is_ok = solve(m, u, seed, settings->threads, &t);
  const stopwatch taken = stopwatch_read(&start);
  report_speed(report, &taken, t.attempts);
  json_object_set_new(report, "moves_per_s", json_real(t.attempts / u->n / taken.cpu));
  json_object_set_new(report, "best_known", json_real(u->best_known));
  json_object_set_new(report, "hits", json_integer(t.hits));
  json_object_set_new(report, "seeds", json_integer(SEEDS));
  json_object_set_new(report, "mean_time_to_best_s", json_real(t.seconds_to_best / SEEDS));
  lehr_model_free(m);
  report_print(report);
  return is_ok;
}
