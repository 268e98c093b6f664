/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/overflow.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Fronts are kept with their first variable to leave: lists of lists. */
typedef struct walk {
  const tn_network *t;
  int32_t *rank;  /* [n] */
  int32_t *child; /* [n] last variable whose front's first is v, -1: none */
  int32_t *next;  /* [n] another one */
  int32_t **front;
  int32_t *size;
  int32_t *mark;   /* [n] last variable that met u */
  int32_t *member; /* [n] front at work */
  int32_t count;
} walk;

static void meet(walk *w, const tn_slices *s, int32_t v, int32_t u) {
  if (s->is_slice[u] || w->rank[u] <= w->rank[v] || w->mark[u] == v) return;
  w->mark[u] = v;
  w->member[w->count++] = u;
}

static int64_t degree(const walk *w, int32_t v) { return w->t->row[v + 1] - w->t->row[v]; }

/* The member to take out: most neighbours, then last to leave. */
static int32_t find_victim(const walk *w) {
  int32_t best = 0;
  for (int32_t k = 1; k < w->count; k++) {
    const int64_t more = degree(w, w->member[k]) - degree(w, w->member[best]);
    if (more > 0 || (more == 0 && w->rank[w->member[k]] > w->rank[w->member[best]])) best = k;
  }
  return best;
}

/* The front of v, from its neighbours and from the fronts that begin with it. */
static void gather(walk *w, const tn_slices *s, int32_t v) {
  w->count = 0;
  for (int64_t k = w->t->row[v]; k < w->t->row[v + 1]; k++) meet(w, s, v, w->t->col[k]);
  for (int32_t c = w->child[v]; c >= 0; c = w->next[c]) {
    for (int32_t k = 0; k < w->size[c]; k++) meet(w, s, v, w->front[c][k]);
    free(w->front[c]);
    w->front[c] = NULL;
  }
}

/* The front of c goes to the first of it that stays. */
static void hang(walk *w, const tn_slices *s, int32_t c) {
  int32_t first = -1;
  for (int32_t k = 0; k < w->size[c]; k++) {
    const int32_t u = w->front[c][k];
    if (!s->is_slice[u] && (first < 0 || w->rank[u] < w->rank[first])) first = u;
  }
  if (first < 0) {
    free(w->front[c]);
    w->front[c] = NULL;
    return;
  }
  w->next[c] = w->child[first];
  w->child[first] = c;
}

static bool leave(walk *w, tn_slices *s, int32_t v, int32_t width) {
  gather(w, s, v);
  while (w->count + 1 > width) {
    const int32_t k = find_victim(w);
    s->is_slice[w->member[k]] = 1;
    s->count++;
    w->member[k] = w->member[--w->count];
  }
  w->size[v] = w->count;
  if (w->count == 0) return true;
  w->front[v] = memory_copy(w->member, (size_t)w->count, sizeof *w->member);
  if (!w->front[v]) return false;
  hang(w, s, v);
  return true;
}

/* Fronts that hang at a variable which became a slice move on. */
static void move_on(walk *w, const tn_slices *s, int32_t v) {
  for (int32_t c = w->child[v], next; c >= 0; c = next) {
    next = w->next[c];
    hang(w, s, c);
  }
}

lehr_status slices_by_overflow(const tn_network *t, const int32_t order[], int32_t width,
                               tn_slices *out, lehr_error *err) {
  const size_t n = (size_t)t->n;
  walk w = {.t = t,
            .rank = memory_array(n, sizeof *w.rank),
            .child = memory_array(n, sizeof *w.child),
            .next = memory_array(n, sizeof *w.next),
            .front = memory_array(n, sizeof *w.front),
            .size = memory_array(n, sizeof *w.size),
            .mark = memory_array(n, sizeof *w.mark),
            .member = memory_array(n, sizeof *w.member)};
  bool is_made = w.rank && w.child && w.next && w.front && w.size && w.mark && w.member;
  for (int32_t k = 0; is_made && k < t->n; k++) {
    w.rank[order[k]] = k;
    w.child[k] = w.mark[k] = -1;
  }
  int32_t left = 0;
  for (int32_t k = 0; is_made && k < t->n; k++) {
    const int32_t v = order[k];
    if (out->is_slice[v]) {
      move_on(&w, out, v);
      continue;
    }
    out->order[left++] = v;
    is_made = leave(&w, out, v, width);
  }
  for (size_t v = 0; w.front && v < n; v++) free(w.front[v]);
  free(w.rank);
  free(w.child);
  free(w.next);
  free(w.front);
  free(w.size);
  free(w.mark);
  free(w.member);
  return is_made ? LEHR_OK : error_memory(err, n * 64);
}
