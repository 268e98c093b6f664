/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/join.h"

#include "tn/minplus/gather.h"
#include "tn/minplus/pass.h"

#include <omp.h>
#include <stdatomic.h>
#include <string.h>

/* Blocks are gathered from rows of `from` and added to rows of `to`, of 2^row_bits entries both:
 * 512 bytes at least, since shorter ones are far slower to come by. A block is in the second cache.
 */
static int row_bits_of(mp_type type) { return mp_types[type].bytes <= 2 ? 9 : 8; }

/* Rows of both tables that agree from so many slots on are added where they are. */
enum { ALIGNED_BITS = 6, CHUNK_BITS = 16, MOST_ROWS = 1 << (CHUNK_BITS - ALIGNED_BITS) };

/* So many slots that `from` does not have may number blocks that are added the same. */
enum { MOST_REPEATED = 6 };

enum { LONG_ROW = 4096 };

typedef struct joiner {
  const mp_join *j;
  int bytes, lanes;
  const char *from;
  int from_width;
  uint8_t map[TN_MOST_SLOTS];
  int64_t step[64];  /* of the index of `from`, by slot of `to`; 0: it has none */
  uint64_t to_slots; /* in a block; all others are in one of the next two */
  uint64_t repeated; /* number blocks with the same entries of `from` */
  uint64_t outside;
  int to_bits, to_row; /* of a block; log2 of contiguous entries */
  mp_gather gather;
  mp_steps leaving;
  int aligned;              /* low slots that are the same in both; 0: fewer than ALIGNED_BITS */
  int64_t place[MOST_ROWS]; /* in `from` of the aligned rows of a block */
  _Alignas(MP_GRANULE) char padded[MP_GRANULE]; /* `from`, if it is less than a granule */
} joiner;

static int trailing_ones(uint64_t slots) { return slots + 1 == 0 ? 64 : __builtin_ctzll(~slots); }
static uint64_t low_slots(int count) { return ((uint64_t)1 << count) - 1; }

/* ---- Which slots make a block ---- */

/* The variable that leaves has slot to_width, the last one of a block, which is half as large then:
 * there are two of them. */
static void choose_slots(joiner *r) {
  const mp_join *const j = r->j;
  const int row_bits = row_bits_of(j->type), leaves = j->tail ? 1 : 0;
  const int room = 2 * row_bits - 2 * leaves, most = j->to_width < room ? j->to_width : room;
  const uint64_t all = low_slots(j->to_width);
  r->to_slots = low_slots(j->to_width < row_bits ? j->to_width : row_bits);
  for (int k = 0; k < r->from_width && k < row_bits - 2 * leaves; k++)
    r->to_slots |= (uint64_t)1 << r->map[k] & all;
  for (int s = 0; __builtin_popcountll(r->to_slots) < most; s++) r->to_slots |= (uint64_t)1 << s;
  r->to_bits = __builtin_popcountll(r->to_slots);
  r->to_row = trailing_ones(r->to_slots);
  int count = 0;
  for (int s = j->to_width; s-- > 0 && count < MOST_REPEATED;) {
    if (r->to_slots >> s & 1 || r->step[s] != 0) continue;
    r->repeated |= (uint64_t)1 << s;
    count++;
  }
  r->outside = all & ~r->to_slots & ~r->repeated;
}

static void choose_block(joiner *r) {
  const mp_join *const j = r->j;
  choose_slots(r);
  const uint64_t block = r->to_slots | (uint64_t)(j->tail != NULL) << j->to_width;
  const gather_slots slots = {.map = r->map, .step = r->step, .block = block};
  gather_make(&r->gather, j->type, j->kernels, &slots);
  if (!j->tail) return;
  const mp_pass pass = {.first = 0, .last = 1, .slots = block};
  mp_steps_make(j->tail->program, &pass, j->tail->unit, j->tail->step, j->tail->costs);
  r->leaving = (mp_steps){.steps = j->tail->step, .n = 1, .kernels = j->kernels, .type = j->type};
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
  r->to_slots = low_slots(most);
  r->outside = low_slots(j->to_width) & ~r->to_slots;
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
  if (!j->tail) align(r);
  if (r->aligned == 0 && j->to_width > r->lanes) choose_block(r);
}

