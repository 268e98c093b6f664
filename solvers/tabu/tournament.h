/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/tournament.h - flips of sparse models: a tree of winners over the costs.
 *
 * Each node of the lowest level holds the variable with the smallest key among 16, each node above
 * the best of 16 below. A flip changes the keys of the neighbours; most of them neither were nor
 * become the winner of their node, and cost one comparison. So a step takes O(degree) and seldom
 * looks at the upper levels: no scan over n.
 *
 *   key = cost * 2^shift + random bits, drawn whenever a key is written: ties are broken at random
 *   barred variables have the largest key there is */
#ifndef LEHR_SOLVERS_TABU_TOURNAMENT_H
#define LEHR_SOLVERS_TABU_TOURNAMENT_H

#include "solvers/tabu/flips.h"

uint64_t tournament_bytes(int32_t n);
/* A state's arrays and functions. */
bool tournament_make(flips *f, lehr_run *run);

#endif
