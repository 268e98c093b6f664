/* SPDX-License-Identifier: Apache-2.0 */
/* tn/beam/walk.h - an order in which variables are given values, and what must be remembered.
 *
 * After each step the *frontier* are those with a value that have neighbours without one: what is
 * still to come depends on them only. Each has a slot, a bit of the key of a partial state, while
 * it is there; slots are given anew. The reverse of a walk is an order of elimination with the same
 * frontiers (Bodlaender 1998: vertex separation). */
#ifndef LEHR_TN_BEAM_WALK_H
#define LEHR_TN_BEAM_WALK_H

#include "tn/graph.h"

typedef struct beam_walk {
  int32_t n;
  int32_t width;      /* largest frontier = number of slots */
  int32_t words;      /* of a key, 64 slots each; >= 1 */
  double crowd;       /* mean size of the frontier */
  int32_t *order;     /* [n] first to last */
  int32_t *rank;      /* [n] rank[order[k]] = k */
  int32_t *slot;      /* [n] -1: never in the frontier */
  int32_t *last;      /* [n] step after which a variable is not in the frontier */
  int32_t *leaves;    /* [n] variables by last; those with slots only */
  int32_t *first_out; /* [n+1] into leaves */
} beam_walk;

/* order[n] is a permutation. ENOMEM. O(n + couplings). */
lehr_status beam_walk_make(tn_graph g, const int32_t order[], beam_walk *out, lehr_error *err);
void beam_walk_free(beam_walk *w);

/* Walks with different ends: on lattices those along its sides and back, as far as they are about
 * as wide. */
enum { BEAM_WALKS = 8 };
typedef struct beam_walk_list {
  int32_t most, count; /* 1 <= most <= BEAM_WALKS */
  beam_walk walk[BEAM_WALKS];
} beam_walk_list;

/* The out->most walks with the smallest largest frontier, then mean frontier, the best first, of
 * the given order, that of time_index (nullable), levels, the Fiedler vector and greedy sweeps from
 * several roots, forward and backward. Depends on the arguments only. ENOMEM. O(n + couplings)
 * times log n and sweeps. */
lehr_status beam_walk_find(tn_graph g, const int32_t time_index[], uint64_t seed,
                           beam_walk_list *out, lehr_error *err);
void beam_walks_free(beam_walk_list *l);

#endif
