/* SPDX-License-Identifier: Apache-2.0 */
/* tn/legs_parts.h - between legs.c, which lists legs and their states, legs_energies.c, which says
 * what these cost, and legs_network.c, which makes a network of that. */
#ifndef LEHR_TN_LEGS_PARTS_H
#define LEHR_TN_LEGS_PARTS_H

#include "tn/legs.h"

/* Members, states and bits; no factor has a code yet. ENOMEM. */
lehr_status legs_list(const lehr_model_view *m, const uint8_t is_leg[], tn_legs *out,
                      lehr_error *err);

/* A coupling of two legs' members. */
typedef struct leg_edge {
  int32_t a, b; /* legs, a < b */
  int32_t i, j; /* places in them */
  int64_t J;
} leg_edge;

typedef struct leg_energies {
  const tn_legs *legs;
  const tn_network *spins; /* the terms, over the model's variables */
  int32_t *leg, *place;    /* [spins->n] of each variable */
  int64_t *own;            /* of every state of all legs: what its members cost among themselves */
  int64_t *pair;           /* of the last pair: [states of a][states of b] */
  int64_t *row_sum, *column_sum, *coupling; /* of that pair's couplings, by places */
  int64_t pair_room, coupling_room;
} leg_energies;

/* `own`; false when memory is short, *out is to be freed in any case. O(couplings * states). */
bool leg_energies_make(const tn_legs *l, const tn_network *spins, leg_energies *out);
void leg_energies_free(leg_energies *k);

/* `pair` from all couplings of two legs, e[count]. False when memory is short. O(states of a *
 * states of b * ones of both). */
bool leg_energies_pair(leg_energies *k, const leg_edge e[], int64_t count);

#endif
