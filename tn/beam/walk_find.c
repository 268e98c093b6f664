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

typedef struct search {
  tn_graph g;
  int32_t *candidate, *best; /* [n] orders */
  int32_t *rank;             /* [n] */
  int32_t width;             /* of the best */
  double sum;
} search;

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
  int32_t size = 0, width = 0;
  double sum = 0;
  for (int32_t k = 0; k < g.n; k++) {
    size += change[k];
    sum += size;
    if (size > width) width = size;
  }
  if (s->width >= 0 && (width > s->width || (width == s->width && sum >= s->sum))) return;
  s->width = width;
  s->sum = sum;
  memcpy(s->best, s->candidate, (size_t)g.n * sizeof *s->best);
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

lehr_status beam_walk_find(tn_graph g, const int32_t time_index[], uint64_t seed, beam_walk *out,
                           lehr_error *err) {
  const size_t n = (size_t)g.n;
  search s = {.g = g, .width = -1};
  *out = (beam_walk){0};
  s.candidate = memory_array(n, sizeof *s.candidate);
  s.best = memory_array(n, sizeof *s.best);
  s.rank = memory_array(n, 2 * sizeof *s.rank);
  const int32_t far_end = g.n > 0 ? order_far_end(g, 0) : 0;
  lehr_status status = LEHR_OK;
  if (!s.candidate || !s.best || !s.rank || far_end < 0) status = error_memory(err, n * 16);
  if (status == LEHR_OK && g.n > 0) status = consider_levels(&s, time_index, seed, far_end, err);
  if (status == LEHR_OK && g.n > 1) status = consider_sweeps(&s, seed, far_end, err);
  if (status == LEHR_OK) status = beam_walk_make(g, s.best, out, err);
  free(s.candidate);
  free(s.best);
  free(s.rank);
  return status;
}
