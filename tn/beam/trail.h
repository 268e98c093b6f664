/* SPDX-License-Identifier: Apache-2.0 */
/* tn/beam/trail.h - the way back from the last state: two bits per state and step, and losers. */
#ifndef LEHR_TN_BEAM_TRAIL_H
#define LEHR_TN_BEAM_TRAIL_H

#include "tn/beam/level.h"

typedef struct beam_trail {
  int32_t steps;
  int64_t *parents;    /* [steps] states before the step */
  uint64_t **alive;    /* [steps] bits of the children that lived on */
  beam_loser **losers; /* [steps] by winner, a state after the step, then by excess */
  int64_t *n_losers;   /* [steps] */
} beam_trail;

bool trail_make(beam_trail *t, int32_t steps);
void trail_free(beam_trail *t);

/* Remembers step number `step`, after selection. The level's losers are sorted. False when memory
 * is short. */
bool trail_note(beam_trail *t, int32_t step, beam_level *l);

/* Up to `most` different ways to state 0 after the last step, by value: the best one, and those
 * that differ by losers in place of winners (Eppstein 1998, by a heap). ways[most][steps]: 0, 1 by
 * step. Returns how many there are, -1 when memory is short. O(most steps width / 64). */
int64_t trail_ways(const beam_trail *t, int64_t most, uint8_t ways[]);

#endif
