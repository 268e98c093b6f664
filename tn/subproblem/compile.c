/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/subproblem/grow.h"

#include <math.h>
#include <string.h>

uint64_t sub_plan_bytes(int32_t n, int64_t entries_of_rows, int32_t width) {
  const uint64_t each = sizeof(sub_op) + sizeof(sub_child) + 4 * (uint64_t)width + 4;
  /* A coupling is within the front of one end, or outside for one. */
  return (uint64_t)n * each + (uint64_t)entries_of_rows * 12 + 10 * 64;
}

/* ---- Fronts and the tree ---- */

static int32_t *front_of(const sub_grower *g, int32_t v) {
  return g->front + (int64_t)v * g->width;
}

static void add_member(sub_grower *g, int32_t v, int32_t u) {
  if (g->mark[u] == g->stamp) return;
  g->mark[u] = g->stamp;
  /* By rank, last to leave first. */
  int32_t *front = front_of(g, v), at = g->front_size[v]++;
  for (; at > 0 && g->rank[front[at - 1]] < g->rank[u]; at--) front[at] = front[at - 1];
  front[at] = u;
}

/* The largest branch comes first among the children: few tables wait while others are made. */
static void adopt(sub_grower *g, int32_t parent, int32_t v) {
  const int32_t first = g->first_child[parent];
  g->size[parent] += g->size[v];
  if (first < 0 || g->size[v] > g->size[first]) {
    g->next_sibling[v] = first;
    g->first_child[parent] = v;
  } else {
    g->next_sibling[v] = g->next_sibling[first];
    g->next_sibling[first] = v;
  }
}

static void make_fronts(sub_grower *g, int32_t count) {
  const sub_model *m = g->model;
  for (int32_t k = 0; k < count; k++) {
    g->first_child[g->order[k]] = -1;
    g->front_size[g->order[k]] = 0;
    g->size[g->order[k]] = 1;
  }
  for (int32_t k = 0; k < count; k++) {
    const int32_t v = g->order[k];
    g->stamp++;
    g->mark[v] = g->stamp;
    for (int64_t e = m->row[v]; e < m->row[v + 1]; e++)
      if (g->rank[m->col[e]] > k) add_member(g, v, m->col[e]);
    for (int32_t c = g->first_child[v]; c >= 0; c = g->next_sibling[c])
      for (int32_t q = 0; q < g->front_size[c]; q++) add_member(g, v, front_of(g, c)[q]);
    if (g->front_size[v] > 0) adopt(g, front_of(g, v)[g->front_size[v] - 1], v);
  }
}

/* Rewrites the order to one in which branches come in one piece, children first. */
static void make_post_order(sub_grower *g, int32_t count) {
  int32_t top = 0, left = count;
  for (int32_t k = 0; k < count; k++)
    if (g->front_size[g->order[k]] == 0) g->stack[top++] = g->order[k];
  while (top > 0) { /* from the last one backwards: parents, then their smaller branches */
    const int32_t v = g->stack[--top];
    g->order[--left] = v;
    for (int32_t c = g->first_child[v]; c >= 0; c = g->next_sibling[c]) g->stack[top++] = c;
  }
}

/* ---- Places of tables ---- */

static int32_t take_place(sub_grower *g, int32_t *live, int32_t size) {
  int32_t k = 0, place = 0;
  while (k < *live && g->live_place[k] - place < size) {
    place = g->live_place[k] + g->live_size[k];
    k++;
  }
  memmove(g->live_place + k + 1, g->live_place + k, (size_t)(*live - k) * sizeof(int32_t));
  memmove(g->live_size + k + 1, g->live_size + k, (size_t)(*live - k) * sizeof(int32_t));
  g->live_place[k] = place;
  g->live_size[k] = size;
  ++*live;
  return place;
}

static void give_back(sub_grower *g, int32_t *live, int32_t place) {
  int32_t k = 0;
  while (g->live_place[k] != place) k++;
  --*live;
  memmove(g->live_place + k, g->live_place + k + 1, (size_t)(*live - k) * sizeof(int32_t));
  memmove(g->live_size + k, g->live_size + k + 1, (size_t)(*live - k) * sizeof(int32_t));
}

/* ---- Operations ---- */

static int32_t slot_in(const int32_t front[], int32_t size, int32_t u) {
  int32_t k = 0;
  while (k < size && front[k] != u) k++;
  return k; /* size: not there */
}

static void count_arrays(const sub_grower *g, int32_t count, sub_op *total) {
  const sub_model *m = g->model;
  *total = (sub_op){0};
  for (int32_t p = 0; p < count; p++) {
    const int32_t v = g->order[p];
    total->front += g->front_size[v];
    if (g->front_size[v] == 1) total->leaf++;
    if (g->front_size[v] > 1) total->child++;
    for (int64_t e = m->row[v]; e < m->row[v + 1]; e++) {
      if (g->rank[m->col[e]] < 0) total->term++;
      if (g->rank[m->col[e]] > g->rank[v]) total->coupling++;
    }
  }
}

