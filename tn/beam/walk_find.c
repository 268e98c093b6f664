/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "tn/beam/walk.h"
#include "tn/order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 96, KINDS = 2 * SWEEP_TIES, TRIES = 8 };

/* An order, and what it is judged by. */
typedef struct candidate {
  int32_t *order; /* [n] */
  int32_t width;
  double sum;
} candidate;

typedef struct search {
  tn_graph g;
  int32_t most, count;
  candidate list[BEAM_WALKS]; /* the best first */
  int32_t *candidate;         /* [n] an order */
  int32_t *rank;              /* [2 n] */
} search;

static bool is_better(const candidate *a, const candidate *b) {
  return a->width != b->width ? a->width < b->width : a->sum < b->sum;
}

/* Place of the walk between the same ends, which is alike; -1 if there is none. */
static int32_t find_alike(const search *s) {
  const int32_t last = s->g.n - 1;
  for (int32_t k = 0; k < s->count; k++) {
    const int32_t *const order = s->list[k].order;
    if (order[0] == s->candidate[0] && order[last] == s->candidate[last]) return k;
  }
  return -1;
}

/* The order in s->candidate takes the place of one that is alike, or of the worst. */
static void enter(search *s, candidate new) {
  int32_t at = find_alike(s);
  if (at < 0 && s->count < s->most)
    at = s->count++;
  else if (!is_better(&new, &s->list[at < 0 ? s->count - 1 : at]))
    return;
  if (at < 0) at = s->count - 1;
  new.order = s->list[at].order;
  memcpy(new.order, s->candidate, (size_t)s->g.n * sizeof *new.order);
  for (; at > 0 && is_better(&new, &s->list[at - 1]); at--) s->list[at] = s->list[at - 1];
  s->list[at] = new;
}

/* Largest frontier and sum of the frontiers of the candidate. A variable joins the frontier when it
 * gets a value before its last neighbour, and leaves with that one: +1 and -1 on a line. */
static void judge(search *s) {
  const tn_graph g = s->g;
  int32_t *change = s->rank + g.n;
  for (int32_t k = 0; k < g.n; k++) {
    s->rank[s->candidate[k]] = k;
    change[k] = 0;
  }
  for (int32_t v = 0; v < g.n; v++) {
    int32_t last = s->rank[v];
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++)
      if (s->rank[g.col[k]] > last) last = s->rank[g.col[k]];
    change[s->rank[v]]++;
    change[last]--;
  }
  int32_t size = 0;
  candidate new = {0};
  for (int32_t k = 0; k < g.n; k++) {
    size += change[k];
    new.sum += size;
    if (size > new.width) new.width = size;
  }
  enter(s, new);
}

/* Forward, and backward: frontiers of the two differ. */
static void consider(search *s) {
  judge(s);
  for (int32_t a = 0, b = s->g.n - 1; a < b; a++, b--) {
    const int32_t v = s->candidate[a];
    s->candidate[a] = s->candidate[b];
    s->candidate[b] = v;
  }
  judge(s);
}

static lehr_status consider_levels(search *s, const int32_t time_index[], uint64_t seed,
                                   int32_t far_end, lehr_error *err) {
  int64_t work = 0;
  for (int32_t k = 0; k < s->g.n; k++) s->candidate[k] = k;
  consider(s);
  if (time_index) {
    LEHR_TRY(order_by_value(time_index, s->g.n, s->candidate, err));
    consider(s);
  }
  for (int by_degree = 0; by_degree < 2; by_degree++) {
    LEHR_TRY(order_breadth_first(s->g, far_end, by_degree != 0, s->candidate, err));
    consider(s);
  }
  LEHR_TRY(order_fiedler(s->g, seed, s->candidate, &work, err));
  consider(s);
  return LEHR_OK;
}

/* The far end, then of a few drawn variables the one with fewest neighbours. */
static int32_t root_of(const search *s, uint64_t seed, int32_t start, int32_t far_end) {
  const int64_t *row = s->g.row;
  int32_t best = far_end;
  for (uint32_t k = 0; start > 0 && k < TRIES; k++) {
    const uint32_t drawn = philox_at(seed, 2, (uint64_t)start * TRIES + k).v[0];
    const int32_t v = (int32_t)(drawn % (uint32_t)s->g.n);
    if (k == 0 || row[v + 1] - row[v] < row[best + 1] - row[best]) best = v;
  }
  return best;
}

static lehr_status consider_sweeps(search *s, uint64_t seed, int32_t far_end, lehr_error *err) {
  static const double MOST_WORK = 1e9;
  sweep *sw = sweep_create(s->g);
  if (!sw) return error_memory(err, (uint64_t)s->g.row[s->g.n] * 24);
  int64_t work = 0;
  for (int32_t k = 0; k < SWEEPS && (k < KINDS || (double)work < MOST_WORK); k++) {
    const sweep_rule rule = {.root = root_of(s, seed, k / KINDS, far_end),
                             .tie = (sweep_tie)(k % SWEEP_TIES),
                             .reaches = k % KINDS >= SWEEP_TIES,
                             .key = philox_subkey(seed, (uint64_t)k),
                             .give_up = s->g.n};
    if (sweep_run(sw, &rule, s->candidate, &work) >= 0) consider(s);
  }
  sweep_free(sw);
  return LEHR_OK;
}

static lehr_status search_all(search *s, const int32_t time_index[], uint64_t seed,
                              lehr_error *err) {
  const int32_t far_end = order_far_end(s->g, 0);
  if (far_end < 0) return error_memory(err, (uint64_t)s->g.n * 4);
  LEHR_TRY(consider_levels(s, time_index, seed, far_end, err));
  return s->g.n > 1 ? consider_sweeps(s, seed, far_end, err) : LEHR_OK;
}

/* Those that are little wider than the best. */
static lehr_status make_walks(const search *s, beam_walk_list *out, lehr_error *err) {
  enum { PART = 8 };
  const int32_t best = s->list[0].width;
  for (; out->count < s->count; out->count++) {
    const candidate *const next = &s->list[out->count];
    if (next->width > best + best / PART) break;
    LEHR_TRY(beam_walk_make(s->g, next->order, &out->walk[out->count], err));
  }
  return LEHR_OK;
}

lehr_status beam_walk_find(tn_graph g, const int32_t time_index[], uint64_t seed,
                           beam_walk_list *out, lehr_error *err) {
  const size_t n = (size_t)g.n, most = (size_t)out->most;
  search s = {.g = g, .most = out->most};
  *out = (beam_walk_list){.most = out->most};
  int32_t *const orders = memory_array(n, most * sizeof *orders);
  s.candidate = memory_array(n, sizeof *s.candidate);
  s.rank = memory_array(n, 2 * sizeof *s.rank);
  for (size_t k = 0; orders && k < most; k++) s.list[k].order = orders + k * n;
  lehr_status status = LEHR_OK;
  if (!orders || !s.candidate || !s.rank) status = error_memory(err, n * (most + 3) * 4);
  if (status == LEHR_OK && g.n > 0) status = search_all(&s, time_index, seed, err);
  if (g.n == 0) s.count = 1; /* the empty walk */
  if (status == LEHR_OK) status = make_walks(&s, out, err);
  if (status != LEHR_OK) beam_walks_free(out);
  free(orders);
  free(s.candidate);
  free(s.rank);
  return status;
}
