/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/search.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/leaf.h"

#include <stdlib.h>
#include <string.h>

/* Its point and fixed values lie behind it. */
typedef struct node {
  int64_t bound, serial;
  int32_t depth, branch;
} node;

typedef struct search {
  tn_dual *d;
  const search_options *o;
  search_result *out;
  lehr_error *err;
  node **heap; /* the first one comes next */
  int64_t count, room, serial;
  uint64_t node_bytes;
  int8_t *fixed; /* [n] of the node at hand */
} search;

static dual_point *point_of(node *k) { return (dual_point *)(k + 1); }
static int8_t *values(const search *s, node *k) {
  return (int8_t *)(point_of(k)->multiplier + s->d->start[s->d->n_divided]);
}

/* ---- Open nodes ---- */

static bool is_full(const search *s) { return (uint64_t)s->count * s->node_bytes > s->o->memory; }

/* The lowest bound first, then the deepest, then the newest. */
static bool comes_before(const node *a, const node *b) {
  if (a->bound != b->bound) return a->bound < b->bound;
  return a->depth != b->depth ? a->depth > b->depth : a->serial > b->serial;
}

static bool put(search *s, node *k) {
  if (s->count == s->room) {
    const int64_t room = 2 * s->room + 64;
    if (!memory_grow((void **)&s->heap, (size_t)room, sizeof *s->heap)) return false;
    s->room = room;
  }
  int64_t at = s->count++;
  for (; at > 0 && comes_before(k, s->heap[(at - 1) / 2]); at = (at - 1) / 2)
    s->heap[at] = s->heap[(at - 1) / 2];
  s->heap[at] = k;
  return true;
}

static void sink(search *s, int64_t at) {
  node *const k = s->heap[at];
  for (;;) {
    int64_t child = 2 * at + 1;
    if (child >= s->count) break;
    if (child + 1 < s->count && comes_before(s->heap[child + 1], s->heap[child])) child++;
    if (!comes_before(s->heap[child], k)) break;
    s->heap[at] = s->heap[child];
    at = child;
  }
  s->heap[at] = k;
}

/* The first one; where memory is short the newest, whose children are few. */
static node *take(search *s) {
  int64_t at = 0;
  for (int64_t i = 1; is_full(s) && i < s->count; i++)
    if (s->heap[i]->serial > s->heap[at]->serial) at = i;
  node *const k = s->heap[at];
  node *const last = s->heap[--s->count];
  if (at == s->count) return k;
  s->heap[at] = last;
  sink(s, at);
  for (; at > 0 && comes_before(s->heap[at], s->heap[(at - 1) / 2]); at = (at - 1) / 2) {
    node *const above = s->heap[(at - 1) / 2];
    s->heap[(at - 1) / 2] = s->heap[at];
    s->heap[at] = above;
  }
  return k;
}

static int64_t open_bound(const search *s) {
  const int64_t best = s->d->best->energy;
  return s->count > 0 && s->heap[0]->bound < best ? s->heap[0]->bound : best;
}

/* ---- Expansion ---- */

static void load_fixed(search *s, node *k) {
  memset(s->fixed, 0, (size_t)s->d->t->n);
  for (int32_t i = 0; i < s->d->n_divided; i++) s->fixed[s->d->divided[i]] = values(s, k)[i];
}

/* Bounds k, and keeps it open unless it cannot be better than what is known; frees it else. */
static lehr_status bound_node(search *s, node *k, int32_t steps) {
  dual_result r;
  load_fixed(s, k);
  const int64_t before = k->bound;
  const lehr_status status = dual_ascend(s->d, s->fixed, steps, point_of(k), &r, s->err);
  s->out->is_stopped |= r.is_stopped;
  if (r.bound > before) k->bound = r.bound;
  if (status == LEHR_OK && k->bound < s->d->best->energy) {
    /* One that was not bounded to the end stays as it was. */
    if (!r.is_stopped) k->branch = r.branch;
    if (put(s, k)) return LEHR_OK;
    free(k);
    return error_memory(s->err, s->node_bytes);
  }
  free(k);
  return status;
}

