/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/join.h"

#include "tn/minplus/pass.h"

#include <omp.h>
#include <stdatomic.h>
#include <string.h>

/* Blocks are gathered from rows of `from` and added to rows of `to`, of 2^row_bits entries both:
 * 512 bytes at least, since shorter ones are far slower to come by. A block is in the second cache.
 */
enum { MOST_ROW_BITS = 9, MOST_BLOCK_BITS = 2 * MOST_ROW_BITS, HALF_BITS = 8, LONG_ROW = 4096 };

static int row_bits_of(mp_type type) { return mp_types[type].bytes <= 2 ? 9 : 8; }

/* Rows of both tables that agree from so many slots on are added where they are. */
enum { ALIGNED_BITS = 6, CHUNK_BITS = 16, MOST_ROWS = 1 << (CHUNK_BITS - ALIGNED_BITS) };

/* Exchanges of a slot within granules with one above them. */
typedef struct exchange {
  uint8_t lane, slot;
} exchange;

enum { MOST_LANES = 6, MOST_EXCHANGES = 2 * MOST_LANES };

/* Slots are in another order in `from`: blocks are gathered in the cache, granule by granule so
 * that slots above the lanes are where they shall be, and lanes are brought to their places by
 * exchanges. Slots that `from` does not have stand still in it: their step is 0. */
typedef struct joiner {
  const mp_join *j;
  int bytes, lanes;
  const char *from;
  int from_width;
  uint8_t map[TN_MOST_SLOTS];
  uint64_t to_slots; /* in a block */
  int to_bits;       /* how many */
  int to_row;        /* log2 of contiguous entries */
  int64_t step[64];  /* of the index of `from`, by slot of `to`; 0: it has none */
  int n_exchanges;
  exchange exchanges[MOST_EXCHANGES];
  /* Granules of a block in the order in which they lie in `from`, by lower and upper bits of their
   * number: where they are there, and which they are in the block. */
  int64_t low_from[1 << HALF_BITS], high_from[1 << HALF_BITS];
  int32_t low_to[1 << HALF_BITS], high_to[1 << HALF_BITS];
  int aligned;              /* low slots that are the same in both; 0: fewer than ALIGNED_BITS */
  int64_t place[MOST_ROWS]; /* in `from` of the aligned rows of a block */
  _Alignas(MP_GRANULE) char padded[MP_GRANULE]; /* `from`, if it is less than a granule */
} joiner;

static int trailing_ones(uint64_t slots) { return slots + 1 == 0 ? 64 : __builtin_ctzll(~slots); }

static void choose_slots(joiner *r) {
  const mp_join *const j = r->j;
  const int row_bits = row_bits_of(j->type);
  const int most = j->to_width < 2 * row_bits ? j->to_width : 2 * row_bits;
  const int row = j->to_width < row_bits ? j->to_width : row_bits;
  r->to_slots = ((uint64_t)1 << row) - 1;
  for (int k = 0; k < r->from_width && k < row_bits; k++) r->to_slots |= (uint64_t)1 << r->map[k];
  for (int s = row; __builtin_popcountll(r->to_slots) < most; s++) r->to_slots |= (uint64_t)1 << s;
  r->to_bits = __builtin_popcountll(r->to_slots);
  r->to_row = trailing_ones(r->to_slots);
}

static void add_exchange(joiner *r, int lane, int slot) {
  r->exchanges[r->n_exchanges++] = (exchange){(uint8_t)lane, (uint8_t)slot};
}

/* What lane `first` holds goes to lane goal[first], what that one holds to the next, until
 * something goes to the slot above the lanes by which all of them are moved. */
static void move_along(joiner *r, const int goal[], int first, int slot, bool is_moved[]) {
  int lane = first;
  do {
    add_exchange(r, lane, slot);
    is_moved[lane] = true;
    lane = goal[lane];
  } while (lane < r->lanes && lane != first);
  if (lane == first) add_exchange(r, lane, slot);
}

/* holds[p]: the place in the block of `to` at which what is at place p at first has to arrive. What
 * comes into the lanes begins where what leaves them for it goes to. */
static void choose_exchanges(joiner *r, int holds[]) {
  int *const goal = holds;
  bool is_moved[MOST_LANES] = {false}, comes_from_lane[MOST_LANES] = {false};
  for (int p = 0; p < r->to_bits; p++) holds[p] = p;
  for (int lane = 0; lane < r->lanes; lane++) {
    goal[lane] = slot_rank(r->to_slots, r->map[lane]);
    if (goal[lane] < r->lanes) comes_from_lane[goal[lane]] = true;
  }
  for (int lane = 0; lane < r->lanes; lane++) {
    if (comes_from_lane[lane]) continue;
    int last = lane;
    while (goal[last] < r->lanes) last = goal[last];
    move_along(r, goal, lane, goal[last], is_moved);
    holds[goal[last]] = lane;
  }
  for (int lane = 0; lane < r->lanes; lane++)
    if (!is_moved[lane] && goal[lane] != lane) move_along(r, goal, lane, r->lanes, is_moved);
}

