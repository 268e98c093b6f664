/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/counts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { WORK_ARRAYS = 6 };

bool counts_make(tn_counts *c, int32_t n) {
  const size_t size = (size_t)n;
  *c = (tn_counts){.n = n};
  c->parent = memory_array(size, sizeof *c->parent);
  c->size = memory_array(size, sizeof *c->size);
  c->fresh = memory_array(size, sizeof *c->fresh);
  c->rank = memory_array(size, sizeof *c->rank);
  c->work = memory_array(size, WORK_ARRAYS * sizeof *c->work);
  if (c->parent && c->size && c->fresh && c->rank && c->work) return true;
  counts_free(c);
  return false;
}

void counts_free(tn_counts *c) {
  free(c->parent);
  free(c->size);
  free(c->fresh);
  free(c->rank);
  free(c->work);
  *c = (tn_counts){0};
}

/* Elimination tree by ancestors with path compression (Liu 1986). */
static void find_parents(tn_counts *c, tn_graph g, const int32_t order[]) {
  int32_t *ancestor = c->work;
  for (int32_t k = 0; k < g.n; k++) {
    const int32_t v = order[k];
    c->parent[k] = ancestor[k] = -1;
    for (int64_t e = g.row[v]; e < g.row[v + 1]; e++)
      for (int32_t i = c->rank[g.col[e]], next; i >= 0 && i < k; i = next) {
        next = ancestor[i];
        ancestor[i] = k;
        if (next < 0) c->parent[i] = k;
      }
  }
}

/* post[] by depth first search; head, next and stack are scratch. */
static void find_postorder(const int32_t parent[], int32_t n, int32_t post[], int32_t head[],
                           int32_t next[], int32_t stack[]) {
  for (int32_t k = 0; k < n; k++) head[k] = -1;
  for (int32_t k = n - 1; k >= 0; k--) {
    if (parent[k] < 0) continue;
    next[k] = head[parent[k]];
    head[parent[k]] = k;
  }
  int32_t count = 0;
  for (int32_t root = 0; root < n; root++) {
    if (parent[root] >= 0) continue;
    int32_t depth = 0;
    stack[0] = root;
    while (depth >= 0) {
      const int32_t k = stack[depth], child = head[k];
      if (child >= 0) {
        head[k] = next[child];
        stack[++depth] = child;
      } else {
        post[count++] = k;
        depth--;
      }
    }
  }
}

/* What tells leaves of row subtrees: positions of first descendants in postorder. */
typedef struct leaves {
  int32_t *first;    /* of each rank */
  int32_t *farthest; /* the largest `first` seen in each row */
  int32_t *previous; /* leaf of each row, or -1 */
  int32_t *ancestor;
} leaves;

static int32_t find_root(int32_t ancestor[], int32_t from) {
  int32_t root = from;
  while (root != ancestor[root]) root = ancestor[root];
  while (from != root) {
    const int32_t next = ancestor[from];
    ancestor[from] = root;
    from = next;
  }
  return root;
}

/* Entry (i, j), i > j: a leaf of row i's subtree, or nothing new. */
static void count_entry(tn_counts *c, const leaves *l, int32_t i, int32_t j) {
  if (l->first[j] <= l->farthest[i]) return;
  const int32_t before = l->previous[i];
  l->farthest[i] = l->first[j];
  l->previous[i] = j;
  c->size[j]++;
  c->fresh[j]++;
  if (before >= 0) c->size[find_root(l->ancestor, before)]--;
}

void counts_find(tn_counts *c, tn_graph g, const int32_t order[]) {
  const int32_t n = g.n;
  int32_t *post = c->work + n;
  for (int32_t k = 0; k < n; k++) c->rank[order[k]] = k;
  find_parents(c, g, order);
  find_postorder(c->parent, n, post, c->work + 2 * n, c->work + 3 * n, c->work + 4 * n);
  const leaves l = {.first = c->work + 2 * n,
                    .farthest = c->work + 3 * n,
                    .previous = c->work + 4 * n,
                    .ancestor = c->work + 5 * n};
  for (int32_t k = 0; k < n; k++) {
    l.first[k] = l.farthest[k] = l.previous[k] = -1;
    l.ancestor[k] = k;
  }
  for (int32_t p = 0; p < n; p++) {
    int32_t j = post[p];
    c->size[j] = l.first[j] < 0;
    c->fresh[j] = 0;
    for (; j >= 0 && l.first[j] < 0; j = c->parent[j]) l.first[j] = p;
  }
  for (int32_t p = 0; p < n; p++) {
    const int32_t j = post[p], v = order[j];
    if (c->parent[j] >= 0) c->size[c->parent[j]]--;
    for (int64_t e = g.row[v]; e < g.row[v + 1]; e++)
      if (c->rank[g.col[e]] > j) count_entry(c, &l, c->rank[g.col[e]], j);
    if (c->parent[j] >= 0) l.ancestor[j] = c->parent[j];
  }
  for (int32_t j = 0; j < n; j++)
    if (c->parent[j] >= 0) c->size[c->parent[j]] += c->size[j];
  for (int32_t j = 0; j < n; j++) c->size[j]--;
}