/* ---- Adding ---- */

static void add_aligned(const joiner *r, int64_t base, mp_ends *ends) {
  const int64_t row = (int64_t)1 << r->aligned;
  const char *const from = r->from + place_in_from(r, base) * r->bytes;
  char *const to = (char *)r->j->to + base * r->bytes;
  for (int64_t i = 0; i < (int64_t)1 << (r->to_bits - r->aligned); i++)
    r->j->kernels->add(to + i * row * r->bytes, from + r->place[i] * r->bytes, row, ends);
}

/* The machine does not foresee the next row. */
static void fetch_row(const char *row, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += MP_GRANULE) __builtin_prefetch(row + at, 1);
}

static void add_block(const joiner *r, int64_t base, const char *block, mp_ends *ends) {
  char *const to = (char *)r->j->to + base * r->bytes;
  const uint64_t high = r->to_slots >> r->to_row << r->to_row;
  const int64_t row_bytes = (int64_t)r->bytes << r->to_row;
  const int64_t rows = (int64_t)1 << (r->to_bits - r->to_row);
  for (int64_t i = 0; i < rows; i++) {
    if (i + 2 < rows && row_bytes <= LONG_ROW)
      fetch_row(to + spread_bits(i + 2, high) * r->bytes, row_bytes);
    r->j->kernels->add(to + spread_bits(i, high) * r->bytes, block + i * row_bytes,
                       (int64_t)1 << r->to_row, ends);
  }
}

/* What is in block[] is for all blocks that `repeated` numbers; whoever leaves has other couplings
 * in each of them. */
static void add_repeated(const joiner *r, int64_t base, char *block, mp_ends *ends) {
  const int64_t bytes = (int64_t)r->bytes << r->gather.bits;
  const uint64_t numbers = r->outside | r->repeated;
  char *const left = block + bytes;
  for (int64_t i = 0; i < (int64_t)1 << __builtin_popcountll(r->repeated); i++) {
    const int64_t here = base | spread_bits(i, r->repeated);
    if (r->j->tail) {
      memcpy(left, block, (size_t)bytes);
      mp_steps_run(&r->leaving, left, gather_bits(here, numbers));
    }
    add_block(r, here, r->j->tail ? left : block, ends);
  }
}

/* Block number `number` and all that have the same entries of `from`. room[] has room for two. */
static int64_t join_block(const joiner *r, int64_t number, char *room) {
  const int64_t base = spread_bits(number, r->outside);
  mp_ends ends = {0};
  if (r->aligned > 0) {
    add_aligned(r, base, &ends);
  } else {
    gather_block(&r->gather, r->from + place_in_from(r, base) * r->bytes, room);
    if (r->j->tail && r->j->tail->less > 0)
      r->j->kernels->lower(room, room, (int64_t)1 << r->gather.bits, r->j->tail->less);
    add_repeated(r, base, room, &ends);
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
  const int64_t blocks = (int64_t)1 << __builtin_popcountll(r.outside);
  atomic_bool is_stopped = false;
  int64_t lowest = INT64_MAX;
#pragma omp parallel for schedule(static) reduction(min                                            \
                                                    : lowest)                                      \
    num_threads(guard->threads) if (blocks > 1 && guard->threads > 1)
  for (int64_t b = 0; b < blocks; b++) {
    char *const room = j->room + (uint64_t)omp_get_thread_num() * join_room_bytes(j->type);
    if (atomic_load_explicit(&is_stopped, memory_order_relaxed)) continue;
    const int64_t here = join_block(&r, b, room);
    if (here < lowest) lowest = here;
    if (guard_should_stop(guard)) atomic_store(&is_stopped, true);
  }
  *least = lowest;
  return !is_stopped;
}
