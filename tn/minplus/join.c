/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/join.h"

#include "tn/minplus/pass.h"

#include <omp.h>
#include <stdatomic.h>
#include <string.h>

/* Blocks have 2^BLOCK_BITS entries of `to`, in rows of at least 2^ROW_BITS of both tables. */
enum { ROW_BITS = 8, BLOCK_BITS = 16, HALF_BITS = 8 };

/* Rows of both tables that agree from so many slots on are added where they are. */
enum { ALIGNED_BITS = 6, MOST_ROWS = 1 << (BLOCK_BITS - ALIGNED_BITS) };

/* Slots are in another order in `from`: blocks are gathered in the cache, from rows of `from`. */
typedef struct joiner {
  const mp_join *j;
  int bytes;
  uint64_t to_slots, from_slots; /* in a block */
  int to_bits, from_bits;        /* how many */
  int to_row, from_row;          /* log2 of contiguous entries */
  int64_t step[64];              /* of the index of `from`, by slot of `to`; 0: it has none */
  uint32_t low[1 << HALF_BITS], high[1 << HALF_BITS]; /* place in the block of `from`, by the lower
                                                         and upper bits of that of `to` */
  int aligned;              /* low slots that are the same in both; 0: fewer than ALIGNED_BITS */
  int64_t place[MOST_ROWS]; /* in `from` of the aligned rows of a block */
} joiner;

static int trailing_ones(uint64_t slots) { return slots + 1 == 0 ? 64 : __builtin_ctzll(~slots); }

static void choose_slots(joiner *r) {
  const mp_join *const j = r->j;
  const int most = j->to_width < BLOCK_BITS ? j->to_width : BLOCK_BITS;
  const int row = j->to_width < ROW_BITS ? j->to_width : ROW_BITS;
  r->to_slots = ((uint64_t)1 << row) - 1;
  for (int k = 0; k < j->from_width && k < ROW_BITS; k++) r->to_slots |= (uint64_t)1 << j->map[k];
  for (int s = row; __builtin_popcountll(r->to_slots) < most; s++) r->to_slots |= (uint64_t)1 << s;
  for (int k = 0; k < j->from_width; k++)
    if (r->to_slots >> j->map[k] & 1) r->from_slots |= (uint64_t)1 << k;
  r->to_bits = __builtin_popcountll(r->to_slots);
  r->from_bits = __builtin_popcountll(r->from_slots);
  r->to_row = trailing_ones(r->to_slots);
  r->from_row = trailing_ones(r->from_slots);
}

