/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/gather.h - blocks of a table as another one, with its slots in another order, has
 * them.
 *
 * A block is gathered in the cache, granule by granule so that slots above the lanes are where they
 * shall be, and lanes are brought to their places by exchanges. */
#ifndef LEHR_TN_MINPLUS_GATHER_H
#define LEHR_TN_MINPLUS_GATHER_H

#include "tn/minplus/kernels.h"
#include "tn/program.h"

enum { GATHER_MOST_BITS = 18, GATHER_HALF_BITS = 8, GATHER_MOST_LANES = 6 };

/* Slots of the other table; those that `from` does not have stand still in it: their step is 0. */
typedef struct gather_slots {
  const uint8_t *map;  /* [lanes at least] slot k of `from` is slot map[k] */
  const int64_t *step; /* of the index of `from`, by slot */
  uint64_t block;      /* slots of a block, GATHER_MOST_BITS at most, more than lanes */
} gather_slots;

typedef struct mp_gather {
  const mp_kernels *kernels;
  int bytes, lanes, bits; /* of an entry; of a granule; log2 of the entries of a block */
  int n_exchanges;        /* of a slot within granules with one above them */
  struct gather_exchange {
    uint8_t lane, slot;
  } exchange[2 * GATHER_MOST_LANES];
  /* Granules of a block in the order in which they lie in `from`, by lower and upper bits of their
   * number: where they are there, and which they are in the block. */
  int64_t low_from[1 << GATHER_HALF_BITS], high_from[1 << GATHER_HALF_BITS];
  int32_t low_to[1 << GATHER_HALF_BITS], high_to[1 << GATHER_HALF_BITS];
} mp_gather;

/* g: zeros. */
void gather_make(mp_gather *g, mp_type type, const mp_kernels *kernels, const gather_slots *slots);
/* The block that begins there in `from`. */
void gather_block(const mp_gather *g, const char *from, char *block);

#endif
