/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/blocks.h - models too large to be searched as one: blocks of variables with few
 * couplings between them (METIS: Karypis, Kumar 1998), improved one after the other while the
 * variables outside keep their values. The next pass cuts elsewhere. */
#ifndef LEHR_SOLVERS_HYBRID_BLOCKS_H
#define LEHR_SOLVERS_HYBRID_BLOCKS_H

#include "lehr/plugin.h"

#include <stdbool.h>

typedef struct blocks {
  int32_t count;
  int32_t *of;   /* [n] block of each variable */
  int32_t *ptr;  /* [count+1] into list */
  int32_t *list; /* [n] variables by block, ascending within each */
  int32_t *rank; /* [n] position of each variable in its block */
} blocks;

/* Cuts m into blocks of about `size` variables; `seed` says where. Release with blocks_free.
 * ENOMEM; EUNAVAILABLE for more couplings than METIS counts. */
lehr_status blocks_make(blocks *b, const lehr_model_view *m, int32_t size, int32_t seed);
void blocks_free(blocks *b);

/* Block k as a model of its own, in which the variables outside have the values of bits[n]: its
 * energies differ from those of m by a constant. Groups must not reach across blocks; m has none.
 * O(size of the block). */
lehr_status blocks_extract(const blocks *b, const lehr_model_view *m, int32_t k,
                           const uint8_t bits[], lehr_model **out);

#endif