static void fill_places(joiner *r) {
  int holds[MOST_BLOCK_BITS], slot[MOST_BLOCK_BITS], place[MOST_BLOCK_BITS];
  int64_t step[MOST_BLOCK_BITS];
  uint64_t rest = r->to_slots;
  const int bits = r->to_bits - r->lanes;
  for (int p = 0; p < r->to_bits; p++, rest &= rest - 1) slot[p] = __builtin_ctzll(rest);
  choose_exchanges(r, holds);
  for (int bit = 0; bit < bits; bit++) { /* by ascending steps */
    const int64_t here = r->step[slot[holds[r->lanes + bit]]];
    int at = bit;
    for (; at > 0 && step[at - 1] > here; at--) {
      step[at] = step[at - 1];
      place[at] = place[at - 1];
    }
    step[at] = here;
    place[at] = bit;
  }
  for (int bit = 0; bit < bits; bit++) {
    const bool is_low = bit < HALF_BITS;
    int64_t *const from = is_low ? r->low_from : r->high_from;
    int32_t *const to = is_low ? r->low_to : r->high_to;
    for (int i = 0; i < 1 << HALF_BITS; i++) {
      if (!(i >> (bit % HALF_BITS) & 1)) continue;
      from[i] += step[bit];
      to[i] += 1 << place[bit];
    }
  }
}

static int64_t place_in_from(const joiner *r, int64_t s) {
  int64_t at = 0;
  for (; s != 0; s &= s - 1) at += r->step[__builtin_ctzll((uint64_t)s)];
  return at;
}

/* Blocks are contiguous where their rows are aligned. */
static void align(joiner *r) {
  const mp_join *const j = r->j;
  const int most = j->to_width < CHUNK_BITS ? j->to_width : CHUNK_BITS;
  int same = 0;
  while (same < most && same < r->from_width && r->map[same] == same) same++;
  if (same < ALIGNED_BITS || same < mp_types[j->type].lane_bits) return;
  r->aligned = same;
  r->to_bits = most;
  r->to_slots = ((uint64_t)1 << most) - 1;
  for (int64_t i = 0; i < (int64_t)1 << (most - same); i++)
    r->place[i] = place_in_from(r, i << same);
}

/* Less than a granule is repeated until it is one; the repetitions count as slots that `from` has.
 */
static void pad(joiner *r) {
  const size_t bytes = (size_t)r->bytes << r->from_width;
  uint64_t used = 0;
  for (int k = 0; k < r->from_width; k++) used |= (uint64_t)1 << r->map[k];
  for (size_t at = 0; at < MP_GRANULE; at += bytes) memcpy(r->padded + at, r->from, bytes);
  for (; r->from_width < r->lanes; r->from_width++) {
    const int slot = trailing_ones(used);
    used |= (uint64_t)1 << slot;
    r->map[r->from_width] = (uint8_t)slot;
  }
  r->from = r->padded;
}

static void joiner_make(joiner *r, const mp_join *j) {
  *r = (joiner){.j = j,
                .bytes = mp_types[j->type].bytes,
                .lanes = mp_types[j->type].lane_bits,
                .from = j->from,
                .from_width = j->from_width};
  memcpy(r->map, j->map, (size_t)j->from_width);
  if (j->to_width > r->lanes && r->from_width < r->lanes) pad(r);
  for (int k = 0; k < r->from_width; k++) r->step[r->map[k]] = (int64_t)1 << k;
  align(r);
  if (r->aligned > 0 || j->to_width <= r->lanes) return;
  choose_slots(r);
  fill_places(r);
}

static int64_t join_aligned(const joiner *r, int64_t number) {
  const int64_t base = number << r->to_bits, row = (int64_t)1 << r->aligned;
  const char *const from = r->from + place_in_from(r, base) * r->bytes;
  char *const to = (char *)r->j->to + base * r->bytes;
  mp_ends ends = {0};
  for (int64_t i = 0; i < (int64_t)1 << (r->to_bits - r->aligned); i++)
    r->j->kernels->add(to + i * row * r->bytes, from + r->place[i] * r->bytes, row, &ends);
  return r->j->kernels->span(&ends).least;
}

