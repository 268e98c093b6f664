/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/reroot.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Variables by the number of their numbered neighbours: doubly linked lists. */
typedef struct search {
  const tn_elimination *e;
  int64_t *row; /* [n+1] of variables in whose fronts each is */
  int32_t *col;
  int32_t *count; /* [n] numbered neighbours, -1: numbered itself */
  int32_t *next, *previous;
  int32_t *head; /* [n+1] by count */
} search;

static void take(search *s, int32_t v) {
  const int32_t next = s->next[v], previous = s->previous[v];
  if (previous >= 0)
    s->next[previous] = next;
  else
    s->head[s->count[v]] = next;
  if (next >= 0) s->previous[next] = previous;
}

static void put(search *s, int32_t v) {
  const int32_t next = s->head[s->count[v]];
  s->next[v] = next;
  s->previous[v] = -1;
  if (next >= 0) s->previous[next] = v;
  s->head[s->count[v]] = v;
}

static void raise(search *s, int32_t u) {
  if (s->count[u] < 0) return;
  take(s, u);
  s->count[u]++;
  put(s, u);
}

static void number(search *s, int32_t v) {
  take(s, v);
  s->count[v] = -1;
  for (int64_t k = s->e->first[v]; k < s->e->first[v + 1]; k++) raise(s, s->e->front[k]);
  for (int64_t k = s->row[v]; k < s->row[v + 1]; k++) raise(s, s->col[k]);
}

static bool allocate(search *s) {
  const tn_elimination *e = s->e;
  const size_t n = (size_t)e->n;
  s->row = memory_array(n + 1, sizeof *s->row);
  s->col = memory_array((size_t)e->first[n], sizeof *s->col);
  s->count = memory_array(n, sizeof *s->count);
  s->next = memory_array(n, sizeof *s->next);
  s->previous = memory_array(n, sizeof *s->previous);
  s->head = memory_array(n + 1, sizeof *s->head);
  return s->row && s->col && s->count && s->next && s->previous && s->head;
}

/* The transpose of the fronts, and all variables without numbered neighbours; first in the lists is
 * who left last before. */
static void begin(search *s) {
  const tn_elimination *e = s->e;
  for (int64_t k = 0; k < e->first[e->n]; k++) s->row[e->front[k]]++;
  for (int32_t v = 0; v < e->n; v++) s->row[v + 1] += s->row[v];
  for (int32_t v = e->n - 1; v >= 0; v--)
    for (int64_t k = e->first[v]; k < e->first[v + 1]; k++) s->col[--s->row[e->front[k]]] = v;
  for (int32_t k = 0; k <= e->n; k++) s->head[k] = -1;
  for (int32_t k = 0; k < e->n; k++) put(s, e->order[k]);
}

static void run(search *s, const int32_t last[], int32_t count, int32_t order[]) {
  const int32_t n = s->e->n;
  int32_t most = 0;
  for (int32_t k = 0; k < n; k++) {
    int32_t v = k < count ? last[k] : -1;
    if (v < 0) {
      while (s->head[most] < 0) most--;
      v = s->head[most];
    }
    order[n - 1 - k] = v;
    number(s, v);
    if (most < n) most++;
  }
}

lehr_status elimination_reroot(const tn_elimination *e, const int32_t last[], int32_t count,
                               int32_t order[], lehr_error *err) {
  search s = {.e = e};
  const bool is_possible = allocate(&s);
  if (is_possible) {
    begin(&s);
    run(&s, last, count, order);
  }
  free(s.row);
  free(s.col);
  free(s.count);
  free(s.next);
  free(s.previous);
  free(s.head);
  return is_possible ? LEHR_OK : error_memory(err, (uint64_t)e->first[e->n] * sizeof(int32_t));
}

/* Among the fronts of `least` variables and more the one where what left before it costs closest to
 * half of all. below[] is scratch. */
static int32_t find_middle(const tn_elimination *e, int32_t least, double below[]) {
  double all = 0;
  for (int32_t k = 0; k < e->n; k++) {
    const int32_t v = e->order[k], size = (int32_t)(e->first[v + 1] - e->first[v]);
    const double own = ldexp(1, size - e->largest);
    all += own;
    below[v] += own;
    if (e->parent[v] >= 0) below[e->parent[v]] += below[v];
  }
  int32_t best = -1;
  for (int32_t k = 0; k < e->n; k++) {
    const int32_t v = e->order[k];
    if (e->first[v + 1] - e->first[v] < least) continue;
    if (best < 0 || fabs(below[v] - all / 2) < fabs(below[best] - all / 2)) best = v;
  }
  return best;
}

static lehr_status reroot_middle(const tn_elimination *e, int32_t least, int32_t order[],
                                 int32_t *count, lehr_error *err) {
  *count = 0;
  if (e->n == 0) return LEHR_OK;
  double *below = memory_array((size_t)e->n, sizeof *below);
  if (!below) return error_memory(err, (uint64_t)e->n * sizeof *below);
  const int32_t v = find_middle(e, least, below);
  free(below);
  *count = (int32_t)(e->first[v + 1] - e->first[v]);
  return elimination_reroot(e, e->front + e->first[v], *count, order, err);
}

lehr_status elimination_reroot_heaviest(const tn_elimination *e, int32_t order[], int32_t *count,
                                        lehr_error *err) {
  return reroot_middle(e, e->largest, order, count, err);
}

lehr_status elimination_reroot_middle(const tn_elimination *e, int32_t order[], int32_t *count,
                                      lehr_error *err) {
  const int32_t least = e->largest > TN_MIDDLE_SLACK ? e->largest - TN_MIDDLE_SLACK : 1;
  return reroot_middle(e, e->largest > 0 ? least : 0, order, count, err);
}
