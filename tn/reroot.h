/* SPDX-License-Identifier: Apache-2.0 */
/* tn/reroot.h - the same tables, with other variables left for last.
 *
 * The couplings of a network and those that its elimination adds make a chordal graph. Any clique
 * of it may leave last without larger fronts: the reverse of a maximum cardinality search from that
 * clique is such an order (Tarjan, Yannakakis 1984), and it has as many fronts of each size. So a
 * sweep becomes two that meet, and a branch hangs at whatever variable it shares with the rest. */
#ifndef LEHR_TN_REROOT_H
#define LEHR_TN_REROOT_H

#include "tn/elimination.h"

/* last[count]: variables of one front, or of a variable and its front; they come last in order[n],
 * in any order. ENOMEM. O(sum of the fronts' sizes). */
lehr_status elimination_reroot(const tn_elimination *e, const int32_t last[], int32_t count,
                               int32_t order[], lehr_error *err);

/* An order whose last variables are the largest front: before they leave there is one table over
 * all of them, *count of them, to which everything else has contributed. Among equally large ones
 * it is the front whose two sides take about the same time. ENOMEM. */
lehr_status elimination_reroot_heaviest(const tn_elimination *e, int32_t order[], int32_t *count,
                                        lehr_error *err);

/* The same with a front that has up to TN_MIDDLE_SLACK variables less, if its sides are more alike:
 * for what is done to the pieces that they fall into. */
enum { TN_MIDDLE_SLACK = 2 };
lehr_status elimination_reroot_middle(const tn_elimination *e, int32_t order[], int32_t *count,
                                      lehr_error *err);

#endif
