/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/subgraph/wide.h"

#include "solvers/budget.h"

enum { PLANS_KEY = 0x77696465, MOST_DEGREE = 16 };

/* Widths pay where a plan leaves at most so many of the variables frozen that forests do. */
static const double worth = 0.8;
/* Part of the paths of two couplings that end at places of their own: 1 in trees, nearly so in
 * sparse random graphs, at most 2/3 on lattices. */
static const double local = 0.85;

static void *from_run(void *user, size_t bytes) {
  lehr_run *run = user;
  return run->alloc(run, bytes);
}

/* Neighbours of the neighbours of i but i itself, and how many of them are different or not
 * neighbours of i: all of them in a tree. */
static void look_around(const lehr_model_view *m, int32_t i, int64_t *paths, int64_t *ends) {
  int32_t seen[(MOST_DEGREE + 1) * (MOST_DEGREE + 1)], count = 0;
  const int64_t degree = m->row[i + 1] - m->row[i];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) seen[count++] = m->col[k];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    for (int64_t e = m->row[m->col[k]]; e < m->row[m->col[k] + 1]; e++) {
      const int32_t j = m->col[e];
      int32_t at = 0;
      if (j == i) continue;
      ++*paths;
      while (at < count && seen[at] != j) at++;
      if (at == count) seen[count++] = j;
    }
  *ends += count - degree;
}

/* Whether short cycles are as common as on lattices. */
static bool is_local(const lehr_model_view *m) {
  enum { SAMPLES = 256 };
  int64_t paths = 0, ends = 0;
  const int32_t stride = m->n / SAMPLES + 1;
  for (int32_t i = 0; i < m->n; i += stride) {
    bool is_small = m->row[i + 1] - m->row[i] <= MOST_DEGREE;
    for (int64_t k = m->row[i]; k < m->row[i + 1] && is_small; k++)
      is_small = m->row[m->col[k] + 1] - m->row[m->col[k]] <= MOST_DEGREE;
    if (is_small) look_around(m, i, &paths, &ends);
  }
  return (double)ends < local * (double)paths;
}

int32_t wide_width(const lehr_model_view *m, int64_t asked) {
  if (asked > 0) return (int32_t)asked;
  return m->n <= WIDE_MOST && is_local(m) ? WIDE_AUTO : 1;
}

uint64_t wide_bytes(const lehr_model_view *m, int32_t width) {
  if (width <= 1) return 0;
  return sub_grower_bytes(m->n, width) +
         WIDE_PLANS *
             (sub_plan_bytes(m->n, m->row[m->n], width) + sizeof(sub_plan) + sizeof(sub_type)) +
         128;
}

uint64_t wide_space_bytes(const lehr_model_view *m, int32_t width) {
  return width > 1 ? sub_usual_space_bytes(m->n, m->row[m->n], width) : 0;
}

static double mean_forest(const forest_family *f) {
  double sum = 0;
  const int32_t count = f->count < FORESTS_LARGE ? f->count : FORESTS_LARGE; /* the large ones */
  for (int32_t k = 0; k < count; k++) sum += f->forests[k].count;
  return count > 0 ? sum / count : 0;
}

/* So many that making them takes about a tenth of the time of the moves. */
static int32_t plans_for(int64_t moves) {
  enum { MOVES_OF_A_PLAN = 5 };
  const int64_t plans = moves / (10 * MOVES_OF_A_PLAN);
  if (moves == 0 || plans > WIDE_PLANS) return WIDE_PLANS;
  return plans < WIDE_FEWEST ? WIDE_FEWEST : (int32_t)plans;
}

bool wide_make(wide *w, const tree_model *m, const forest_family *forests, const wide_wish *wish,
               lehr_run *run) {
  const spin_form *f = m->form;
  *w = (wide){.model = {f->n, f->row, f->col, f->h, f->J}, .is_narrow = m->is_narrow};
  if (wish->width <= 1 || f->n == 0) return true;
  const uint64_t key = philox_subkey(run->key, PLANS_KEY);
  sub_grower *g = sub_grower_make(&w->model, wish->width, key, (sub_memory){from_run, run});
  w->plans = run->alloc(run, WIDE_PLANS * sizeof *w->plans);
  w->types = run->alloc(run, WIDE_PLANS * sizeof *w->types);
  if (!g || !w->plans || !w->types) return false;
  const double frozen = f->n - mean_forest(forests);
  const int32_t most = plans_for(wish->moves);
  while (w->count < most && !budget_should_stop(run, wish->until)) {
    sub_plan *p = &w->plans[w->count];
    if (!sub_plan_grow(g, p)) return false;
    const sub_type type = sub_type_of(p, f->largest_field);
    if (p->count == 0 || type == SUB_TYPES || !sub_plan_is_usual(p, f->n)) break;
    if (wish->is_auto && f->n - p->count > worth * frozen) break;
    w->types[w->count++] = type;
  }
  return true;
}

bool wide_space_make(sub_space *s, const wide *w, lehr_run *run) {
  return w->count == 0 || sub_space_make(s, w->plans, w->count, (sub_memory){from_run, run});
}
