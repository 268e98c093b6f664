/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/part.h"

#include "base/error.h"
#include "base/real.h"

#include <math.h>

/* Of the memory: one each for the nodes of two searches, one for the tables of the narrower one. */
enum { EIGHTHS = 8 };

enum {
  ORDER_STEPS = 60000000, /* for the orders of one width */
  LEAST_RUNS = 192        /* with one width, before the next one */
};

void level_free(level *l) {
  search_end(&l->s);
  dual_free(&l->d);
  relaxed_free(&l->r);
  *l = (level){.width = l->width};
}

relaxed_options part_options(const part_job *j, int32_t width) {
  return (relaxed_options){.width = width,
                           .guard = j->guard,
                           .order_work = j->o->order_work > 0 ? j->o->order_work : ORDER_STEPS,
                           .memory = j->guard->bytes / EIGHTHS * 5,
                           .decision_bytes = j->guard->bytes / 2};
}

double part_updates_left(const part_job *j) { return j->o->updates - j->all->updates; }

bool part_is_over(const part_job *j) {
  return j->bound >= j->best.energy || j->all->is_stopped || part_updates_left(j) <= 0;
}

lehr_status level_make(part_job *j, int32_t width, level *l, bool *fits) {
  const relaxed_options options = part_options(j, width);
  *l = (level){.width = width, .promises = -HUGE_VAL};
  const lehr_status status = relaxed_make(j->t, &options, &l->r, NULL);
  *fits = status == LEHR_OK;
  l->is_too_large = status == LEHR_EUNAVAILABLE;
  if (l->is_too_large) return LEHR_OK;
  if (status != LEHR_OK) return error_memory(j->err, (uint64_t)j->t->n);
  *fits = l->r.updates <= part_updates_left(j);
  if (!*fits) level_free(l);
  return LEHR_OK;
}

lehr_status level_make_room(const part_job *j, level *l, bool *is_possible) {
  const uint64_t most = j->guard->bytes / EIGHTHS;
  uint64_t bytes;
  LEHR_TRY(relaxed_most_bytes(&l->r, &bytes, j->err));
  *is_possible = bytes > 0 && bytes <= most;
  if (*is_possible) crew_shrink(&l->s.crew, most / bytes);
  return LEHR_OK;
}

double level_share(const level *l) { return LEAST_RUNS * l->r.updates; }

/* What was done since the last time. */
static void account(part_job *j, level *l, int64_t nodes, int64_t runs, double updates) {
  const int64_t bound = search_bound(&l->s);
  if (bound > j->bound) j->bound = bound;
  j->all->is_stopped |= l->s.is_stopped;
  j->all->nodes += l->s.nodes - nodes;
  j->all->runs += l->d.runs - runs;
  j->all->updates += l->d.updates - updates;
}

lehr_status level_begin(part_job *j, level *l) {
  search_options options = {.root = {.first = 8, .more = 8, .most = 96, .share = 1.0 / 32},
                            .node = {.first = 1, .more = 1, .most = 8, .share = 0.25},
                            .memory = j->guard->bytes / EIGHTHS};
  options.root.most = (int32_t)fmin(options.root.most, part_updates_left(j) / l->r.updates);
  LEHR_TRY(dual_make(&l->d, j->t, &l->r, &j->best, j->guard, j->err));
  LEHR_TRY(search_begin(&l->s, &l->d, &options, j->err));
  account(j, l, 0, 0, 0);
  if (l->r.program.width > j->all->width) j->all->width = l->r.program.width;
  if (l->r.n_divided > j->all->divided) j->all->divided = l->r.n_divided;
  return LEHR_OK;
}

lehr_status level_go_on(part_job *j, level *l, double updates) {
  const int64_t nodes = l->s.nodes, runs = l->d.runs;
  const double before = l->d.updates;
  const lehr_status status = search_go_on(&l->s, fmin(updates, part_updates_left(j)), j->err);
  if (status == LEHR_OK) account(j, l, nodes, runs, before);
  return status;
}

double level_rest(const part_job *j, const level *l) {
  const double gap = (double)j->best.energy - (double)l->s.root;
  const double closed = ((double)search_bound(&l->s) - (double)l->s.root) / gap;
  const double nodes = (double)l->s.nodes;
  if (nodes == 0 || closed <= 0) return HUGE_VAL;
  return (real_exp(real_log(nodes) / closed) - nodes) * l->d.updates / nodes;
}
