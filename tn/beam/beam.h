/* SPDX-License-Identifier: Apache-2.0 */
/* tn/beam/beam.h - the best partial states, step by step.
 *
 * Variables get values along a walk. Partial states with the same frontier have the same future:
 * the best of them is kept (merged), and of those that are left the `most` of lowest rank. Where
 * ranks are lower bounds, the lowest one that was discarded is a bound for all states that are not
 * found; if nothing better than the result was discarded, that is proven (beam search with a
 * consistent cost to go; droplets of merged states after Rams et al. 2021). */
#ifndef LEHR_TN_BEAM_BEAM_H
#define LEHR_TN_BEAM_BEAM_H

#include "tn/beam/guide.h"
#include "tn/guard.h"

typedef struct beam_wish {
  int64_t most;   /* states kept, >= 1 */
  int64_t below;  /* energies, without the network's constant; with bounds only; INT64_MAX: any */
  int64_t states; /* to be told, >= 1 */
  bool fix_spin;  /* E(s) = E(-s): the first variable is +1 */
} beam_wish;

typedef struct beam_result {
  int64_t count;     /* states told; 0: none was below `below`, or the guard ended it */
  int8_t *spins;     /* [count][n] the best first, owned; they differ */
  int64_t bound;     /* energies not below this were discarded, without the constant; INT64_MAX: no
                      * others, INT64_MIN: ranks are no bounds */
  int64_t discarded; /* lowest rank among the discarded; INT64_MAX: none was */
  int64_t children;  /* looked at */
  bool is_complete;
} beam_result;

/* ENOMEM. Deterministic, for any number of threads. O(n most) steps of tens of nanoseconds. */
lehr_status beam_run(const beam_walk *w, const beam_guide *g, const beam_wish *wish,
                     const tn_guard *guard, beam_result *out, lehr_error *err);
void beam_result_free(beam_result *r);

/* What that takes at most. */
uint64_t beam_bytes(const beam_walk *w, const beam_guide *g, const beam_wish *wish);

#endif
