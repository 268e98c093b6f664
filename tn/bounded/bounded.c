/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/bounded.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/polish.h"
#include "tn/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  FIRST_WIDTH = 16,
  WIDER = 4,
  ROOT_STEPS = 24,
  NODE_STEPS = 2,
  ORDER_STEPS = 60000000, /* for the orders of one width */
  LEAST_RUNS = 160,       /* with one width, before the next one */
  NEXT_RUNS = 12          /* with the next width, that take what may be spent on this one */
};

/* One connected part, whose states are told as those of the whole network. */
typedef struct part_job {
  const tn_network *t;
  const bounded_options *o;
  const tn_guard *guard;
  bounded_result *all;
  tn_incumbent best;
  int64_t bound;
  const int32_t *member;
  int8_t *spins; /* of the whole */
  lehr_error *err;
} part_job;

static void tell(void *user, const int8_t spins[]) {
  part_job *const j = user;
  for (int32_t k = 0; k < j->t->n; k++) j->spins[j->member[k]] = spins[k];
  if (j->o->improved) j->o->improved(j->o->user, j->spins);
}

/* ---- One width ---- */

typedef struct level {
  int32_t width;
  bool is_last;
  bool is_narrow; /* tables were no wider than they had to be: nobody has copies */
  double updates; /* of a run */
} level;

static lehr_status search_level(part_job *j, tn_relaxed *r, level *l) {
  tn_dual d;
  search_result found;
  LEHR_TRY(dual_make(&d, j->t, r, &j->best, j->guard, j->err));
  const double left = j->o->updates - j->all->updates;
  const double share = fmax(LEAST_RUNS, NEXT_RUNS * (double)(1 << WIDER)) * l->updates;
  const search_options options = {.root_steps = (int32_t)fmin(ROOT_STEPS, left / l->updates),
                                  .node_steps = NODE_STEPS,
                                  .updates = l->is_last ? left : fmin(left, share),
                                  .memory = j->guard->bytes / 8};
  const lehr_status status = bounded_search(&d, &options, &found, j->err);
  if (found.bound > j->bound) j->bound = found.bound;
  j->all->is_stopped |= found.is_stopped;
  j->all->nodes += found.nodes;
  j->all->runs += d.runs;
  j->all->updates += d.updates;
  if (r->program.width > j->all->width) j->all->width = r->program.width;
  l->is_narrow = d.n_divided == 0;
  dual_free(&d);
  return status;
}

static relaxed_options relaxed_options_of(const part_job *j, int32_t width) {
  return (relaxed_options){.width = width,
                           .guard = j->guard,
                           .order_work = j->o->order_work > 0 ? j->o->order_work : ORDER_STEPS,
                           .memory = j->guard->bytes / 8 * 7,
                           .decision_bytes = j->guard->bytes / 2};
}

/* Whether tables of the next width fit as well: they are about so much larger. */
static bool may_widen(const part_job *j, const tn_relaxed *r, int32_t width) {
  return j->o->width == 0 && width + WIDER <= TN_MOST_SLOTS &&
         r->table_bytes << WIDER <= j->guard->bytes / 4;
}

static double updates_of(const tn_program *p) {
  double sum = 0;
  for (int64_t k = 0; k < p->n_ops; k++)
    if (p->ops[k].kind == TN_ELIM || p->ops[k].kind == TN_REPLACE) sum += ldexp(1, p->ops[k].width);
  return sum;
}

static bool is_over(const part_job *j) {
  return j->bound >= j->best.energy || j->all->is_stopped || j->all->updates >= j->o->updates;
}

/* ---- One of several ways to divide ---- */

enum { CHOICES = 6, CHOICE_STEPS = 8, FEW = 8 };

/* The bound after some steps. */
static lehr_status try_bound(part_job *j, tn_relaxed *r, int64_t *bound) {
  tn_dual d;
  dual_result result = {0};
  LEHR_TRY(dual_make(&d, j->t, r, &j->best, j->guard, j->err));
  const size_t count = (size_t)d.start[d.n_divided];
  dual_point *const point = malloc(sizeof *point + count * sizeof *point->multiplier);
  int8_t *const fixed = memory_array((size_t)j->t->n, 1);
  lehr_status status = error_memory(j->err, count * sizeof(float));
  if (point && fixed) {
    dual_begin(&d, point);
    status = dual_ascend(&d, fixed, CHOICE_STEPS, point, &result, j->err);
  }
  j->all->is_stopped |= result.is_stopped;
  j->all->runs += d.runs;
  j->all->updates += d.updates;
  *bound = result.bound;
  free(point);
  free(fixed);
  dual_free(&d);
  return status;
}

/* Whether others may be better than r, and can be paid for. */
static bool has_choice(const part_job *j, const tn_relaxed *r) {
  const double left = j->o->updates - j->all->updates;
  const int32_t divided = r->split.network.n - j->t->n;
  return r->is_by_regions && divided <= j->t->n / FEW &&
         (CHOICES + 1) * CHOICE_STEPS * updates_of(&r->program) <= left / FEW;
}

