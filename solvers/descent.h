/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/descent.h - one-flip descent with incremental fields.
 *
 * gain[i] is the change of energy if variable i were flipped: int64 for exact models (cannot wrap:
 * the sum of all magnitudes is below INT64_MAX/4), double otherwise. */
#ifndef LEHR_SOLVERS_DESCENT_H
#define LEHR_SOLVERS_DESCENT_H

#include "lehr/plugin.h"
#include "qubo/energy.h"

#include <stdbool.h>

typedef struct descent {
  const lehr_model_view *model;
  uint8_t *bits;     /* [n] current state */
  int64_t *gain_i64; /* [n], or NULL */
  double *gain_f64;  /* [n], or NULL */
} descent;

/* Bytes that descent_init takes. */
uint64_t descent_bytes(const lehr_model_view *m);
/* Takes its memory from run; false when that is refused. */
bool descent_init(descent *d, lehr_run *run);
/* Moves to bits[n] (may be d->bits) and computes all gains. O(interactions). */
void descent_start(descent *d, const uint8_t bits[]);
/* Flips i and updates the gains of its neighbours. O(degree). */
void descent_flip(descent *d, int32_t i);
/* Flips the best variable until none lowers the energy, run should stop, or `most` attempts were
 * made; each flip is n of them, and the first one is made whatever `most` is. Returns and counts
 * the attempts. O(n) per flip. */
int64_t descent_to_minimum(descent *d, lehr_run *run, int64_t most);

/* What setting i from 0 to 1 adds to the energy of bits[n], whatever its own value is. Of each byte
 * only the lowest bit counts. O(degree). */
energy descent_rise(const lehr_model_view *m, const uint8_t bits[], int32_t i);

/* Takes bits[n] downhill by sweeps over all variables, with fields from scratch and without memory:
 * for states that the end of a run left unfinished. Groups, which bits[n] satisfies, are kept: a
 * one goes where it costs least, and of a group of several ones those that cost most are exchanged
 * with those members that cost least. Ends where nothing was changed by a sweep, or where the run
 * should stop, after 2^25 coefficients at the earliest (some 50 ms). States of models whose groups
 * overlap stay as they are. */
void descent_hurried(lehr_run *run, uint8_t bits[]);

#endif
