/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/search.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/leaf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes that are expanded at a time. */
enum { BATCH = 4, CHILDREN = 2 * BATCH };

static int64_t best_energy(const tn_search *s) { return s->d->best->energy; }

int64_t search_bound(const tn_search *s) {
  const tn_nodes *const o = &s->open;
  return o->count > 0 && o->heap[0]->bound < best_energy(s) ? o->heap[0]->bound : best_energy(s);
}

static lehr_status put(tn_search *s, tn_node *k, lehr_error *err) {
  return nodes_put(&s->open, k) ? LEHR_OK : error_memory(err, nodes_bytes(&s->open));
}

/* Keeps k open unless it cannot be better than what is known; frees it else. */
static lehr_status keep(tn_search *s, tn_node *k, const dual_result *r, lehr_error *err) {
  s->is_stopped |= r->is_stopped;
  if (r->bound > k->bound) k->bound = r->bound;
  if (!r->is_stopped) k->branch = r->branch; /* else it stays as it was */
  if (k->bound < best_energy(s)) return put(s, k, err);
  free(k);
  return LEHR_OK;
}

/* ---- The root ---- */

/* E(s) = E(-s): the variable with most copies is +1. */
static void break_symmetry(const tn_dual *d, int8_t values[]) {
  int32_t most = 0;
  if (d->n_divided == 0 || !network_is_even(d->t)) return;
  for (int32_t k = 1; k < d->n_divided; k++)
    if (d->start[k + 1] - d->start[k] > d->start[most + 1] - d->start[most]) most = k;
  values[most] = 1;
}

static void load_fixed(const tn_search *s, tn_node *k, int8_t fixed[]) {
  memset(fixed, 0, (size_t)s->d->t->n);
  for (int32_t i = 0; i < s->d->n_divided; i++)
    fixed[s->d->divided[i]] = node_values(&s->open, k)[i];
}

/* By all threads: there is one node only, and many runs of it. */
static lehr_status run_root(tn_search *s, lehr_error *err) {
  tn_node *const root = node_root(&s->open);
  int8_t *const fixed = memory_array((size_t)s->d->t->n, 1);
  dual_result r = {0};
  lehr_status status = LEHR_ENOMEM;
  if (root && fixed) {
    dual_begin(s->d, node_point(root));
    break_symmetry(s->d, node_values(&s->open, root));
    load_fixed(s, root, fixed);
    status = dual_ascend(s->d, fixed, &s->o.root, node_point(root), &r, err);
  }
  free(fixed);
  if (status == LEHR_OK) return keep(s, root, &r, err);
  free(root);
  return error_memory(err, nodes_bytes(&s->open));
}

lehr_status search_begin(tn_search *s, tn_dual *d, const search_options *o, lehr_error *err) {
  *s = (tn_search){.d = d, .o = *o, .open = nodes_none(d, o->memory)};
  s->crew = (tn_crew){.lead = d, .nodes = &s->open, .steps = o->node};
  lehr_status status = run_root(s, err);
  s->root = status == LEHR_OK ? search_bound(s) : INT64_MIN;
  if (status == LEHR_OK) status = crew_make(&s->crew, CHILDREN, err);
  if (status != LEHR_OK) search_end(s);
  return status;
}

void search_end(tn_search *s) {
  nodes_free(&s->open);
  crew_free(&s->crew);
}

/* ---- Expansion ---- */

/* All of k is fixed, but its state is not known: solved by itself. */
static lehr_status close_node(tn_search *s, tn_node *k, lehr_error *err) {
  int64_t bound;
  bool is_stopped = false;
  int8_t *const fixed = memory_array((size_t)s->d->t->n, 1);
  lehr_status status = LEHR_ENOMEM;
  if (fixed) {
    load_fixed(s, k, fixed);
    status = leaf_solve(s->d, fixed, &bound, &is_stopped, err);
  }
  free(fixed);
  s->is_stopped |= is_stopped;
  if (status == LEHR_OK && is_stopped) return put(s, k, err);
  free(k);
  return status == LEHR_ENOMEM ? error_memory(err, (uint64_t)s->d->t->n) : status;
}

/* The next ones to expand, `most` at most. */
static lehr_status take_batch(tn_search *s, int32_t most, tn_node *batch[], int32_t *count,
                              lehr_error *err) {
  *count = 0;
  while (*count < most && s->open.count > 0 && !s->is_stopped) {
    tn_node *const k = nodes_take(&s->open);
    if (k->bound >= best_energy(s)) {
      free(k);
    } else if (k->branch < 0) {
      const lehr_status status = close_node(s, k, err);
      if (status != LEHR_OK) return status;
    } else {
      batch[(*count)++] = k;
    }
  }
  return LEHR_OK;
}

/* The value of the best state last, so that it comes next. */
static bool make_children(tn_search *s, tn_node *k, crew_task tasks[2]) {
  const int8_t likely = s->d->best->spins[s->d->divided[k->branch]] > 0 ? 1 : -1;
  tasks[0].node = node_child(&s->open, k, (int8_t)-likely);
  tasks[1].node = node_child(&s->open, k, likely);
  return tasks[0].node && tasks[1].node;
}

/* Puts the children in place of their parents. */
static lehr_status expand(tn_search *s, tn_node *batch[], int32_t count, lehr_error *err) {
  crew_task tasks[CHILDREN] = {0};
  bool is_made = true;
  for (int32_t k = 0; k < count; k++)
    is_made = make_children(s, batch[k], tasks + 2 * k) && is_made;
  const lehr_status status = is_made ? crew_bound(&s->crew, tasks, 2 * count, err)
                                     : error_memory(err, nodes_bytes(&s->open));
  s->nodes += count;
  lehr_status kept = status;
  for (int32_t k = 0; k < 2 * count; k++) {
    if (kept == LEHR_OK)
      kept = keep(s, tasks[k].node, &tasks[k].result, err);
    else
      free(tasks[k].node);
  }
  return kept;
}

/* As many nodes as the updates that are left are for. */
static int32_t batch_of(const tn_search *s, double left) {
  const double run = s->d->runs > 0 ? s->d->updates / (double)s->d->runs : 0;
  const double nodes = ceil(left / (2 * s->o.node.most * run));
  return nodes < BATCH ? (int32_t)nodes : BATCH;
}

lehr_status search_go_on(tn_search *s, double updates, lehr_error *err) {
  const double last = s->d->updates + updates;
  lehr_status status = LEHR_OK;
  while (s->open.count > 0 && !s->is_stopped && s->d->updates < last && status == LEHR_OK) {
    tn_node *batch[BATCH];
    int32_t count;
    status = take_batch(s, batch_of(s, last - s->d->updates), batch, &count, err);
    if (status == LEHR_OK && count > 0) status = expand(s, batch, count, err);
    for (int32_t k = 0; k < count; k++) free(batch[k]);
  }
  return status;
}
