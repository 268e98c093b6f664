/* SPDX-License-Identifier: Apache-2.0 */
/* tn/mirror.h - parts of a network without fields or factors, and all states from half of them.
 *
 * E(s) = E(-s) in a connected part without fields, so one of its spins may be fixed to +1: tables
 * have half as many entries, and every state stands for itself and its mirror image. Lowest
 * energies stay; numbers of states double with each such part, log Z grows by ln 2, spins of the
 * part average to 0 and products of two of them stay. */
#ifndef LEHR_TN_MIRROR_H
#define LEHR_TN_MIRROR_H

#include "tn/lowest.h"
#include "tn/network.h"
#include "tn/sumproduct.h"

typedef struct tn_mirror {
  int32_t n;          /* variables, those that are fixed included */
  int32_t count;      /* parts without fields, each with one fixed spin */
  int32_t *place;     /* [n] number in the smaller network, -1: fixed */
  int32_t *number;    /* [n - count] the opposite */
  int32_t *part;      /* [n] which of the parts, -1: has fields */
  int32_t *fixed;     /* [count] */
  int32_t *first;     /* [count+1] into neighbour */
  int32_t *neighbour; /* of the fixed spins, ascending */
} tn_mirror;

/* weight[n]: of each part without fields the heaviest variable is fixed; NULL: nothing is.
 * ENOMEM. O(n + couplings). */
lehr_status mirror_make(const tn_network *t, const double weight[], tn_mirror *out,
                        lehr_error *err);
void mirror_free(tn_mirror *m);

/* *t becomes the network without the fixed spins. ENOMEM. */
lehr_status mirror_reduce(const tn_mirror *m, tn_network *t, lehr_error *err);

/* 64 reads at once, see sum_sample: spins[] of the smaller network, word number `word` of `words`
 * each; all[n] are those of all variables, parts mirrored by chance. The chance depends on key and
 * `number`, the word's number among all reads. flips[count] is scratch. */
typedef struct mirror_word {
  const uint64_t *spins;
  int64_t words, word;
  uint64_t key, number;
} mirror_word;
void mirror_reads(const tn_mirror *m, const mirror_word *w, uint64_t flips[], uint64_t all[]);

/* Pairs that mirror_marginals adds at most: fixed spins with their neighbours, or with `fronts`
 * with everybody of their part, since they are in all of its tables. */
int64_t mirror_pairs(const tn_mirror *m, bool fronts);
/* mean[] of the smaller network and pairs[*count], which has room for mirror_pairs more, become
 * those of all variables; all[n] are the means. */
void mirror_marginals(const tn_mirror *m, bool fronts, const double mean[], double all[],
                      tn_pair pairs[], int64_t *count);

/* As many of wish.most states as there are, or as images of fit into `bytes`. */
tn_lowest_wish mirror_limit(const tn_mirror *m, tn_lowest_wish wish, uint64_t bytes);
/* Bytes that mirror_lowest takes for so many. */
uint64_t mirror_lowest_bytes(const tn_mirror *m, tn_lowest_wish wish);
/* What to ask the smaller network for. */
tn_lowest_wish mirror_wish(const tn_mirror *m, tn_lowest_wish wish);
/* Its answer as wish.most states of all variables; *l is replaced. ENOMEM, *l as it was. */
lehr_status mirror_lowest(const tn_mirror *m, tn_lowest_wish wish, tn_lowest *l, lehr_error *err);

#endif