/* A block of `from`, which begins there. */
static void gather(const joiner *r, const char *from, char *block) {
  enum { AHEAD = 24, HALF = (1 << HALF_BITS) - 1 };
  const int64_t count = (int64_t)1 << (r->to_bits - r->lanes);
  for (int64_t i = 0; i < count; i++) {
    const int64_t ahead = i + AHEAD < count ? i + AHEAD : i;
    __builtin_prefetch(from +
                       (r->low_from[ahead & HALF] + r->high_from[ahead >> HALF_BITS]) * r->bytes);
    memcpy(block + (int64_t)(r->low_to[i & HALF] + r->high_to[i >> HALF_BITS]) * MP_GRANULE,
           from + (r->low_from[i & HALF] + r->high_from[i >> HALF_BITS]) * r->bytes, MP_GRANULE);
  }
}

/* The machine does not foresee the next row. */
static void fetch_row(const char *row, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += MP_GRANULE) __builtin_prefetch(row + at, 1);
}

/* block[] has room for one. */
static int64_t join_block(const joiner *r, int64_t number, char *block) {
  const uint64_t all = ((uint64_t)1 << r->j->to_width) - 1;
  const int64_t to_base = spread_bits(number, all & ~r->to_slots);
  char *const to = (char *)r->j->to + to_base * r->bytes;
  const uint64_t to_high = r->to_slots >> r->to_row << r->to_row;
  const int64_t row_bytes = (int64_t)r->bytes << r->to_row;
  mp_ends ends = {0};
  gather(r, r->from + place_in_from(r, to_base) * r->bytes, block);
  for (int k = 0; k < r->n_exchanges; k++)
    r->j->kernels->exchange(block, (int64_t)1 << r->to_bits, r->exchanges[k].lane,
                            r->exchanges[k].slot);
  const int64_t rows = (int64_t)1 << (r->to_bits - r->to_row);
  for (int64_t i = 0; i < rows; i++) {
    if (i + 2 < rows && row_bytes <= LONG_ROW)
      fetch_row(to + spread_bits(i + 2, to_high) * r->bytes, row_bytes);
    r->j->kernels->add(to + spread_bits(i, to_high) * r->bytes, block + i * row_bytes,
                       (int64_t)1 << r->to_row, &ends);
  }
  return r->j->kernels->span(&ends).least;
}

/* At most a granule: repeated until it is one, so that the minimum is that of the entries. */
static int64_t join_tiny(const joiner *r) {
  _Alignas(MP_GRANULE) char sum[MP_GRANULE], more[MP_GRANULE];
  const int64_t count = (int64_t)1 << r->j->to_width, lanes = (int64_t)1 << r->lanes;
  const size_t bytes = (size_t)r->bytes;
  for (int64_t i = 0; i < lanes; i++) {
    const int64_t entry = i & (count - 1);
    memcpy(sum + (size_t)i * bytes, (const char *)r->j->to + (size_t)entry * bytes, bytes);
    memcpy(more + (size_t)i * bytes, r->from + (size_t)place_in_from(r, entry) * bytes, bytes);
  }
  mp_ends ends = {0};
  r->j->kernels->add(sum, more, lanes, &ends);
  memcpy(r->j->to, sum, (size_t)count * bytes);
  return r->j->kernels->span(&ends).least;
}

uint64_t join_room_bytes(mp_type type) {
  return (uint64_t)mp_types[type].bytes << (2 * row_bits_of(type));
}

bool join_tables(const mp_join *j, const tn_guard *guard, int64_t *least) {
  joiner r;
  joiner_make(&r, j);
  if (r.aligned == 0 && j->to_width <= r.lanes) {
    *least = join_tiny(&r);
    return true;
  }
  const int64_t blocks = (int64_t)1 << (j->to_width - r.to_bits);
  atomic_bool is_stopped = false;
  int64_t lowest = INT64_MAX;
#pragma omp parallel for schedule(static) reduction(min                                            \
                                                    : lowest)                                      \
    num_threads(guard->threads) if (blocks > 1 && guard->threads > 1)
  for (int64_t b = 0; b < blocks; b++) {
    char *const room = j->room + (uint64_t)omp_get_thread_num() * join_room_bytes(j->type);
    if (atomic_load_explicit(&is_stopped, memory_order_relaxed)) continue;
    const int64_t here = r.aligned > 0 ? join_aligned(&r, b) : join_block(&r, b, room);
    if (here < lowest) lowest = here;
    if (guard_should_stop(guard)) atomic_store(&is_stopped, true);
  }
  *least = lowest;
  return !is_stopped;
}
