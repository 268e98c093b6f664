/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/partials.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

uint64_t partials_bytes(int32_t depth, int64_t words) {
  return 2 * sizeof(int64_t) + ((uint64_t)depth + (uint64_t)words) * sizeof(uint64_t);
}

bool partials_reserve(partials *p) {
  if (p->count < p->room) return true;
  const size_t room = (size_t)(p->room ? 2 * p->room : 64);
  const size_t depth = (size_t)p->depth, words = (size_t)p->words;
  const bool is_grown = memory_grow((void **)&p->bound, room, sizeof *p->bound) &&
                        memory_grow((void **)&p->excess, room, sizeof *p->excess) &&
                        memory_grow((void **)&p->index, room, depth * sizeof *p->index) &&
                        memory_grow((void **)&p->spins, room, words * sizeof *p->spins);
  if (is_grown) p->room = (int64_t)room;
  return is_grown;
}

static int compare(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static void move(partials *p, int64_t to, int64_t from) {
  if (to == from) return;
  p->bound[to] = p->bound[from];
  memcpy(p->index + to * p->depth, p->index + from * p->depth, (size_t)p->depth * sizeof *p->index);
  memcpy(p->spins + to * p->words, p->spins + from * p->words, (size_t)p->words * sizeof *p->spins);
}

bool partials_prune(partials *p) {
  if (p->count <= p->most) return true;
  int64_t *sorted = memory_copy(p->bound, (size_t)p->count, sizeof *sorted);
  if (!sorted) return false;
  qsort(sorted, (size_t)p->count, sizeof *sorted, compare);
  const int64_t last = sorted[p->most - 1];
  int64_t at_last = 0, kept = 0; /* how many of the last bound are kept */
  for (int64_t k = p->most; k-- > 0 && sorted[k] == last;) at_last++;
  free(sorted);
  for (int64_t k = 0; k < p->count; k++) {
    const int64_t bound = p->bound[k];
    if (bound < last || (bound == last && at_last-- > 0))
      move(p, kept++, k);
    else
      partials_leave_out(p, bound);
  }
  p->count = kept;
  if (last < p->limit) p->limit = last;
  return true;
}

void partials_free(partials *p) {
  free(p->bound);
  free(p->excess);
  free(p->index);
  free(p->spins);
  *p = (partials){0};
}
