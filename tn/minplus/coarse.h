/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/coarse.h - the same network in a coarser unit, and what that tells.
 *
 * Coefficients that were printed with some digits, or that are doubles, are integers of many bits,
 * though they may be multiples of one number q but for what rounding did to them:
 *
 *   E(s) = q C(s) + d(s),   |d(s)| <= D = sum of |h - q h'| and |J - q J'|,   h', J' integers.
 *
 * If 2 D < q, states of lowest E are among those of lowest C: from any other C, which is higher by
 * one at least, E is higher by q - 2 D at least. Tables of C have entries of 8 or 16 bits. The
 * optima of C have few values of a front (front.h); for each of them the rest is solved exactly. */
#ifndef LEHR_TN_MINPLUS_COARSE_H
#define LEHR_TN_MINPLUS_COARSE_H

#include "tn/minplus/piece.h"

/* Whether there is such a q that is worth it: C has several magnitudes. If all are alike, as +-1,
 * optima of C are many. out->J and out->h are the integers of C, out->unit is q in real units,
 * out->rounding D in addition to t's; all else is alike. ENOMEM. */
lehr_status coarse_network(const tn_network *t, tn_network *out, bool *is_there, lehr_error *err);

/* A connected network that is to be solved this way. */
typedef struct mp_coarse {
  const tn_network *t;
  tn_network network; /* of C */
  tn_program program; /* with a front at its end */
  int64_t begin;      /* of that */
  mp_type type;
  uint64_t bytes;
  double seconds;
} mp_coarse;

/* fine: how it would be solved as it is; given: its order, or NULL. *is_better: the coarse way has
 * smaller entries and fits the memory. Only then out is to be freed. ENOMEM. */
lehr_status coarse_plan(const mp_planner *by, const mp_piece *fine, const int32_t given[],
                        mp_coarse *out, bool *is_better, lehr_error *err);
void coarse_free(mp_coarse *c);

/* spins[t->n], *bound: if *has_state, a state and what no state is below, both without t's constant;
 * an optimum if that is its energy. Else entries saturated, or optima of C had too many values of
 * the front. No state where nothing was found. *out grows by what was done. */
lehr_status coarse_run(const mp_planner *by, const mp_coarse *c, int8_t spins[], int64_t *bound,
                       bool *has_state, mp_minimum *out, lehr_error *err);

#endif
