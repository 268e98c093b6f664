/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/front.h"
#include "tn/reroot.h"

#include <stdbool.h>
#include <stdlib.h>

/* The last variables of an order and the branches that hang at them. A branch is joined before the
 * first variable of its front leaves, so that all of them are there once those variables are to
 * leave that hit every branch. */
typedef struct ending {
  const tn_elimination *e;
  int32_t *order;  /* [n] */
  int32_t begin;   /* of the last variables in it */
  int32_t *hits;   /* [n] branches that are not hit yet, by variable */
  uint8_t *is_hit; /* [n] by the branch's last variable */
} ending;

static bool is_last(const ending *s, int32_t v) { return s->e->rank[v] >= s->begin; }

/* v is the last variable of a branch. */
static bool is_branch(const ending *s, int32_t v) {
  const int32_t parent = s->e->parent[v];
  return !is_last(s, v) && parent >= 0 && is_last(s, parent);
}

static void add_hits(ending *s, int32_t v, int32_t change) {
  for (int64_t k = s->e->first[v]; k < s->e->first[v + 1]; k++) s->hits[s->e->front[k]] += change;
}

static void hit(ending *s, int32_t u) {
  for (int32_t k = 0; k < s->begin; k++) {
    const int32_t v = s->order[k];
    if (s->is_hit[v] || !is_branch(s, v)) continue;
    for (int64_t i = s->e->first[v]; i < s->e->first[v + 1]; i++)
      s->is_hit[v] |= s->e->front[i] == u;
    if (s->is_hit[v]) add_hits(s, v, -1);
  }
}

/* Whoever hits most branches leaves first. */
static void arrange(ending *s) {
  for (int32_t k = 0; k < s->begin; k++)
    if (is_branch(s, s->order[k])) add_hits(s, s->order[k], 1);
  for (int32_t k = s->begin; k < s->e->n; k++) {
    int32_t best = k;
    for (int32_t i = k + 1; i < s->e->n; i++)
      if (s->hits[s->order[i]] > s->hits[s->order[best]]) best = i;
    const int32_t u = s->order[best];
    if (s->hits[u] == 0) break;
    s->order[best] = s->order[k];
    s->order[k] = u;
    hit(s, u);
  }
}

static lehr_status arrange_order(const tn_network *t, int32_t order[], int32_t count,
                                 lehr_error *err) {
  tn_elimination e;
  LEHR_TRY(elimination_make(network_graph(t), order, TN_MOST_SLOTS, &e, err));
  ending s = {.e = &e,
              .order = order,
              .begin = t->n - count,
              .hits = memory_array((size_t)t->n, sizeof *s.hits),
              .is_hit = memory_array((size_t)t->n, 1)};
  const bool is_made = s.hits && s.is_hit;
  if (is_made) arrange(&s);
  free(s.hits);
  free(s.is_hit);
  elimination_free(&e);
  return is_made ? LEHR_OK : error_memory(err, (uint64_t)t->n * 5);
}

/* The last front in the order that is hardly smaller than the largest. */
static lehr_status reroot_late(const tn_elimination *e, int32_t order[], int32_t *count,
                               lehr_error *err) {
  int32_t k = e->n - 1, v = e->order[k];
  *count = (int32_t)(e->first[v + 1] - e->first[v]);
  for (; k > 0 && *count < e->largest - TN_MIDDLE_SLACK; k--) {
    v = e->order[k - 1];
    *count = (int32_t)(e->first[v + 1] - e->first[v]);
  }
  return elimination_reroot(e, e->front + e->first[v], *count, order, err);
}

lehr_status front_order(const tn_network *t, front_place place, int32_t order[], int32_t *count,
                        lehr_error *err) {
  tn_elimination e;
  LEHR_TRY(elimination_make(network_graph(t), order, TN_MOST_SLOTS, &e, err));
  lehr_status status;
  if (place == FRONT_LATE)
    status = reroot_late(&e, order, count, err);
  else if (place == FRONT_MIDDLE)
    status = elimination_reroot_middle(&e, order, count, err);
  else
    status = elimination_reroot_heaviest(&e, order, count, err);
  elimination_free(&e);
  return status == LEHR_OK ? arrange_order(t, order, *count, err) : status;
}
