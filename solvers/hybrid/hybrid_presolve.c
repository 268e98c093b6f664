/* SPDX-License-Identifier: Apache-2.0 */
/* A smaller model, where there is time to make one. */
#include "base/clock.h"
#include "solvers/hybrid/hybrid.h"

#include <math.h>

/* When its rules, and the model that they leave, have to be there. */
typedef struct presolve_time {
  const hybrid *h;
  double rules_end, end; /* wall clock; HUGE_VAL: none */
} presolve_time;

static bool is_over(void *user) {
  const presolve_time *t = user;
  return hybrid_should_stop(t->h) || (t->rules_end < HUGE_VAL && clock_wall() >= t->rules_end);
}

/* For making a model of so many terms. */
static bool is_time_for(void *user, double terms) {
  static const double seconds = 0.25e-6;
  const presolve_time *t = user;
  if (hybrid_should_stop(t->h)) return false;
  return t->end == HUGE_VAL || clock_wall() + seconds * terms < t->end;
}

/* Presolving brings nothing when it comes to no model: it begins where its rules take less than a
 * share of the time, by what they take on one core of Zen 4, of models that do not fit into its
 * cache. Where nearly all variables will vanish that share is most of the time. */
static bool is_time_to_presolve(const hybrid *h, int max_degree, presolve_time *t) {
  static const double per_variable = 0.1e-6, per_neighbour = 0.25e-6;
  static const double share = 0.2, promising_share = 0.85, promising = 0.5, rules_share = 0.95;
  const lehr_model_view *m = h->run->model;
  *t = (presolve_time){h, HUGE_VAL, HUGE_VAL};
  if (h->deadline == HUGE_VAL) return true;
  const double start = clock_wall(), left = h->deadline - start;
  const double needed = per_variable * m->n + 2 * per_neighbour * (double)m->n_interactions;
  if (needed >= rules_share * promising_share * left) return false;
  const bool is_promising = presolve_promise(m, max_degree) > promising;
  const double most = left * (is_promising ? promising_share : share);
  t->rules_end = start + rules_share * most;
  t->end = start + most;
  return needed < rules_share * most;
}

lehr_status hybrid_presolve(hybrid *h) {
  const hybrid_options *o = h->run->options;
  presolve_time time;
  const presolve_guard guard = {is_over, &time, is_time_for};
  lehr_error err = {0};
  lehr_status status = LEHR_OK;
  h->small = h->run->model;
  if (is_time_to_presolve(h, (int)o->presolve, &time) &&
      presolve_applies(h->small, (int)o->presolve))
    status = presolve_create(h->run->model, (int)o->presolve, &guard, &h->reduced, &err);
  if (status != LEHR_OK) return h->run->fail(h->run, status, err.text);
  if (h->reduced) h->small = lehr_model_look(presolve_model(h->reduced));
  return LEHR_OK;
}
