/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/recombine.h - partition crossover: what one state does better, part by part, goes into
 * another (Tinos, Whitley, Chicano 2015; for spin glasses Houdayer, Martin 1999).
 *
 * The sites at which two states differ fall into clusters that do not touch (cluster.h), so their
 * changes of energy add up, and taking every cluster that lowers the energy gives the best of the
 * 2^clusters children at the price of looking at the pair once. In sparse graphs states from an
 * annealer differ in many small clusters; folding hundreds of such states into one finds for every
 * region the best arrangement that any of them has. Where the differing sites percolate (high
 * degree, states far from each other) there is one giant cluster, and nothing happens.
 *
 * Models without fields: a state and its complement are the same, and the nearer one is taken.
 * Rows are those of cluster.h. Deterministic; the order of clusters is that of their sites. */
#ifndef LEHR_SOLVERS_RECOMBINE_H
#define LEHR_SOLVERS_RECOMBINE_H

#include "solvers/cluster.h"

/* What to do with clusters that leave the energy as it is: keeping them keeps the states of a
 * population apart, taking them moves a state along its plateau, where other clusters gain. */
typedef enum recombine_ties { RECOMBINE_KEEP_TIES = 0, RECOMBINE_TAKE_TIES = 1 } recombine_ties;

typedef struct recombine {
  const spin_form *form;
  clusters clusters;  /* of the latest pair */
  bool is_symmetric;  /* no fields */
  uint64_t *opposite; /* [cluster_words(n)] complement of the second state */
  THREAD_APART;
} recombine;

/* Bytes that recombine_make takes. */
uint64_t recombine_bytes(int32_t n);
/* Takes its memory from run; false when that is refused. f must outlive r. */
bool recombine_make(recombine *r, const spin_form *f, lehr_run *run);

/* Flips the clusters of `into` at which `from` is better. Returns by how much the energy fell, in
 * units of the spin form, >= 0; 0 with ties taken may be another state. Clamped to INT64_MAX, which
 * only rounded real models reach. O(n / 64 + couplings of differing sites). */
int64_t recombine_into(recombine *r, uint64_t into[], const uint64_t from[], recombine_ties ties);

#endif
