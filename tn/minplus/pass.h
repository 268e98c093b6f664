/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/pass.h - operations that run on a tile of the table while it is in the cache.
 *
 * A pass is a sequence of INTRO, ELIM and REPLACE whose slots, with the low slots that make rows
 * long enough, fit a tile. The other slots of the table number the tiles. Each tile is copied in,
 * goes through all operations as one contiguous table, and is copied back to the rows that it came
 * from: the table stays where it is, also when it grows or shrinks (what enters or moves is a last
 * slot, and last slots that move are in the tile). A table that is no larger than a tile is worked
 * on in place. */
#ifndef LEHR_TN_MINPLUS_PASS_H
#define LEHR_TN_MINPLUS_PASS_H

#include "tn/minplus/kernels.h"
#include "tn/program.h"

enum { MP_PASS_OPS = 32 };

typedef struct mp_limits {
  int tile_bits;  /* log2 of the entries of a tile */
  int row_bits;   /* and of the shortest row that is copied, more than a granule */
  int64_t growth; /* by how much the operations of a pass may raise the minimum, if more than one */
} mp_limits;

/* For an element type: tiles of 256 KiB, rows of 512 B. */
mp_limits mp_limits_of(mp_type type);

typedef struct mp_pass {
  int64_t first, last; /* operations [first, last) of the program */
  uint64_t slots;      /* in the tile; low ones without a gap are a row */
  int width_in, width_out;
  int tile_in, tile_out, tile_most; /* log2 of entries: at the start, at the end, at most between */
  int row_bits;
  int outside; /* log2 of the number of tiles */
} mp_pass;

/* The longest pass that starts at operation `first`, which is neither PUSH nor JOIN, and ends
 * before a tail (tail.h). O(operations in it). */
mp_pass mp_pass_at(const tn_program *p, int64_t first, const mp_limits *limits,
                   int64_t first_decision);

/* Width of the table after an operation other than PUSH and JOIN. */
static inline int op_width_after(const tn_op *op) {
  return op->width + (op->kind == TN_INTRO) - (op->kind == TN_ELIM);
}

/* What slot is in the tile's own numbering: how many of `slots` are below. */
static inline int slot_rank(uint64_t slots, int slot) {
  return __builtin_popcountll(slots & (((uint64_t)1 << slot) - 1));
}

/* The bits of `index` at the ones of `slots`, lowest first. */
static inline int64_t gather_bits(int64_t index, uint64_t slots) {
  int64_t result = 0;
  for (int bit = 0; slots != 0; slots &= slots - 1, bit++)
    if (index & (int64_t)(slots & -slots)) result |= (int64_t)1 << bit;
  return result;
}

/* The index with the bits of `value`, lowest first, at the ones of `slots`. */
static inline int64_t spread_bits(int64_t value, uint64_t slots) {
  int64_t result = 0;
  for (; slots != 0; slots &= slots - 1, value >>= 1)
    if (value & 1) result |= (int64_t)(slots & -slots);
  return result;
}

#endif
