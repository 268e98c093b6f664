/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/elimination.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

void elimination_free(tn_elimination *e) {
  free(e->order);
  free(e->rank);
  free(e->parent);
  free(e->first);
  free(e->front);
  free(e->first_child);
  free(e->child);
  *e = (tn_elimination){0};
}

/* Fronts in the making: by rank while they grow, position `start[k]` of the variable of rank k. */
typedef struct maker {
  tn_graph g;
  tn_elimination *e;
  int64_t *start; /* [n+1] */
  int32_t *ranks; /* grows */
  int64_t room;
  int32_t *last_child; /* [n] of each rank, -1: none; the others by `sibling` */
  int32_t *sibling;    /* [n] */
  int32_t *seen;       /* [n] rank of the last front that has it */
} maker;

static bool reserve(maker *m, int64_t count) {
  if (count <= m->room) return true;
  const int64_t room = count + m->room / 2 + 1024;
  if (!memory_grow((void **)&m->ranks, (size_t)room, sizeof *m->ranks)) return false;
  m->room = room;
  return true;
}

static int by_number(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* Front of the variable of rank k; false if memory is short. */
static bool make_front(maker *m, int32_t k) {
  const int32_t v = m->e->order[k];
  int64_t end = m->start[k], bound = end + m->g.row[v + 1] - m->g.row[v];
  for (int32_t c = m->last_child[k]; c >= 0; c = m->sibling[c])
    bound += m->start[c + 1] - m->start[c];
  if (!reserve(m, bound)) return false;
  m->seen[k] = k;
  for (int64_t i = m->g.row[v]; i < m->g.row[v + 1]; i++) {
    const int32_t r = m->e->rank[m->g.col[i]];
    if (r < k || m->seen[r] == k) continue;
    m->seen[r] = k;
    m->ranks[end++] = r;
  }
  for (int32_t c = m->last_child[k]; c >= 0; c = m->sibling[c])
    for (int64_t i = m->start[c]; i < m->start[c + 1]; i++) {
      const int32_t r = m->ranks[i];
      if (m->seen[r] == k) continue;
      m->seen[r] = k;
      m->ranks[end++] = r;
    }
  const int64_t size = end - m->start[k];
  if (size > 0) qsort(m->ranks + m->start[k], (size_t)size, sizeof *m->ranks, by_number);
  m->start[k + 1] = end;
  if (size > 0) {
    const int32_t parent = m->ranks[m->start[k]];
    m->sibling[k] = m->last_child[parent];
    m->last_child[parent] = k;
  }
  if (size > m->e->largest) m->e->largest = (int32_t)size;
  return true;
}

/* Numbers of variables instead of ranks, rows by variable. */
static bool store_fronts(maker *m) {
  tn_elimination *e = m->e;
  e->front = memory_array((size_t)m->start[e->n], sizeof *e->front);
  if (!e->front) return false;
  for (int32_t v = 0; v < e->n; v++) {
    const int32_t k = e->rank[v];
    int64_t at = e->first[v];
    for (int64_t i = m->start[k]; i < m->start[k + 1]; i++) e->front[at++] = e->order[m->ranks[i]];
    e->first[v + 1] = at;
    e->parent[v] = at > e->first[v] ? e->front[e->first[v]] : -1;
  }
  return true;
}

static bool make_fronts(maker *m, int32_t most) {
  const tn_elimination *e = m->e;
  for (int32_t k = 0; k < e->n; k++) m->last_child[k] = m->sibling[k] = m->seen[k] = -1;
  for (int32_t k = 0; k < e->n && e->largest <= most; k++)
    if (!make_front(m, k)) return false;
  return e->largest > most || store_fronts(m);
}

/* Children by parent; roots behind all of them. */
static void list_children(tn_elimination *e) {
  for (int32_t v = 0; v < e->n; v++)
    if (e->parent[v] >= 0) e->first_child[e->parent[v]]++;
  for (int32_t v = 0; v < e->n; v++) e->first_child[v + 1] += e->first_child[v];
  int32_t root = e->first_child[e->n];
  for (int32_t k = e->n - 1; k >= 0; k--) {
    const int32_t v = e->order[k], p = e->parent[v];
    if (p >= 0) e->child[--e->first_child[p]] = v;
  }
  for (int32_t k = 0; k < e->n; k++)
    if (e->parent[e->order[k]] < 0) e->child[root++] = e->order[k];
}

/* One child and the most table entries that there are at a time while its branch is evaluated. */
typedef struct branch {
  double peak;
  int32_t child, rank;
} branch;

static int larger_first(const void *a, const void *b) {
  const branch *x = a, *y = b;
  if (x->peak != y->peak) return x->peak < y->peak ? 1 : -1;
  return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Children of v so that little is kept at a time (Sethi, Ullman 1970: the largest need first), and
 * the peak of v. The table of the first child takes in the others. */
static void sort_children(tn_elimination *e, int32_t v, branch list[], int32_t seen[],
                          double peak[]) {
  const int32_t from = e->first_child[v], count = e->first_child[v + 1] - from;
  for (int32_t i = 0; i < count; i++) {
    const int32_t c = e->child[from + i];
    list[i] = (branch){.peak = peak[c], .child = c, .rank = e->rank[c]};
  }
  qsort(list, (size_t)count, sizeof *list, larger_first);
  double most = ldexp(1, (int)(e->first[v + 1] - e->first[v]));
  int width = 0;
  for (int32_t i = 0; i < count; i++) {
    const int32_t c = e->child[from + i] = list[i].child;
    for (int64_t k = e->first[c]; k < e->first[c + 1]; k++) {
      width += seen[e->front[k]] != v;
      seen[e->front[k]] = v;
    }
    most = fmax(most, (i > 0 ? ldexp(1, width) : 0) + peak[c]);
  }
  peak[v] = fmax(most, ldexp(1, width));
}

static bool order_children(tn_elimination *e) {
  const size_t n = (size_t)e->n;
  branch *list = memory_array(n, sizeof *list);
  int32_t *seen = memory_array(n, sizeof *seen);
  double *peak = memory_array(n, sizeof *peak);
  const bool is_done = list && seen && peak;
  if (is_done) {
    for (int32_t v = 0; v < e->n; v++) seen[v] = -1;
    for (int32_t k = 0; k < e->n; k++) sort_children(e, e->order[k], list, seen, peak);
  }
  free(list);
  free(seen);
  free(peak);
  return is_done;
}

static bool allocate(maker *m, const int32_t order[]) {
  tn_elimination *e = m->e;
  const size_t n = (size_t)e->n;
  e->order = memory_copy(order, n, sizeof *order);
  e->rank = memory_array(n, sizeof *e->rank);
  e->parent = memory_array(n, sizeof *e->parent);
  e->first = memory_array(n + 1, sizeof *e->first);
  e->first_child = memory_array(n + 1, sizeof *e->first_child);
  e->child = memory_array(n, sizeof *e->child);
  m->start = memory_array(n + 1, sizeof *m->start);
  m->last_child = memory_array(n, sizeof *m->last_child);
  m->sibling = memory_array(n, sizeof *m->sibling);
  m->seen = memory_array(n, sizeof *m->seen);
  if (!e->order || !e->rank || !e->parent || !e->first || !e->first_child || !e->child ||
      !m->start || !m->last_child || !m->sibling || !m->seen)
    return false;
  for (int32_t k = 0; k < e->n; k++) e->rank[order[k]] = k;
  return true;
}

lehr_status elimination_make(tn_graph g, const int32_t order[], int32_t most, tn_elimination *out,
                             lehr_error *err) {
  *out = (tn_elimination){.n = g.n};
  maker m = {.g = g, .e = out};
  bool is_done = allocate(&m, order) && make_fronts(&m, most);
  const int32_t largest = out->largest;
  if (is_done && largest <= most) {
    list_children(out);
    is_done = order_children(out);
  }
  free(m.start);
  free(m.ranks);
  free(m.last_child);
  free(m.sibling);
  free(m.seen);
  if (is_done && largest <= most) return LEHR_OK;
  elimination_free(out);
  if (is_done)
    return error_set(err, LEHR_EUNAVAILABLE, "tables over %d variables are more than %d", largest,
                     most);
  return error_memory(err, (uint64_t)g.n * 64);
}
