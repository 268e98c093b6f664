/* SPDX-License-Identifier: Apache-2.0 */
/* tn/mps/chain.h - a table over spins as a product of matrices, two for each spin.
 *
 *   T(s_0 .. s_w-1) = exp(log_scale) * A_0[s_0] A_1[s_1] ... A_w-1[s_w-1]
 *
 * (matrix product state; Vidal 2003). One site is the *centre*: to its left columns of (spin, left)
 * are orthonormal, to its right rows of (spin, right), so that leaving out small singular values at
 * the centre leaves out as little as possible of the table's norm. Tensors are shared between
 * copies of a chain and never changed. */
#ifndef LEHR_TN_MPS_CHAIN_H
#define LEHR_TN_MPS_CHAIN_H

#include "lehr/status.h"
#include "tn/mps/split.h"

/* a[x][l][r], x = 0 for spin -1. In a dry chain there is no a. */
typedef struct mps_tensor {
  int32_t users, left, right;
  double *a;
} mps_tensor;

typedef struct mps_chain {
  int32_t count, room;
  mps_tensor **site; /* [room] */
  int32_t *variable; /* [room] */
  int32_t centre;
  double log_scale;
  double lost;      /* parts of squared norms left out, summed */
  double most_lost; /* the largest one */
  split_limits limits;
  bool is_dry;     /* sizes only: what it would take */
  double *scratch; /* for matrices of 2 most x 2 most */
  double live;     /* bytes of the tensors that somebody uses */
  double bytes;    /* the most that were so far */
  double steps;    /* multiplications so far */
} mps_chain;

/* For at most `room` spins; the empty table with value 1. ENOMEM. */
lehr_status chain_make(mps_chain *c, int32_t room, const split_limits *limits, bool is_dry,
                       lehr_error *err);
void chain_free(mps_chain *c);
/* Bytes of the scratch. */
uint64_t chain_scratch_bytes(int32_t most);

/* All below return false when memory is short. */

/* A spin that the table does not depend on, in front of site `at`. */
bool chain_insert(mps_chain *c, int32_t at, int32_t variable);
/* T *= exp(coupling s s') for sites at and at+1, which change places if they shall. The centre is
 * at at+1 then, or at `at`. */
bool chain_couple(mps_chain *c, int32_t at, double coupling, bool swaps, bool goes_right);
/* Site `at` leaves: T' = sum over x of exp(field x) T. */
bool chain_sum(mps_chain *c, int32_t at, double field);
/* The same, and `variable` gets its place: T'(u) = sum over x of exp(field x + coupling x u) T. */
bool chain_replace(mps_chain *c, int32_t at, double field, double coupling, int32_t variable);

/* One user less; NULL is nobody. */
void tensor_release(mps_tensor *t);
/* The same, for one that the chain made: `live` falls when it was the last. */
void chain_release(mps_chain *c, mps_tensor *t);

#endif