/* How far a bit of the place in the block of `to` goes in that of `from`. */
static void fill_places(joiner *r) {
  uint32_t far[BLOCK_BITS] = {0};
  for (int k = 0; k < r->j->from_width; k++)
    if (r->from_slots >> k & 1)
      far[slot_rank(r->to_slots, r->j->map[k])] = (uint32_t)1 << slot_rank(r->from_slots, k);
  for (int bit = 0; bit < HALF_BITS; bit++)
    for (int i = 0; i < 1 << HALF_BITS; i++) {
      if ((i >> bit & 1) == 0) continue;
      r->low[i] += far[bit];
      r->high[i] += far[HALF_BITS + bit];
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
  const int most = j->to_width < BLOCK_BITS ? j->to_width : BLOCK_BITS;
  int same = 0;
  while (same < most && same < j->from_width && j->map[same] == same) same++;
  if (same < ALIGNED_BITS || same < mp_types[j->type].lane_bits) return;
  r->aligned = same;
  r->to_bits = most;
  r->to_slots = ((uint64_t)1 << most) - 1;
  for (int64_t i = 0; i < (int64_t)1 << (most - same); i++)
    r->place[i] = place_in_from(r, i << same);
}

static joiner joiner_make(const mp_join *j) {
  joiner r = {.j = j, .bytes = mp_types[j->type].bytes};
  for (int k = 0; k < j->from_width; k++) r.step[j->map[k]] = (int64_t)1 << k;
  align(&r);
  if (r.aligned > 0) return r;
  choose_slots(&r);
  fill_places(&r);
  return r;
}

#define PERMUTE(type)                                                                              \
  do {                                                                                             \
    const type *const source = from;                                                               \
    type *const target = to;                                                                       \
    for (int64_t i = 0; i < count; i++)                                                            \
      target[i] = source[r->low[i & half] + r->high[i >> HALF_BITS]];                              \
  } while (0)

/* A block of `from` in the order of `to`. */
static void permute(const joiner *r, const void *from, void *to) {
  const int64_t count = (int64_t)1 << r->to_bits, half = (1 << HALF_BITS) - 1;
  switch (r->bytes) {
  case 1:
    PERMUTE(uint8_t);
    return;
  case 2:
    PERMUTE(uint16_t);
    return;
  case 4:
    PERMUTE(uint32_t);
    return;
  default:
    PERMUTE(uint64_t);
  }
}

static int64_t join_aligned(const joiner *r, int64_t number) {
  const int64_t base = number << r->to_bits, row = (int64_t)1 << r->aligned;
  const char *const from = (const char *)r->j->from + place_in_from(r, base) * r->bytes;
  char *const to = (char *)r->j->to + base * r->bytes;
  int64_t least = INT64_MAX;
  for (int64_t i = 0; i < (int64_t)1 << (r->to_bits - r->aligned); i++) {
    const int64_t here =
        r->j->kernels->add(to + i * row * r->bytes, from + r->place[i] * r->bytes, row);
    if (here < least) least = here;
  }
  return least;
}

/* rows[] and block[] have room for a block each. */
static int64_t join_block(const joiner *r, int64_t number, char *rows, char *block) {
  const uint64_t all = ((uint64_t)1 << r->j->to_width) - 1;
  const int64_t to_base = spread_bits(number, all & ~r->to_slots);
  const char *const from = (const char *)r->j->from + place_in_from(r, to_base) * r->bytes;
  char *const to = (char *)r->j->to + to_base * r->bytes;
  const uint64_t from_high = r->from_slots >> r->from_row << r->from_row;
  const uint64_t to_high = r->to_slots >> r->to_row << r->to_row;
  const size_t from_bytes = (size_t)r->bytes << r->from_row,
               to_bytes = (size_t)r->bytes << r->to_row;
  int64_t least = INT64_MAX;
  for (int64_t i = 0; i < (int64_t)1 << (r->from_bits - r->from_row); i++)
    memcpy(rows + (size_t)i * from_bytes, from + spread_bits(i, from_high) * r->bytes, from_bytes);
  permute(r, rows, block);
  for (int64_t i = 0; i < (int64_t)1 << (r->to_bits - r->to_row); i++) {
    const int64_t here = r->j->kernels->add(to + spread_bits(i, to_high) * r->bytes,
                                            block + (size_t)i * to_bytes, (int64_t)1 << r->to_row);
    if (here < least) least = here;
  }
  return least;
}

/* Less than a granule: repeated until it is one, so that the minimum is that of the entries. */
static int64_t join_tiny(const joiner *r, char *rows, char *block) {
  const size_t bytes = (size_t)r->bytes << r->j->to_width;
  const int64_t lanes = (int64_t)1 << mp_types[r->j->type].lane_bits;
  memcpy(rows, r->j->from, (size_t)r->bytes << r->j->from_width);
  permute(r, rows, block);
  _Alignas(MP_GRANULE) char sum[MP_GRANULE];
  for (size_t at = 0; at < MP_GRANULE; at += bytes) {
    memcpy(sum + at, r->j->to, bytes);
    if (at > 0) memcpy(block + at, block, bytes);
  }
  const int64_t least = r->j->kernels->add(sum, block, lanes);
  memcpy(r->j->to, sum, bytes);
  return least;
}

uint64_t join_room_bytes(mp_type type) {
  return (uint64_t)2 * (uint64_t)mp_types[type].bytes << BLOCK_BITS;
}

bool join_tables(const mp_join *j, const tn_guard *guard, int64_t *least) {
  const joiner r = joiner_make(j);
  const uint64_t half = join_room_bytes(j->type) / 2;
  if (j->to_width < mp_types[j->type].lane_bits) {
    *least = join_tiny(&r, j->room, j->room + half);
    return true;
  }
  const int64_t blocks = (int64_t)1 << (j->to_width - r.to_bits);
  atomic_bool is_stopped = false;
  int64_t lowest = INT64_MAX;
#pragma omp parallel for schedule(static) reduction(min                                            \
                                                    : lowest)                                      \
    num_threads(guard->threads) if (blocks > 1 && guard->threads > 1)
  for (int64_t b = 0; b < blocks; b++) {
    char *const room = j->room + (uint64_t)omp_get_thread_num() * 2 * half;
    if (atomic_load_explicit(&is_stopped, memory_order_relaxed)) continue;
    const int64_t here = r.aligned > 0 ? join_aligned(&r, b) : join_block(&r, b, room, room + half);
    if (here < lowest) lowest = here;
    if (guard_should_stop(guard)) atomic_store(&is_stopped, true);
  }
  *least = lowest;
  return !is_stopped;
}