static node *child_of(search *s, node *k, int8_t value) {
  node *const c = malloc(s->node_bytes);
  if (!c) return NULL;
  memcpy(c, k, s->node_bytes);
  values(s, c)[k->branch] = value;
  c->depth++;
  c->serial = ++s->serial;
  return c;
}

/* The value of the best state last, so that it comes next. */
static lehr_status expand(search *s, node *k) {
  const int8_t likely = s->d->best->spins[s->d->divided[k->branch]] > 0 ? 1 : -1;
  lehr_status status = LEHR_OK;
  s->out->nodes++;
  for (int turn = 0; turn < 2 && status == LEHR_OK; turn++) {
    node *const c = child_of(s, k, (int8_t)(turn ? likely : -likely));
    if (!c) return error_memory(s->err, s->node_bytes);
    if (!s->out->is_stopped) {
      status = bound_node(s, c, s->o->node_steps);
    } else if (!put(s, c)) {
      free(c);
      status = error_memory(s->err, s->node_bytes);
    }
  }
  return status;
}

/* E(s) = E(-s): the variable with most copies is +1. */
static void break_symmetry(search *s, node *root) {
  const tn_dual *const d = s->d;
  int32_t most = 0;
  if (d->n_divided == 0 || !network_is_even(d->t)) return;
  for (int32_t k = 1; k < d->n_divided; k++)
    if (d->start[k + 1] - d->start[k] > d->start[most + 1] - d->start[most]) most = k;
  values(s, root)[most] = 1;
}

static lehr_status run_root(search *s) {
  node *const root = calloc(1, s->node_bytes);
  if (!root) return error_memory(s->err, s->node_bytes);
  root->bound = INT64_MIN;
  root->branch = -1;
  dual_begin(s->d, point_of(root));
  break_symmetry(s, root);
  return bound_node(s, root, s->o->root_steps);
}

/* All of it is fixed, but its state is not known: solved by itself. */
static lehr_status close_node(search *s, node *k) {
  int64_t bound;
  bool is_stopped;
  load_fixed(s, k);
  lehr_status status = leaf_solve(s->d, s->fixed, &bound, &is_stopped, s->err);
  s->out->is_stopped |= is_stopped;
  if (status == LEHR_OK && is_stopped) {
    if (put(s, k)) return LEHR_OK;
    status = error_memory(s->err, s->node_bytes);
  }
  free(k);
  return status;
}

static lehr_status run_nodes(search *s) {
  const double last = s->d->updates + s->o->updates;
  while (s->count > 0 && !s->out->is_stopped && s->d->updates < last) {
    node *const k = take(s);
    lehr_status status = LEHR_OK;
    if (k->bound < s->d->best->energy && k->branch < 0) {
      status = close_node(s, k);
    } else {
      if (k->bound < s->d->best->energy) status = expand(s, k);
      free(k);
    }
    if (status != LEHR_OK) return status;
  }
  return LEHR_OK;
}

lehr_status bounded_search(tn_dual *d, const search_options *o, search_result *out,
                           lehr_error *err) {
  search s = {.d = d, .o = o, .out = out, .err = err};
  *out = (search_result){.bound = INT64_MIN};
  s.fixed = memory_array((size_t)d->t->n, 1);
  s.node_bytes = sizeof(node) + sizeof(dual_point) +
                 (uint64_t)d->start[d->n_divided] * sizeof(float) + (uint64_t)d->n_divided;
  lehr_status status = s.fixed ? run_root(&s) : error_memory(err, (uint64_t)d->t->n);
  if (status == LEHR_OK) {
    out->root = open_bound(&s);
    status = run_nodes(&s);
  }
  out->bound = open_bound(&s);
  for (int64_t k = 0; k < s.count; k++) free(s.heap[k]);
  free(s.heap);
  free(s.fixed);
  return status;
}
