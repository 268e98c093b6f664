/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/join.h"

#include <stdatomic.h>
#include <string.h>

/* A block is what is handled between two questions to the guard. */
enum { BLOCK_BYTES = 1 << 16, MOST_LANES = 64 };

typedef struct joiner {
  const mp_join *j;
  int lane_bits, block_bits;
  bool is_straight;          /* lanes of both tables are the same */
  uint32_t lane[MOST_LANES]; /* where in `from` a lane is, from the granule's start */
  int64_t step[64];          /* how far in `from` a slot of `to` is, 0 if it is not there */
} joiner;

static joiner joiner_make(const mp_join *j) {
  joiner r = {.j = j, .lane_bits = mp_types[j->type].lane_bits};
  const int block = 16 - (6 - r.lane_bits);
  r.block_bits = j->to_width < block ? j->to_width : block;
  for (int k = 0; k < j->from_width; k++) r.step[j->map[k]] = (int64_t)1 << k;
  r.is_straight = true;
  for (int bit = 0; bit < r.lane_bits; bit++) {
    r.is_straight &= r.step[bit] == (int64_t)1 << bit;
    for (int l = 0; l < 1 << r.lane_bits; l++)
      if (l >> bit & 1) r.lane[l] += (uint32_t)r.step[bit];
  }
  return r;
}

/* One granule of `from` in the lanes of `to`. */
static void gather(const joiner *r, int64_t start, void *to) {
  const int lanes = 1 << r->lane_bits;
  switch (mp_types[r->j->type].bytes) {
  case 1:
    for (int l = 0; l < lanes; l++)
      ((uint8_t *)to)[l] = ((const uint8_t *)r->j->from)[start + r->lane[l]];
    return;
  case 2:
    for (int l = 0; l < lanes; l++)
      ((uint16_t *)to)[l] = ((const uint16_t *)r->j->from)[start + r->lane[l]];
    return;
  default:
    for (int l = 0; l < lanes; l++)
      ((uint32_t *)to)[l] = ((const uint32_t *)r->j->from)[start + r->lane[l]];
  }
}

static int64_t restricted(const joiner *r, int64_t s) {
  int64_t at = 0;
  for (; s != 0; s &= s - 1) at += r->step[__builtin_ctzll((uint64_t)s)];
  return at;
}

/* Gathers the part of `from` that belongs to a block, then adds. */
static int64_t join_block(const joiner *r, int64_t block, void *part) {
  const int bytes = mp_types[r->j->type].bytes;
  const int64_t first = block << r->block_bits, count = (int64_t)1 << r->block_bits;
  const int64_t lanes = (int64_t)1 << r->lane_bits;
  for (int64_t s = 0; s < count; s += lanes) {
    const int64_t from = restricted(r, first + s);
    if (r->is_straight)
      memcpy((char *)part + s * bytes, (const char *)r->j->from + from * bytes, MP_GRANULE);
    else
      gather(r, from, (char *)part + s * bytes);
  }
  return r->j->kernels->add((char *)r->j->to + first * bytes, part, count);
}

/* Less than a granule: both tables are in the first one. */
static int64_t join_tiny(const joiner *r) {
  _Alignas(64) char part[MP_GRANULE], sum[MP_GRANULE];
  const int bytes = mp_types[r->j->type].bytes, count = 1 << r->j->to_width;
  for (int s = 0; s < 1 << r->lane_bits; s++) { /* repeated, so that the minimum is theirs */
    memcpy(part + s * bytes, (const char *)r->j->from + restricted(r, s % count) * bytes,
           (size_t)bytes);
    memcpy(sum + s * bytes, (const char *)r->j->to + s % count * bytes, (size_t)bytes);
  }
  const int64_t least = r->j->kernels->add(sum, part, (int64_t)1 << r->lane_bits);
  memcpy(r->j->to, sum, (size_t)(count * bytes));
  return least;
}

bool join_tables(const mp_join *j, const tn_guard *guard, int64_t *least) {
  const joiner r = joiner_make(j);
  if (j->to_width < r.lane_bits) {
    *least = join_tiny(&r);
    return true;
  }
  const int64_t blocks = (int64_t)1 << (j->to_width - r.block_bits);
  atomic_bool is_stopped = false;
  int64_t lowest = INT64_MAX;
#pragma omp parallel for schedule(static) reduction(min                                            \
                                                    : lowest)                                      \
    num_threads(guard->threads) if (blocks > 1 && guard->threads > 1)
  for (int64_t b = 0; b < blocks; b++) {
    _Alignas(64) char part[BLOCK_BYTES];
    if (atomic_load_explicit(&is_stopped, memory_order_relaxed)) continue;
    const int64_t here = join_block(&r, b, part);
    if (here < lowest) lowest = here;
    if (guard_should_stop(guard)) atomic_store(&is_stopped, true);
  }
  *least = lowest;
  return !is_stopped;
}
