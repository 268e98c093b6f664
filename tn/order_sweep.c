/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/philox.h"
#include "tn/order.h"

#include <stdlib.h>

/* A candidate with the rank it had when it was put on the heap; stale ones are skipped. */
typedef struct candidate {
  int32_t level, growth, tie, variable;
} candidate;

struct sweep {
  tn_graph g;
  const int32_t *level, *start; /* the rule's */
  int32_t *fresh;               /* [n] neighbours that are neither gone nor in the frontier */
  int32_t *tie;                 /* [n] smaller leaves first */
  uint8_t *state;               /* [n] */
  candidate *heap;              /* grows */
  int64_t count, room;
  int32_t frontier, clock;
};

enum { UNSEEN, SEEN, FRONTIER, GONE };

sweep *sweep_create(tn_graph g) {
  sweep *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  const size_t n = (size_t)g.n;
  s->g = g;
  s->room = 4 * (int64_t)g.n + 2 * g.row[g.n] + 64;
  s->fresh = memory_array(n, sizeof *s->fresh);
  s->tie = memory_array(n, sizeof *s->tie);
  s->state = memory_array(n, sizeof *s->state);
  s->heap = memory_array((size_t)s->room, sizeof *s->heap);
  if (s->fresh && s->tie && s->state && s->heap) return s;
  sweep_free(s);
  return NULL;
}

void sweep_free(sweep *s) {
  if (!s) return;
  free(s->fresh);
  free(s->tie);
  free(s->state);
  free(s->heap);
  free(s);
}

static bool is_before(const candidate *a, const candidate *b) {
  if (a->level != b->level) return a->level < b->level;
  if (a->growth != b->growth) return a->growth < b->growth;
  if (a->tie != b->tie) return a->tie < b->tie;
  return a->variable < b->variable;
}

static int32_t growth_of(const sweep *s, int32_t v) {
  return s->fresh[v] - (s->state[v] == FRONTIER);
}

/* Every variable is put here at most once per state and once per neighbour that comes in, which is
 * what there is room for. */
static void put(sweep *s, int32_t v) {
  const candidate c = {.level = s->level ? s->level[v] : 0,
                       .growth = growth_of(s, v),
                       .tie = s->tie[v],
                       .variable = v};
  int64_t at = s->count++;
  for (int64_t up; at > 0 && is_before(&c, &s->heap[up = (at - 1) / 2]); at = up)
    s->heap[at] = s->heap[up];
  s->heap[at] = c;
}

static candidate take(sweep *s) {
  const candidate first = s->heap[0], last = s->heap[--s->count];
  int64_t at = 0;
  for (;;) {
    int64_t down = 2 * at + 1;
    if (down >= s->count) break;
    if (down + 1 < s->count && is_before(&s->heap[down + 1], &s->heap[down])) down++;
    if (!is_before(&s->heap[down], &last)) break;
    s->heap[at] = s->heap[down];
    at = down;
  }
  s->heap[at] = last;
  return first;
}

static int32_t new_tie(sweep *s, const sweep_rule *r, int32_t v) {
  s->clock++;
  if (r->tie == SWEEP_OLDEST) return s->clock;
  if (r->tie == SWEEP_NEWEST) return -s->clock;
  return (int32_t)(philox_at(r->key, 0, (uint64_t)v).v[0] >> 1);
}

/* v is neither gone nor in the frontier and gets into one of them. */
static void come_in(sweep *s, const sweep_rule *r, int32_t v, uint8_t state) {
  if (s->state[v] == UNSEEN) s->tie[v] = new_tie(s, r, v);
  s->state[v] = state;
  if (state == FRONTIER) {
    s->frontier++;
    put(s, v);
  }
  for (int64_t k = s->g.row[v]; k < s->g.row[v + 1]; k++) {
    const int32_t u = s->g.col[k];
    s->fresh[u]--;
    if (s->state[u] == GONE) continue;
    if (s->state[u] == UNSEEN && r->reaches && state == FRONTIER) {
      s->state[u] = SEEN;
      s->tie[u] = new_tie(s, r, u);
    }
    if (s->state[u] != UNSEEN) put(s, u);
  }
}

/* v leaves; its neighbours are the frontier's from now on. */
static void leave(sweep *s, const sweep_rule *r, int32_t v) {
  if (s->state[v] == FRONTIER) {
    s->frontier--;
    s->state[v] = GONE;
  } else {
    come_in(s, r, v, GONE);
  }
  for (int64_t k = s->g.row[v]; k < s->g.row[v + 1]; k++) {
    const int32_t u = s->g.col[k];
    if (s->state[u] < FRONTIER) come_in(s, r, u, FRONTIER);
  }
}

/* The first that is left: where the next component or level begins. */
static int32_t first_left(const sweep *s, int32_t *next) {
  for (;; ++*next) {
    const int32_t v = s->start ? s->start[*next] : *next;
    if (s->state[v] != GONE) return v;
  }
}

/* The next to leave: the best candidate of the lowest level there is, or the first of that. */
static int32_t choose(sweep *s, int32_t *next) {
  const int32_t first = first_left(s, next);
  while (s->count > 0) {
    if (s->level && s->heap[0].level > s->level[first]) break;
    const candidate c = take(s);
    if (s->state[c.variable] != GONE && c.growth == growth_of(s, c.variable)) return c.variable;
  }
  return first;
}

int32_t sweep_run(sweep *s, const sweep_rule *rule, int32_t order[], int64_t *work) {
  const tn_graph g = s->g;
  for (int32_t v = 0; v < g.n; v++) {
    s->fresh[v] = (int32_t)(g.row[v + 1] - g.row[v]);
    s->state[v] = UNSEEN;
  }
  s->level = rule->level;
  s->start = rule->start;
  s->count = s->frontier = s->clock = 0;
  int32_t largest = 0, next = 0;
  int64_t steps = 0;
  for (int32_t k = 0; k < g.n; k++) {
    const bool is_rooted = k == 0 && !rule->level;
    const int32_t v = k < rule->kept ? order[k] : is_rooted ? rule->root : choose(s, &next);
    leave(s, rule, v);
    order[k] = v;
    steps += 20 + 20 * (g.row[v + 1] - g.row[v]);
    if (s->frontier > largest) largest = s->frontier;
    if (largest > rule->give_up) break;
  }
  *work += steps;
  return largest > rule->give_up ? -1 : largest;
}
