/* SPDX-License-Identifier: Apache-2.0 */
/* tn/network.h - the tensors of a model: any model without groups as integers over spins,
 *
 *   E(s) = constant_energy + unit * ( constant + sum_i h_i s_i + sum_{i<j} J_ij s_i s_j + factors )
 *
 * with factors (factors.h) only where variables are codes of groups (legs.h).
 *
 * Exact models are carried over exactly (binary ones times four, x = (1+s)/2 leaves quarters) and
 * divided by the greatest common divisor of h and J. Real models are rounded to a power of two;
 * `rounding` bounds what that does to the energy of any state, in units of E, and is 0 else.
 * Couplings that are 0 after rounding are left out, but for pairs that share a factor: they are
 * neighbours. */
#ifndef LEHR_TN_NETWORK_H
#define LEHR_TN_NETWORK_H

#include "lehr/model.h"
#include "tn/factors.h"

#include <stdbool.h>

typedef struct tn_network {
  int32_t n;
  int64_t *row;           /* [n+1] */
  int32_t *col;           /* [row[n]] both triangles, ascending in each row, no diagonal */
  int64_t *J;             /* [row[n]] */
  int64_t *h;             /* [n] */
  tn_factors factors;     /* of two variables or more each */
  int64_t constant;       /* what conditioning on spins leaves behind; 0 at first */
  double constant_energy; /* offset in real units */
  double unit;            /* > 0 */
  double rounding;        /* >= 0, real units */
  int32_t *time_index;    /* [n] layout hint, or NULL */
} tn_network;

/* From a model without groups. EUNAVAILABLE with groups, ENOMEM. O(n + interactions). */
lehr_status network_make(const lehr_model_view *m, tn_network *out, lehr_error *err);
void network_free(tn_network *t);

/* The same as if there were no groups; real coefficients are rounded so that their magnitudes sum
 * up to below 2^sum_bits, at most 60. ENOMEM. */
lehr_status network_of_terms(const lehr_model_view *m, int sum_bits, tn_network *out,
                             lehr_error *err);

/* Divides fields, couplings and factors by what they have in common, which `unit` is multiplied
 * by. `constant` becomes part of constant_energy. */
void network_divide(tn_network *t);

/* The same network with spins fixed (for minima only where that fixes bits of factors, factors.h):
 * value[i] is -1, +1, or 0 for those that stay. The variables that stay keep their order; number[k]
 * (array of out->n, owned by the caller, at most n entries) is what variable k was before. Fixed
 * ones become fields and a part of `constant`. ENOMEM. */
lehr_status network_condition(const tn_network *t, const int8_t value[], tn_network *out,
                              int32_t number[], lehr_error *err);

/* constant + sum h s + sum J s s + factors of spins[n], -1 or +1. Never wraps for networks that
 * were made here (model.h bounds the sums of all magnitudes). O(n + couplings). */
int64_t network_energy(const tn_network *t, const int8_t spins[]);

/* Whether E(s) = E(-s). */
bool network_is_even(const tn_network *t);

#endif
