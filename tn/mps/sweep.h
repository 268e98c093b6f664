/* SPDX-License-Identifier: Apache-2.0 */
/* tn/mps/sweep.h - approximate sums over all that comes later in a walk, for each of its steps.
 *
 * Variables leave in the reverse order of a walk. The table over the frontier of those that left,
 *
 *   T(frontier) = sum over the others of exp(-beta E),
 *
 * is a chain of matrices of at most `bond` rows. A variable that leaves travels along the chain
 * past those that it is coupled with, and what comes in takes its place: on lattices swept row by
 * row that is boundary contraction (Verstraete, Cirac 2004; for ground states Rams et al. 2021), on
 * chains of cells (Chimera) each line of the row is one such step. */
#ifndef LEHR_TN_MPS_SWEEP_H
#define LEHR_TN_MPS_SWEEP_H

#include "tn/beam/guide.h"
#include "tn/guard.h"
#include "tn/mps/chain.h"
#include "tn/network.h"

typedef struct mps_options {
  double beta; /* per unit of the network */
  int32_t bond;
  double smallest; /* singular values left out, against the largest one */
} mps_options;

/* The table when a number of variables have left. */
typedef struct mps_table {
  int32_t count;
  int32_t *variable; /* [count] */
  mps_tensor **site; /* [count] */
  double log_scale;
} mps_table;

typedef struct mps_sweep {
  const tn_network *t;
  const beam_walk *walk;
  mps_options options;
  mps_table *after; /* [n+1] after so many left */
  double log_z;     /* without the network's constant */
  double lost, most_lost;
  double bytes, steps; /* of tensors at a time; multiplications */
} mps_sweep;

/* is_dry: bytes and steps only, tensors without numbers, and no further once bytes are more than
 * guard->bytes. *is_complete is false where that or the guard ended it. ENOMEM. O(n w d bond^3) for
 * frontiers of w and neighbours d places away. */
lehr_status sweep_tables(const tn_network *t, const beam_walk *w, const mps_options *o, bool is_dry,
                         const tn_guard *guard, mps_sweep *out, bool *is_complete, lehr_error *err);
void sweep_tables_free(mps_sweep *s);

/* Ranks are beta E(those with values) - log T, values are energies. Valid as long as s. */
beam_guide mps_guide(const mps_sweep *s);
/* Of ranks: 2^MPS_GRAIN for each unit of the logarithm. */
enum { MPS_GRAIN = 24 };

#endif
