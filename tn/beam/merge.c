/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/level.h"

#include <string.h>

static bool is_worse(const beam_loser *a, const beam_loser *b) {
  return a->value != b->value ? a->value > b->value : a->child > b->child;
}

/* Keeps the `spares` best losers: a heap with the worst on top. */
static void note_loser(beam_level *l, beam_loser loser) {
  beam_loser *heap = l->losers;
  int64_t at = 0;
  if (l->n_losers < l->spares) {
    at = l->n_losers++;
    for (int64_t up; at > 0 && is_worse(&loser, &heap[up = (at - 1) / 2]); at = up)
      heap[at] = heap[up];
    heap[at] = loser;
    return;
  }
  if (l->spares == 0 || is_worse(&loser, &heap[0])) return;
  for (;;) {
    int64_t down = 2 * at + 1;
    if (down >= l->n_losers) break;
    if (down + 1 < l->n_losers && is_worse(&heap[down + 1], &heap[down])) down++;
    if (!is_worse(&heap[down], &loser)) break;
    heap[at] = heap[down];
    at = down;
  }
  heap[at] = loser;
}

static bool is_same(const beam_level *l, int64_t a, int64_t b) {
  if (l->slot >= 0 && ((a ^ b) & 1)) return false;
  const uint64_t *x = l->keys + a / 2 * l->words, *y = l->keys + b / 2 * l->words;
  uint64_t difference = 0;
  for (int32_t w = 0; w < l->words; w++) difference |= (x[w] ^ y[w]) & l->mask[w];
  return difference == 0;
}

/* Puts the child into its place, or decides between it and the one that is there. */
static void meet(beam_level *l, int64_t child) {
  static const uint64_t UPPER = UINT64_C(0xFFFFFFFF) << 32;
  const uint64_t hash = child_hash(l, child);
  uint64_t at = hash & (l->places - 1);
  for (; l->place[at] != 0; at = (at + 1) & (l->places - 1)) {
    const int64_t other = (int64_t)(l->place[at] & ~UPPER) - 1;
    if ((l->place[at] ^ hash) & UPPER || !is_same(l, child, other)) continue;
    const bool is_better = l->child[child] < l->child[other];
    const int64_t loser = is_better ? other : child;
    kill_child(l, loser);
    note_loser(l, (beam_loser){l->child[loser], loser, (int64_t)at});
    if (is_better) l->place[at] = (hash & UPPER) | (uint64_t)(child + 1);
    return;
  }
  l->place[at] = (hash & UPPER) | (uint64_t)(child + 1);
}

bool level_merge(beam_level *l, const tn_guard *guard) {
  while (l->places > 64 && (int64_t)l->places > 8 * l->count) l->places /= 2;
  memset(l->place, 0, l->places * sizeof *l->place);
  for (int64_t child = 0; child < 2 * l->count; child++) {
    if (child % BEAM_BLOCK == 0 && guard_should_stop(guard)) return false;
    if (is_alive(l, child)) meet(l, child);
  }
  return true;
}
