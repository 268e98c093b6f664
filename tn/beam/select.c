/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/level.h"

static void exchange(int64_t list[], int64_t a, int64_t b) {
  const int64_t kept = list[a];
  list[a] = list[b];
  list[b] = kept;
}

static int64_t median(const int64_t list[], int64_t a, int64_t b, int64_t c) {
  const int64_t x = list[a], y = list[b], z = list[c];
  if (x < y) return y < z ? y : x < z ? z : x;
  return x < z ? x : y < z ? z : y;
}

/* The value that is number `k` when the list is sorted (Hoare 1961, parted three ways because
 * values repeat). */
static int64_t nth(int64_t list[], int64_t count, int64_t k) {
  int64_t low = 0, high = count;
  for (;;) {
    const int64_t pivot = median(list, low, low + (high - low) / 2, high - 1);
    int64_t less = low, more = high;
    for (int64_t i = low; i < more;) {
      if (list[i] < pivot)
        exchange(list, less++, i++);
      else if (list[i] > pivot)
        exchange(list, i, --more);
      else
        i++;
    }
    if (k < less)
      high = less;
    else if (k >= more)
      low = more;
    else
      return pivot;
  }
}

/* Ranks of the living children, or hashes of those that have rank `only`. */
static int64_t gather(const beam_level *l, bool of_ties, int64_t only) {
  int64_t count = 0;
  for (int64_t child = 0; child < 2 * l->count; child++) {
    if (!is_alive(l, child) || (of_ties && l->rank[child] != only)) continue;
    l->scratch[count++] = of_ties ? (int64_t)(child_hash(l, child) >> 1) : l->rank[child];
  }
  return count;
}

int64_t level_select(beam_level *l, int64_t *discarded) {
  const int64_t count = gather(l, false, 0);
  if (count <= l->most) return count;
  const int64_t last = nth(l->scratch, count, l->most - 1);
  int64_t below = 0, kept = 0;
  for (int64_t k = 0; k < count; k++) below += l->scratch[k] < last;
  const int64_t ties = gather(l, true, last);
  const int64_t last_tie = nth(l->scratch, ties, l->most - below - 1);
  for (int64_t child = 0; child < 2 * l->count; child++) {
    if (!is_alive(l, child)) continue;
    const int64_t rank = l->rank[child];
    const bool stays = rank < last || (rank == last && kept < l->most - below &&
                                       (int64_t)(child_hash(l, child) >> 1) <= last_tie);
    kept += stays && rank == last;
    if (stays) continue;
    kill_child(l, child);
    if (rank < *discarded) *discarded = rank;
  }
  return below + kept;
}
