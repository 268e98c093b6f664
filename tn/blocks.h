/* SPDX-License-Identifier: Apache-2.0 */
/* tn/blocks.h - biconnected components: what a graph falls into at single variables.
 *
 * Blocks share at most one variable with each other and make a tree (Hopcroft, Tarjan 1973). */
#ifndef LEHR_TN_BLOCKS_H
#define LEHR_TN_BLOCKS_H

#include "tn/graph.h"

typedef struct tn_blocks {
  int32_t count;
  int32_t *first;  /* [count+1] into list */
  int32_t *list;   /* variables by block; one without neighbours is a block of its own */
  int32_t *shared; /* [count] the variable that the block shares with a later one, or -1 */
} tn_blocks;

/* A block comes before the one that it shares `shared` with; blocks of one component follow each
 * other. ENOMEM. O(n + couplings). */
lehr_status graph_blocks(tn_graph g, tn_blocks *out, lehr_error *err);
void blocks_release(tn_blocks *b);

#endif
