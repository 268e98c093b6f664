/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/gather.h"

#include "tn/minplus/pass.h"

#include <string.h>

static void add_exchange(mp_gather *g, int lane, int slot) {
  g->exchange[g->n_exchanges++] =
      (struct gather_exchange){.lane = (uint8_t)lane, .slot = (uint8_t)slot};
}

/* What lane `first` holds goes to lane goal[first], what that one holds to the next, until
 * something goes to the slot above the lanes by which all of them are moved. */
static void move_along(mp_gather *g, const int goal[], int first, int slot, bool is_moved[]) {
  int lane = first;
  do {
    add_exchange(g, lane, slot);
    is_moved[lane] = true;
    lane = goal[lane];
  } while (lane < g->lanes && lane != first);
  if (lane == first) add_exchange(g, lane, slot);
}

/* holds[p]: the place in the block at which what is at place p at first has to arrive. What comes
 * into the lanes begins where what leaves them for it goes to. */
static void choose_exchanges(mp_gather *g, const gather_slots *slots, int holds[]) {
  int *const goal = holds;
  bool is_moved[GATHER_MOST_LANES] = {false}, comes_from_lane[GATHER_MOST_LANES] = {false};
  for (int p = 0; p < g->bits; p++) holds[p] = p;
  for (int lane = 0; lane < g->lanes; lane++) {
    goal[lane] = slot_rank(slots->block, slots->map[lane]);
    if (goal[lane] < g->lanes) comes_from_lane[goal[lane]] = true;
  }
  for (int lane = 0; lane < g->lanes; lane++) {
    if (comes_from_lane[lane]) continue;
    int last = lane;
    while (goal[last] < g->lanes) last = goal[last];
    move_along(g, goal, lane, goal[last], is_moved);
    holds[goal[last]] = lane;
  }
  for (int lane = 0; lane < g->lanes; lane++)
    if (!is_moved[lane] && goal[lane] != lane) move_along(g, goal, lane, g->lanes, is_moved);
}

void gather_make(mp_gather *g, mp_type type, const mp_kernels *kernels, const gather_slots *slots) {
  int holds[GATHER_MOST_BITS], slot[GATHER_MOST_BITS], place[GATHER_MOST_BITS];
  int64_t step[GATHER_MOST_BITS];
  uint64_t rest = slots->block;
  g->kernels = kernels;
  g->bytes = mp_types[type].bytes;
  g->lanes = mp_types[type].lane_bits;
  g->bits = __builtin_popcountll(slots->block);
  const int bits = g->bits - g->lanes;
  for (int p = 0; p < g->bits; p++, rest &= rest - 1) slot[p] = __builtin_ctzll(rest);
  choose_exchanges(g, slots, holds);
  for (int bit = 0; bit < bits; bit++) { /* by ascending steps */
    const int64_t here = slots->step[slot[holds[g->lanes + bit]]];
    int at = bit;
    for (; at > 0 && step[at - 1] > here; at--) {
      step[at] = step[at - 1];
      place[at] = place[at - 1];
    }
    step[at] = here;
    place[at] = bit;
  }
  for (int bit = 0; bit < bits; bit++) {
    const bool is_low = bit < GATHER_HALF_BITS;
    int64_t *const from = is_low ? g->low_from : g->high_from;
    int32_t *const to = is_low ? g->low_to : g->high_to;
    for (int i = 0; i < 1 << GATHER_HALF_BITS; i++) {
      if (!(i >> (bit % GATHER_HALF_BITS) & 1)) continue;
      from[i] += step[bit];
      to[i] += 1 << place[bit];
    }
  }
}

void gather_block(const mp_gather *g, const char *from, char *block) {
  enum { AHEAD = 24, BITS = GATHER_HALF_BITS, HALF = (1 << BITS) - 1 };
  const int64_t count = (int64_t)1 << (g->bits - g->lanes);
  for (int64_t i = 0; i < count; i++) {
    const int64_t ahead = i + AHEAD < count ? i + AHEAD : i;
    __builtin_prefetch(from + (g->low_from[ahead & HALF] + g->high_from[ahead >> BITS]) * g->bytes);
    memcpy(block + (int64_t)(g->low_to[i & HALF] + g->high_to[i >> BITS]) * MP_GRANULE,
           from + (g->low_from[i & HALF] + g->high_from[i >> BITS]) * g->bytes, MP_GRANULE);
  }
  for (int k = 0; k < g->n_exchanges; k++)
    g->kernels->exchange(block, (int64_t)1 << g->bits, g->exchange[k].lane, g->exchange[k].slot);
}
