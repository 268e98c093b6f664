/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/trail.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

bool trail_make(beam_trail *t, int32_t steps) {
  *t = (beam_trail){.steps = steps};
  t->parents = memory_array((size_t)steps, sizeof *t->parents);
  t->alive = memory_array((size_t)steps, sizeof *t->alive);
  t->losers = memory_array((size_t)steps, sizeof *t->losers);
  t->n_losers = memory_array((size_t)steps, sizeof *t->n_losers);
  return t->parents && t->alive && t->losers && t->n_losers;
}

void trail_free(beam_trail *t) {
  for (int32_t k = 0; k < t->steps; k++) {
    if (t->alive) free(t->alive[k]);
    if (t->losers) free(t->losers[k]);
  }
  free(t->parents);
  free(t->alive);
  free(t->losers);
  free(t->n_losers);
  *t = (beam_trail){0};
}

static int by_winner(const void *a, const void *b) {
  const beam_loser *x = a, *y = b;
  if (x->winner != y->winner) return x->winner < y->winner ? -1 : 1;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return (x->child > y->child) - (x->child < y->child);
}

/* Winners become numbers of states after the step; losers of discarded ones are left out. */
static int64_t number_winners(beam_level *l) {
  int64_t count = 0, before = 0, word = 0;
  for (int64_t k = 0; k < l->n_losers; k++) {
    beam_loser loser = l->losers[k];
    loser.winner = (int64_t)(l->place[loser.winner] & UINT32_MAX) - 1;
    loser.value -= l->child[loser.winner];
    if (is_alive(l, loser.winner)) l->losers[count++] = loser;
  }
  qsort(l->losers, (size_t)count, sizeof *l->losers, by_winner);
  for (int64_t k = 0; k < count; k++) {
    const int64_t winner = l->losers[k].winner;
    for (; word < winner / 64; word++) before += __builtin_popcountll(l->alive[word]);
    const uint64_t lower = (UINT64_C(1) << (winner % 64)) - 1;
    l->losers[k].winner = before + __builtin_popcountll(l->alive[word] & lower);
  }
  return count;
}

bool trail_note(beam_trail *t, int32_t step, beam_level *l) {
  t->parents[step] = l->count;
  t->alive[step] = memory_copy(l->alive, (size_t)(2 * l->count + 63) / 64, sizeof *l->alive);
  if (!t->alive[step]) return false;
  if (l->n_losers == 0) return true;
  t->n_losers[step] = number_winners(l);
  t->losers[step] = memory_copy(l->losers, (size_t)t->n_losers[step], sizeof *l->losers);
  return t->losers[step] != NULL;
}

/* The child that is number `state` among those that live. */
static int64_t child_of(const beam_trail *t, int32_t step, int64_t state) {
  const uint64_t *alive = t->alive[step];
  int64_t word = 0;
  for (int64_t here; state >= (here = __builtin_popcountll(alive[word])); word++) state -= here;
  uint64_t bits = alive[word];
  for (; state > 0; state--) bits &= bits - 1;
  return 64 * word + __builtin_ctzll(bits);
}

/* Where a way leaves the one that it was made from: after `step`, to `child` of that step. */
typedef struct turn {
  int64_t excess; /* of the whole way */
  int64_t child;
  int64_t way; /* that has the same later steps; -1 for the first */
  int32_t step;
} turn;

static bool is_before(const turn *a, const turn *b) {
  if (a->excess != b->excess) return a->excess < b->excess;
  if (a->way != b->way) return a->way < b->way;
  return a->step != b->step ? a->step > b->step : a->child < b->child;
}

/* A list of the best turns, ascending; no more are kept than ways are still wanted. */
typedef struct turns {
  turn *list;
  int64_t first, count, most;
} turns;

static void add_turn(turns *q, turn t) {
  if (q->count == q->most) {
    if (!is_before(&t, &q->list[q->count - 1])) return;
    q->count--;
  }
  int64_t at = q->count++;
  for (; at > q->first && is_before(&t, &q->list[at - 1]); at--) q->list[at] = q->list[at - 1];
  q->list[at] = t;
}

/* Losers against `state` after `step`, as turns of a way. */
static void add_losers(const beam_trail *t, turns *q, int32_t step, int64_t state, int64_t way,
                       int64_t excess) {
  int64_t low = 0, high = t->n_losers[step];
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (t->losers[step][middle].winner < state)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < t->n_losers[step] && t->losers[step][low].winner == state; low++) {
    const beam_loser *l = &t->losers[step][low];
    add_turn(q, (turn){.excess = excess + l->value, .child = l->child, .way = way, .step = step});
  }
}

/* Writes the steps of way number `number` from the turn on backwards. */
static void follow(const beam_trail *t, turns *q, turn from, int64_t number, uint8_t ways[]) {
  uint8_t *way = ways + number * t->steps;
  if (from.way >= 0) memcpy(way, ways + from.way * t->steps, (size_t)t->steps);
  int64_t child = from.child;
  for (int32_t step = from.step;; step--) {
    way[step] = child & 1;
    if (step == 0) return;
    const int64_t state = child / 2;
    add_losers(t, q, step - 1, state, number, from.excess);
    child = child_of(t, step - 1, state);
  }
}

int64_t trail_ways(const beam_trail *t, int64_t most, uint8_t ways[]) {
  turns q = {.list = memory_array((size_t)most, sizeof *q.list), .most = most};
  if (!q.list) return -1;
  if (t->steps == 0) {
    free(q.list);
    return 1;
  }
  const int32_t last = t->steps - 1;
  add_turn(&q, (turn){.child = child_of(t, last, 0), .way = -1, .step = last});
  add_losers(t, &q, last, 0, -1, 0);
  int64_t count = 0;
  for (; q.first < q.count; count++) follow(t, &q, q.list[q.first++], count, ways);
  free(q.list);
  return count;
}
