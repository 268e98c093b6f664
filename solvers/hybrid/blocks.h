/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/blocks.h - models too large to be searched as one: blocks of variables with few
 * couplings between them, improved one after the other while the variables outside keep their
 * values. The next pass cuts elsewhere.
 *
 * METIS (Karypis, Kumar 1998) cuts where there is time for it. Its time depends on the graph:
 * blocks that are grown breadth first tell by their cut whether it is a lattice or a random graph,
 * and serve instead where METIS would take minutes. */
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

/* Blocks of about `size` variables, grown breadth first from a place that the seed says; none if
 * the run should stop. Release with blocks_free. ENOMEM. O(n + interactions). */
lehr_status blocks_grow(blocks *b, const lehr_model_view *m, int32_t size, int32_t seed,
                        lehr_run *run);
void blocks_free(blocks *b);
/* Part of the couplings that lie between blocks. O(n + interactions). */
double blocks_cut(const blocks *b, const lehr_model_view *m);
/* Whether that of grown blocks is that of a lattice rather than of a random graph. */
bool blocks_are_local(double cut);
/* As many blocks by METIS instead, unless that may take more than so many seconds. ENOMEM. */
lehr_status blocks_refine(blocks *b, const lehr_model_view *m, int32_t seed, double seconds);

/* Block k as a model of its own, in which the variables outside have the values of bits[n]: its
 * energies differ from those of m by a constant. Groups must not reach across blocks; m has none.
 * O(size of the block). */
lehr_status blocks_extract(const blocks *b, const lehr_model_view *m, int32_t k,
                           const uint8_t bits[], lehr_model **out);

#endif
