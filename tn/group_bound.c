/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/group_bound.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* Variables of which a number may be 1 together. One in no group is a crowd of its own. */
typedef struct crowd {
  int64_t size;
  int32_t ones;
  bool is_exact; /* so many are, else that is the most */
} crowd;

typedef struct cost {
  int32_t crowd;
  int64_t value;
} cost;

typedef struct bounder {
  const lehr_model_view *m;
  const tn_network *t;
  int32_t *crowd_of; /* [n] the first group of v, or n_groups + v */
  crowd *crowds;     /* [n_groups + n] */
  cost *costs;       /* [n] room for a row, then of members */
  int64_t *pays;     /* [n] */
} bounder;

static void name_crowds(bounder *b) {
  const lehr_model_view *const m = b->m;
  for (int32_t v = 0; v < m->n; v++) {
    b->crowd_of[v] = m->n_groups + v;
    b->crowds[m->n_groups + v] = (crowd){.size = 1, .ones = 1};
  }
  for (int32_t g = 0; g < m->n_groups; g++) {
    crowd *const c = &b->crowds[g];
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1]; k++) {
      int32_t *const of = &b->crowd_of[m->group_idx[k]];
      if (*of < m->n_groups) continue;
      *of = g;
      c->size++;
    }
    c->ones = m->group_k[g];
    c->is_exact = m->group_kind[g] != LEHR_GROUP_AT_MOST_ONE &&
                  c->size == m->group_ptr[g + 1] - m->group_ptr[g];
  }
}

static int by_crowd(const void *left, const void *right) {
  const cost *const a = left, *const b = right;
  if (a->crowd != b->crowd) return a->crowd < b->crowd ? -1 : 1;
  return (a->value > b->value) - (a->value < b->value);
}

/* The least sum of as many of the crowd's costs as may be; those that are not among the `count`
 * ascending ones are 0. */
static int64_t least_of(const crowd *c, const cost costs[], int64_t count) {
  int64_t sum = 0, left = c->ones, k = 0;
  for (; k < count && left > 0 && costs[k].value < 0; left--) sum += costs[k++].value;
  if (!c->is_exact) return sum;
  left -= c->size - count;
  for (; k < count && left > 0; left--) sum += costs[k++].value;
  return sum;
}

/* What v pays at least where it is 1. */
static int64_t find_cost(bounder *b, int32_t v) {
  const tn_network *const t = b->t;
  int64_t sum = 2 * t->h[v], count = 0;
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
    sum -= 2 * t->J[k];
    b->costs[count++] = (cost){.crowd = b->crowd_of[t->col[k]], .value = 2 * t->J[k]};
  }
  qsort(b->costs, (size_t)count, sizeof *b->costs, by_crowd);
  for (int64_t k = 0, end; k < count; k = end) {
    crowd c = b->crowds[b->costs[k].crowd];
    for (end = k; end < count && b->costs[end].crowd == b->costs[k].crowd;) end++;
    if (b->costs[k].crowd == b->crowd_of[v]) {
      c.size--;
      c.ones--;
    }
    sum += least_of(&c, b->costs + k, end - k);
  }
  return sum;
}

static int64_t add_up(bounder *b) {
  const lehr_model_view *const m = b->m;
  const tn_network *const t = b->t;
  int64_t sum = t->constant;
  for (int32_t v = 0; v < t->n; v++) {
    sum -= t->h[v];
    for (int64_t k = t->row[v]; k < t->row[v + 1] && t->col[k] < v; k++) sum += t->J[k];
    if (b->crowd_of[v] >= m->n_groups && b->pays[v] < 0) sum += b->pays[v];
  }
  for (int32_t g = 0; g < m->n_groups; g++) {
    int64_t count = 0;
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1]; k++) {
      const int32_t v = m->group_idx[k];
      if (b->crowd_of[v] == g) b->costs[count++] = (cost){.crowd = g, .value = b->pays[v]};
    }
    qsort(b->costs, (size_t)count, sizeof *b->costs, by_crowd);
    sum += least_of(&b->crowds[g], b->costs, count);
  }
  return sum;
}

/* All sums here are below eight times those of the network. */
static bool is_small(const tn_network *t) {
  double sum = fabs((double)t->constant);
  for (int32_t v = 0; v < t->n; v++) sum += fabs((double)t->h[v]);
  for (int64_t k = 0; k < t->row[t->n]; k++) sum += 0.5 * fabs((double)t->J[k]);
  return sum < 0x1p59;
}

lehr_status group_bound(const lehr_model_view *m, const tn_network *spins, int64_t *bound,
                        bool *is_there, lehr_error *err) {
  const size_t n = (size_t)m->n;
  bounder b = {.m = m,
               .t = spins,
               .crowd_of = memory_array(n, sizeof *b.crowd_of),
               .crowds = memory_array(n + (size_t)m->n_groups, sizeof *b.crowds),
               .costs = memory_array(n, sizeof *b.costs),
               .pays = memory_array(n, sizeof *b.pays)};
  const bool is_made = b.crowd_of && b.crowds && b.costs && b.pays;
  *is_there = is_made && is_small(spins);
  if (*is_there) {
    name_crowds(&b);
    for (int32_t v = 0; v < m->n; v++) b.pays[v] = find_cost(&b, v);
    *bound = add_up(&b);
  }
  free(b.crowd_of);
  free(b.crowds);
  free(b.costs);
  free(b.pays);
  return is_made ? LEHR_OK : error_memory(err, n * 48);
}
