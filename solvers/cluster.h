/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/cluster.h - connected components of the sites at which two states differ.
 *
 * Exchanging one such cluster between two states a and b leaves E(a) + E(b) as it is, since what
 * lies around a cluster is alike in both (Houdayer 2001); and clusters do not touch, so that any
 * subset may be exchanged at once (partition crossover: Tinos, Whitley, Chicano 2015).
 *
 * States are rows of bits, site i in bit i % 64 of word i / 64; spin +1 is 1. */
#ifndef LEHR_SOLVERS_CLUSTER_H
#define LEHR_SOLVERS_CLUSTER_H

#include "base/memory.h"
#include "solvers/spin_form.h"

/* Clusters of a pair of states, lists and scratch. Clusters come in the order of their smallest
 * sites, sites in the order of a breadth-first search from it. */
typedef struct clusters {
  int32_t count;
  int32_t *site;    /* [n+1] cluster c is site[first[c]] .. site[first[c+1] - 1] */
  int32_t *first;   /* [n+1] */
  int64_t *outward; /* [n] of cluster c in state a: sum of h_i s_i + J_ij s_i s_j over its sites i
                     * and their neighbours j outside. Flipping c changes E(a) by -2 outward and
                     * E(b) by +2 outward, in units of the spin form;
                     * clamped to +-INT64_MAX, which only rounded real models reach */
  uint8_t *about;   /* [n+9] scratch */
  const int32_t *link; /* by clusters_link, else NULL */
  THREAD_APART;
} clusters;

static inline int64_t cluster_words(int32_t n) { return ((int64_t)n + 63) / 64; }
static inline bool cluster_bit(const uint64_t row[], int32_t i) {
  return row[i >> 6] >> (i & 63) & 1;
}

/* Bytes that clusters_make takes. */
uint64_t clusters_bytes(int32_t n);
/* Takes its memory from run; false when that is refused. */
bool clusters_make(clusters *c, int32_t n, lehr_run *run);
/* Speeds up many searches in one model whose couplings have equal magnitudes: a copy of the columns
 * with the signs in them, 4 bytes each, from run; false when that is refused. */
bool clusters_link(clusters *c, const spin_form *f, lehr_run *run);

/* bits[n], each 0 or 1, as a row, and back. Bits behind the last site are 0. */
void cluster_pack(int32_t n, const uint8_t bits[], uint64_t row[]);
void cluster_unpack(int32_t n, const uint64_t row[], uint8_t bits[]);

/* Finds all clusters of states a and b under f; label (nullable) [n] receives the cluster of each
 * site, -1 where the states agree. O(n + couplings of differing sites). */
void clusters_find(clusters *c, const spin_form *f, const uint64_t a[], const uint64_t b[],
                   int32_t label[]);

#endif