static bool allocate(const sub_grower *g, sub_plan *t, const sub_op *total) {
  const sub_memory *m = &g->memory;
  t->ops = m->alloc(m->user, (size_t)t->count * sizeof *t->ops);
  t->fronts = m->alloc(m->user, (size_t)total->front * sizeof *t->fronts);
  t->slot = m->alloc(m->user, (size_t)total->coupling * sizeof *t->slot);
  t->J = m->alloc(m->user, (size_t)total->coupling * sizeof *t->J);
  t->outside = m->alloc(m->user, (size_t)total->term * sizeof *t->outside);
  t->outside_J = m->alloc(m->user, (size_t)total->term * sizeof *t->outside_J);
  t->leaves = m->alloc(m->user, (size_t)total->leaf * sizeof *t->leaves);
  t->children = m->alloc(m->user, (size_t)total->child * sizeof *t->children);
  return t->ops && t->fronts && t->slot && t->J && t->outside && t->outside_J && t->leaves &&
         t->children;
}

/* Couplings of v, and what they and those before them let its tables differ by. */
static void add_couplings(sub_grower *g, sub_plan *t, sub_op *op, sub_op *next) {
  const sub_model *m = g->model;
  const int32_t v = op->site, *front = t->fronts + op->front;
  for (int64_t e = m->row[v]; e < m->row[v + 1]; e++) {
    const int32_t u = m->col[e];
    if (g->rank[u] < 0) {
      t->outside[next->term] = u;
      t->outside_J[next->term++] = m->J[e];
    } else if (g->rank[u] > g->rank[v]) {
      t->slot[next->coupling] = (uint8_t)slot_in(front, op->n_front, u);
      t->J[next->coupling++] = m->J[e];
      g->charged[u] += fabs((double)m->J[e]);
      g->charged[v] += fabs((double)m->J[e]);
    }
  }
  op->n_terms = next->term - op->term;
  op->n_couplings = (uint8_t)(next->coupling - op->coupling);
  double spread = g->charged[v];
  for (int32_t k = 0; k < op->n_front; k++) spread += g->charged[front[k]];
  t->spread = fmax(t->spread, 2 * spread);
}

static void add_child(const sub_grower *g, sub_plan *t, const sub_op *op, int32_t c, int32_t k) {
  sub_child *child = &t->children[k];
  const int32_t size = g->front_size[c];
  *child = (sub_child){.place = g->size[c]};
  for (int32_t q = 0; q < size; q++) {
    const int32_t u = front_of(g, c)[q];
    child->step[slot_in(t->fronts + op->front, op->n_front, u)] = (uint16_t)(1 << q);
  }
}

/* The places of tables are kept in size[], which is done with. */
static void add_op(sub_grower *g, sub_plan *t, sub_op *op, sub_op *next, int32_t *live) {
  const int32_t v = op->site, d = g->front_size[v];
  *op = (sub_op){.site = v,
                 .front = next->front,
                 .coupling = next->coupling,
                 .term = next->term,
                 .leaf = next->leaf,
                 .child = next->child,
                 .n_front = (uint8_t)d,
                 .decisions = next->decisions};
  memcpy(t->fronts + op->front, front_of(g, v), (size_t)d * sizeof *t->fronts);
  next->front += d;
  next->decisions += d > 4 ? 1 << (d - 4) : 1;
  add_couplings(g, t, op, next);
  if (d > 0) op->place = take_place(g, live, 1 << d);
  if (op->place + (1 << d) > t->entries) t->entries = op->place + (1 << d);
  for (int32_t c = g->first_child[v]; c >= 0; c = g->next_sibling[c]) {
    if (g->front_size[c] == 1)
      t->leaves[next->leaf++] = g->size[c];
    else
      add_child(g, t, op, c, next->child++);
    give_back(g, live, g->size[c]);
  }
  op->n_leaves = next->leaf - op->leaf;
  op->n_children = next->child - op->child;
  g->size[v] = op->place;
  if (op->n_children > t->most_children) t->most_children = op->n_children;
  if (d > t->largest) t->largest = d;
  t->updates += ldexp(1, d);
}

bool sub_compile(sub_grower *g, int32_t count, sub_plan *t) {
  sub_op total, next = {0};
  int32_t live = 0;
  *t = (sub_plan){.width = g->width, .count = count};
  make_fronts(g, count);
  make_post_order(g, count);
  count_arrays(g, count, &total);
  if (!allocate(g, t, &total)) return false;
  for (int32_t i = 0; i < g->model->n; i++) g->charged[i] = 0;
  for (int32_t p = 0; p < count; p++) {
    t->ops[p].site = g->order[p];
    add_op(g, t, &t->ops[p], &next, &live);
  }
  t->n_couplings = next.coupling;
  t->words = next.decisions;
  return true;
}
