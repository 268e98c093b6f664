/* SPDX-License-Identifier: Apache-2.0 */
/* What a search needs before it runs. */
#include "solvers/tabu/search.h"

enum { ELITE = 10, DEFAULT_ROUNDS = 20, LEAST_TENURE = 5, LEAST_PATIENCE = 100 };

static int64_t at_most(int64_t value, int64_t most) { return value < most ? value : most; }

walk_rules search_rules(const lehr_model_view *m, const tabu_options *o) {
  const int64_t quarter = m->n >= 4 ? m->n / 4 : 1;
  const int64_t scaled = m->n / 100 > LEAST_TENURE ? m->n / 100 : LEAST_TENURE;
  /* With groups two variables rest after each move. */
  return (walk_rules){.tenure = (int32_t)at_most(o->tenure > 0 ? o->tenure : scaled, quarter),
                      .spread = (int32_t)at_most(o->spread, quarter),
                      .patience = o->patience > 0 ? o->patience : m->n + LEAST_PATIENCE};
}

/* Members of the pool. */
static int32_t elite_of(int64_t reads) {
  return (int32_t)(reads < ELITE ? ELITE : at_most(reads, 1000000));
}

static int32_t threads_of(int32_t threads) { return (int32_t)at_most(threads, TRIPS); }

uint64_t search_bytes(const lehr_model_view *m, const tabu_options *o, int64_t reads,
                      int32_t threads) {
  const walk_rules rules = search_rules(m, o);
  const uint64_t walkers = (uint64_t)threads_of(threads);
  const uint64_t rows = 3 * TRIPS * ((uint64_t)m->n + 64) + 2 * pool_bytes(m, elite_of(reads));
  if (m->n_groups > 0)
    return rows + grouped_model_bytes(m) +
           walkers * (grouped_walk_bytes(m) + sizeof(grouped_walk)) + 64;
  return rows + spin_form_bytes(m) + flip_model_bytes(m) +
         walkers * (walk_bytes(m, &rules) + sizeof(walk)) + 64;
}

static bool make_plain(search *s, int level) {
  lehr_run *run = s->run;
  s->walks = run->alloc(run, (size_t)s->threads * sizeof *s->walks);
  if (!s->walks || !spin_form_make(&s->form, run) || !flip_model_make(&s->model, &s->form, run))
    return false;
  for (int32_t t = 0; t < s->threads; t++)
    if (!walk_make(&s->walks[t], &s->model, &s->rules, run, level)) return false;
  return true;
}

static bool make_grouped(search *s) {
  lehr_run *run = s->run;
  s->grouped_walks = run->alloc(run, (size_t)s->threads * sizeof *s->grouped_walks);
  if (!s->grouped_walks || !grouped_model_make(&s->grouped, run)) return false;
  for (int32_t t = 0; t < s->threads; t++)
    if (!grouped_walk_make(&s->grouped_walks[t], &s->grouped, &s->rules, run)) return false;
  return true;
}

bool search_make(search *s, lehr_run *run, int level) {
  const tabu_options *o = run->options;
  const size_t n = (size_t)run->model->n;
  const bool is_budgeted = run->work > 0 || run->time_limit_s > 0;
  *s = (search){.run = run,
                .is_grouped = run->model->n_groups > 0,
                .rules = search_rules(run->model, o),
                .threads = threads_of(run->threads),
                .reads = run->reads > 0 ? run->reads : o->reads,
                .rounds = o->rounds > 0 ? o->rounds
                          : is_budgeted ? -1
                                        : DEFAULT_ROUNDS};
  for (int32_t k = 0; k < TRIPS; k++) {
    trip *t = &s->trips[k];
    t->from = run->alloc(run, n);
    t->to = run->alloc(run, n);
    t->row = run->alloc(run, n);
    if (!t->from || !t->to || !t->row) return false;
  }
  return pool_make(&s->elite, run, elite_of(s->reads), 1) &&
         pool_make(&s->kept, run, elite_of(s->reads), 1) &&
         (s->is_grouped ? make_grouped(s) : make_plain(s, level));
}
