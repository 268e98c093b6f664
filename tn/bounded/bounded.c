/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/bounded.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"
#include "tn/bounded/polish.h"
#include "tn/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  FIRST_WIDTH = 16,
  WIDER = 4,
  ORDER_STEPS = 60000000, /* for the orders of one width */
  LEAST_RUNS = 192        /* with one width, before the next one */
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

/* Of one division of the network, and the search by it. */
typedef struct level {
  tn_relaxed r;
  double updates;   /* of a run */
  int64_t promises; /* a bound after few steps, INT64_MIN: unknown */
  tn_dual d;
  tn_search s;
} level;

static void level_free(level *l) {
  search_end(&l->s);
  dual_free(&l->d);
  relaxed_free(&l->r);
}

static relaxed_options relaxed_options_of(const part_job *j, int32_t width) {
  return (relaxed_options){.width = width,
                           .guard = j->guard,
                           .order_work = j->o->order_work > 0 ? j->o->order_work : ORDER_STEPS,
                           .memory = j->guard->bytes / 8 * 7,
                           .decision_bytes = j->guard->bytes / 2};
}

static double updates_of(const tn_program *p) {
  double sum = 0;
  for (int64_t k = 0; k < p->n_ops; k++)
    if (p->ops[k].kind == TN_ELIM || p->ops[k].kind == TN_REPLACE) sum += ldexp(1, p->ops[k].width);
  return sum;
}

static double updates_left(const part_job *j) { return j->o->updates - j->all->updates; }

static bool is_over(const part_job *j) {
  return j->bound >= j->best.energy || j->all->is_stopped || updates_left(j) <= 0;
}

/* *fits: whether there is memory for it, and one run is paid for. */
static lehr_status level_make(part_job *j, int32_t width, level *l, bool *fits) {
  const relaxed_options options = relaxed_options_of(j, width);
  *l = (level){.promises = INT64_MIN};
  const lehr_status status = relaxed_make(j->t, &options, &l->r, j->err);
  *fits = status == LEHR_OK;
  if (status != LEHR_OK) return status == LEHR_EUNAVAILABLE ? LEHR_OK : status;
  l->updates = updates_of(&l->r.program);
  *fits = l->updates <= updates_left(j);
  if (!*fits) level_free(l);
  return LEHR_OK;
}

/* What a search may take before one with larger tables is looked for. */
static double share_of(const level *l) { return LEAST_RUNS * l->updates; }

/* What was done since the last time. */
static void account(part_job *j, level *l, int64_t nodes, int64_t runs, double updates) {
  const int64_t bound = search_bound(&l->s);
  if (bound > j->bound) j->bound = bound;
  j->all->is_stopped |= l->s.is_stopped;
  j->all->nodes += l->s.nodes - nodes;
  j->all->runs += l->d.runs - runs;
  j->all->updates += l->d.updates - updates;
}

static lehr_status begin(part_job *j, level *l) {
  search_options options = {.root = {.first = 8, .more = 8, .most = 96, .share = 1.0 / 32},
                            .node = {.first = 1, .more = 1, .most = 8, .share = 0.25},
                            .memory = j->guard->bytes / 8};
  options.root.most = (int32_t)fmin(options.root.most, updates_left(j) / l->updates);
  LEHR_TRY(dual_make(&l->d, j->t, &l->r, &j->best, j->guard, j->err));
  LEHR_TRY(search_begin(&l->s, &l->d, &options, j->err));
  account(j, l, 0, 0, 0);
  if (l->r.program.width > j->all->width) j->all->width = l->r.program.width;
  if (l->r.n_divided > j->all->divided) j->all->divided = l->r.n_divided;
  return LEHR_OK;
}

static lehr_status go_on(part_job *j, level *l, double updates) {
  const int64_t nodes = l->s.nodes, runs = l->d.runs;
  const double before = l->d.updates;
  const lehr_status status = search_go_on(&l->s, fmin(updates, updates_left(j)), j->err);
  if (status == LEHR_OK) account(j, l, nodes, runs, before);
  return status;
}

/* What the rest of the search may take: nodes grow exponentially with the share of the gap that is
 * closed. */
static double rest_of(const part_job *j, const level *l) {
  const double gap = (double)j->best.energy - (double)l->s.root;
  const double closed = ((double)search_bound(&l->s) - (double)l->s.root) / gap;
  const double nodes = (double)l->s.nodes;
  if (nodes == 0 || closed <= 0) return HUGE_VAL;
  return (real_exp(real_log(nodes) / closed) - nodes) * l->d.updates / nodes;
}

/* ---- One of several ways to divide ---- */

enum { CHOICES = 6, CHOICE_STEPS = 8, FEW = 8 };
static const dual_steps choice_steps = {.first = CHOICE_STEPS, .most = CHOICE_STEPS};

/* The bound after some steps. */
static lehr_status try_bound(part_job *j, tn_relaxed *r, int64_t *bound) {
  tn_dual d;
  dual_result result = {0};
  LEHR_TRY(dual_make(&d, j->t, r, &j->best, j->guard, j->err));
  const size_t count = (size_t)d.start[d.n_divided];
  dual_point *const point = malloc(sizeof *point + count * sizeof *point->multiplier);
  int8_t *const fixed = memory_array((size_t)j->t->n, 1);
  lehr_status status = LEHR_ENOMEM;
  if (point && fixed) {
    dual_begin(&d, point);
    status = dual_ascend(&d, fixed, &choice_steps, point, &result, j->err);
  }
  j->all->is_stopped |= result.is_stopped;
  j->all->runs += d.runs;
  j->all->updates += d.updates;
  *bound = result.bound;
  free(point);
  free(fixed);
  dual_free(&d);
  return status == LEHR_ENOMEM ? error_memory(j->err, count * sizeof(float)) : status;
}