/* *r becomes another one that is about as quick if that has a better bound. */
static lehr_status choose_best(part_job *j, relaxed_options options, tn_relaxed *r) {
  int64_t best;
  if (!has_choice(j, r)) return LEHR_OK;
  LEHR_TRY(try_bound(j, r, &best));
  for (options.trial = 1; options.trial <= CHOICES && !is_over(j); options.trial++) {
    tn_relaxed other;
    int64_t bound = INT64_MIN;
    lehr_status status = relaxed_make(j->t, &options, &other, j->err);
    if (status == LEHR_EUNAVAILABLE) continue;
    LEHR_TRY(status);
    if (other.seconds <= 2 * r->seconds) status = try_bound(j, &other, &bound);
    if (bound > best) {
      const tn_relaxed worse = *r;
      *r = other;
      other = worse;
      best = bound;
    }
    relaxed_free(&other);
    LEHR_TRY(status);
  }
  return LEHR_OK;
}

/* *fits: whether there was memory for it. */
static lehr_status run_level(part_job *j, level *l, bool *fits) {
  const relaxed_options options = relaxed_options_of(j, l->width);
  tn_relaxed r;
  lehr_status status = relaxed_make(j->t, &options, &r, j->err);
  *fits = status != LEHR_EUNAVAILABLE;
  if (!*fits) return LEHR_OK;
  LEHR_TRY(status);
  l->is_last |= !may_widen(j, &r, l->width);
  status = choose_best(j, options, &r);
  l->updates = updates_of(&r.program);
  *fits = l->updates <= j->o->updates - j->all->updates; /* one run is paid for */
  if (*fits && status == LEHR_OK && !j->all->is_stopped) status = search_level(j, &r, l);
  if (r.n_divided > j->all->divided) j->all->divided = r.n_divided;
  relaxed_free(&r);
  return status;
}

/* As wide as some runs are paid for. */
static int32_t first_width(const part_job *j) {
  enum { NARROW = 4, RUNS = 4 };
  int32_t width = FIRST_WIDTH;
  if (j->o->width > 0) return j->o->width;
  while (width > NARROW && ldexp(RUNS * (double)j->t->n, width) > j->o->updates) width -= WIDER;
  return width;
}

/* Where the next width turns out to be too much, the one before it goes on to the end. */
static lehr_status solve_part(part_job *j) {
  level l = {.width = first_width(j)};
  const int32_t first = l.width;
  while (!is_over(j)) {
    bool fits;
    if (guard_should_stop(j->guard)) {
      j->all->is_stopped = true;
      break;
    }
    const bool was_last = l.is_last;
    LEHR_TRY(run_level(j, &l, &fits));
    if (was_last || l.is_narrow || (fits && l.is_last) || (!fits && l.width == first)) break;
    l.is_last = !fits;
    l.width += fits ? WIDER : -WIDER;
  }
  return LEHR_OK;
}

/* ---- All parts ---- */

/* Every field and coupling satisfied. */
static int64_t plain_bound(const tn_network *t) {
  int64_t sum = 0;
  for (int32_t v = 0; v < t->n; v++) {
    sum -= t->h[v] < 0 ? -t->h[v] : t->h[v];
    for (int64_t k = t->row[v]; k < t->row[v + 1] && t->col[k] < v; k++)
      sum -= t->J[k] < 0 ? -t->J[k] : t->J[k];
  }
  return sum;
}

static lehr_status run_part(part_job *j) {
  const size_t n = (size_t)j->t->n;
  int64_t *const field = memory_array(n, sizeof *field);
  j->best.spins = memory_array(n, 1);
  lehr_status status = error_memory(j->err, n * 9);
  if (field && j->best.spins) {
    for (size_t k = 0; k < n; k++) j->best.spins[k] = j->spins[j->member[k]];
    j->best.energy = polish(j->t, j->best.spins, field);
    tell(j, j->best.spins);
    j->bound = plain_bound(j->t);
    status = solve_part(j);
  }
  j->all->bound += j->bound < j->best.energy ? j->bound : j->best.energy;
  free(field);
  free(j->best.spins);
  return status;
}

lehr_status bounded_minimize(const tn_network *t, const bounded_options *o, const tn_guard *guard,
                             int8_t spins[], bounded_result *out, lehr_error *err) {
  tn_parts parts;
  *out = (bounded_result){.bound = t->constant};
  LEHR_TRY(parts_find(t, &parts, err));
  lehr_status status = LEHR_OK;
  for (int32_t k = 0; k < parts.count && status == LEHR_OK; k++) {
    tn_network part;
    status = part_network(t, &parts, k, &part, err);
    if (status != LEHR_OK) break;
    part_job j = {.t = &part,
                  .o = o,
                  .guard = guard,
                  .all = out,
                  .member = parts.member + parts.first[k],
                  .spins = spins,
                  .err = err};
    j.best.improved = tell;
    j.best.user = &j;
    status = run_part(&j);
    network_free(&part);
  }
  parts_free(&parts);
  out->energy = network_energy(t, spins);
  return status;
}
