/* SPDX-License-Identifier: Apache-2.0 */
/* tn/legs.h - groups of variables as one leg of d states, in ceil(log2 d) bits.
 *
 * The members of a group that has d states together (d of exactly one, d + 1 of at most one, all
 * choices of k) are coded as a number: bits of a network's variables, +1 for 1. Variables without a
 * group are legs of two states. What two legs cost together is a factor (factors.h) over the bits
 * of both codes, or a coupling where each has one bit; what a leg costs itself is part of one of
 * its factors, or a field. So a group adds log2 d to the width, not d, and every state that the
 * network has keeps the groups.
 *
 * Codes from d on mean what they do without their highest bit: since d is more than half of all
 * codes, each state has one code or two. */
#ifndef LEHR_TN_LEGS_H
#define LEHR_TN_LEGS_H

#include "tn/network.h"

typedef struct tn_legs {
  int32_t n;       /* variables of the model */
  int32_t count;   /* legs; 0: there are none, variables are those of the model */
  int32_t *first;  /* [count+1] members of leg l are member[first[l]] .. first[l+1] */
  int32_t *member; /* [n] variables of the model, each in one leg */
  int32_t *bit;    /* [count+1] its code's bits are variables bit[l] .. bit[l+1] of the network */
  int32_t *first_state; /* [count+1] */
  int64_t *first_one;   /* [states+1] in a state, the members one[first_one[state]] .. are 1 */
  int32_t *one;         /* places within the leg */
  int32_t *factor; /* [count] one that has all bits of the code; -1: the code has one or none */
} tn_legs;

void legs_free(tn_legs *l);

/* Which groups can be legs: is_leg[n_groups], returns how many, -1 where memory is short. A
 * variable is in one leg only, so of groups that overlap the first is taken. A group of too many
 * states is none; with `narrow`, nor is one whose code would have as many bits as there are
 * members. */
int32_t legs_choose(const lehr_model_view *m, bool narrow, uint8_t is_leg[]);

/* The terms of model `terms` (its groups do not matter) over the legs of m, which has the same
 * variables. ENOMEM; EUNAVAILABLE where factors would be too large or coefficients too large for
 * exact sums (a sum of magnitudes above 2^59). O(couplings log + entries of factors). */
lehr_status legs_make(const lehr_model_view *terms, const lehr_model_view *m,
                      const uint8_t is_leg[], tn_legs *legs, tn_network *out, lehr_error *err);

static inline int32_t legs_code_bits(const tn_legs *l, int32_t leg) {
  return l->bit[leg + 1] - l->bit[leg];
}
static inline int32_t legs_states(const tn_legs *l, int32_t leg) {
  return l->first_state[leg + 1] - l->first_state[leg];
}
/* The state that a code means, an index into first_one. */
static inline int32_t legs_state(const tn_legs *l, int32_t leg, int32_t code) {
  const int32_t states = legs_states(l, leg);
  const int32_t half = (int32_t)1 << (legs_code_bits(l, leg) - (code >= states));
  return l->first_state[leg] + (code < states ? code : code - half);
}

/* From a state of the network, 1 for +1, to one of the model. O(n). */
void legs_bits(const tn_legs *l, const uint8_t codes[], uint8_t bits[]);

#endif