/* Whether others may be better, and can be paid for. */
static bool has_choice(const part_job *j, const level *l) {
  const int32_t divided = l->r.split.network.n - j->t->n;
  return l->r.is_by_regions && divided <= j->t->n / FEW &&
         (CHOICES + 1) * CHOICE_STEPS * l->updates <= updates_left(j) / FEW;
}

/* *l becomes another one that is about as quick if that has a better bound. */
static lehr_status choose_best(part_job *j, int32_t width, level *l) {
  relaxed_options options = relaxed_options_of(j, width);
  if (!has_choice(j, l)) return LEHR_OK;
  LEHR_TRY(try_bound(j, &l->r, &l->promises));
  for (options.trial = 1; options.trial <= CHOICES && !is_over(j); options.trial++) {
    tn_relaxed other;
    int64_t bound = INT64_MIN;
    lehr_status status = relaxed_make(j->t, &options, &other, j->err);
    if (status == LEHR_EUNAVAILABLE) continue;
    LEHR_TRY(status);
    if (other.seconds <= 2 * l->r.seconds) status = try_bound(j, &other, &bound);
    if (bound > l->promises) {
      const tn_relaxed worse = l->r;
      l->r = other;
      other = worse;
      l->promises = bound;
    }
    relaxed_free(&other);
    LEHR_TRY(status);
  }
  l->updates = updates_of(&l->r.program);
  return LEHR_OK;
}

/* ---- From narrow to wide ---- */

/* As wide as some runs are paid for. */
static int32_t first_width(const part_job *j) {
  enum { NARROW = 4, RUNS = 4 };
  int32_t width = FIRST_WIDTH;
  if (j->o->width > 0) return j->o->width;
  while (width > NARROW && ldexp(RUNS * (double)j->t->n, width) > j->o->updates) width -= WIDER;
  return width;
}

/* Whether tables of the next width fit as well: they are about so much larger. */
static bool may_widen(const part_job *j, const tn_relaxed *r, int32_t width) {
  return j->o->width == 0 && width + WIDER <= TN_MOST_SLOTS &&
         r->table_bytes << WIDER <= j->guard->bytes / 4;
}

/* Larger tables for fewer copies: what is no better than the present is passed over. */
static lehr_status find_wider(part_job *j, const level *now, int32_t *width, level *wider,
                              bool *is_there) {
  *is_there = false;
  while (!*is_there && may_widen(j, &now->r, *width) && !guard_should_stop(j->guard)) {
    bool fits;
    LEHR_TRY(level_make(j, *width + WIDER, wider, &fits));
    if (!fits) return LEHR_OK;
    *width += WIDER;
    *is_there = wider->r.program.width > now->r.program.width ||
                wider->r.split.network.n < now->r.split.network.n;
    if (!*is_there) level_free(wider);
  }
  return LEHR_OK;
}

/* The first part of a search. */
static lehr_status start_level(part_job *j, level *l) {
  if (is_over(j)) return LEHR_OK;
  LEHR_TRY(begin(j, l));
  return is_over(j) ? LEHR_OK : go_on(j, l, share_of(l) - l->d.updates);
}

/* A search that may be done within the first part of one with larger tables goes on. */
static lehr_status finish(part_job *j, level *now, const level *wider) {
  const double share = share_of(wider);
  while (!is_over(j) && rest_of(j, now) <= share) LEHR_TRY(go_on(j, now, share));
  return LEHR_OK;
}

/* *now becomes the wider one, which is freed if that is no better. */
static lehr_status take_wider(part_job *j, int32_t width, level *now, level *wider) {
  lehr_status status = finish(j, now, wider);
  if (status == LEHR_OK && !is_over(j)) status = choose_best(j, width, wider);
  const bool is_better = wider->promises == INT64_MIN || wider->promises > now->promises;
  if (status != LEHR_OK || is_over(j) || !is_better) {
    level_free(wider);
    return status;
  }
  level_free(now);
  *now = *wider;
  return start_level(j, now);
}

static lehr_status climb(part_job *j, int32_t width, level *now) {
  LEHR_TRY(choose_best(j, width, now));
  LEHR_TRY(start_level(j, now));
  while (!is_over(j)) {
    level wider;
    bool is_there;
    LEHR_TRY(find_wider(j, now, &width, &wider, &is_there));
    LEHR_TRY(is_there ? take_wider(j, width, now, &wider) : go_on(j, now, HUGE_VAL));
  }
  return LEHR_OK;
}

static lehr_status solve_part(part_job *j) {
  const int32_t width = first_width(j);
  level l;
  bool fits = false;
  if (is_over(j)) return LEHR_OK;
  if (guard_should_stop(j->guard)) {
    j->all->is_stopped = true;
    return LEHR_OK;
  }
  LEHR_TRY(level_make(j, width, &l, &fits));
  if (!fits) return LEHR_OK;
  const lehr_status status = climb(j, width, &l);
  level_free(&l);
  return status;
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
  lehr_status status = LEHR_ENOMEM;
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
  return status == LEHR_ENOMEM ? error_memory(j->err, n * 9) : status;
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
