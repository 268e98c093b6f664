/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/noise.h - the table of exponential deviates behind Metropolis decisions.
 *
 * A step of cost c at temperature T is accepted if c <= T x, x exponentially distributed. The table
 * holds x = -ln(1 - (k + phase) / COUNT) for k = 0 .. COUNT-1 in random order. Since phase is
 * uniform in (0, 1), an entry is distributed exactly; order and phase are drawn anew every so
 * often, so that no walker keeps to a fixed set of numbers.
 *
 * Every (system, sweep, site) draws one offset, walker l takes entry offset + l: walkers of one
 * system share the table, at places that differ, and are independent but for that. */
#ifndef LEHR_SOLVERS_TEMPERING_NOISE_H
#define LEHR_SOLVERS_TEMPERING_NOISE_H

#include "lehr/plugin.h"

#include <stdbool.h>

enum { NOISE_COUNT = 4096, NOISE_LANES = 64, NOISE_SIZE = NOISE_COUNT + NOISE_LANES };

/* The first NOISE_LANES entries are repeated behind the last. One precision is in use, by the type
 * of the fields (anneal/lanes.h): 16 bits in units of 1/4096 (type 1), float (2), double (3). */
typedef struct noise {
  int type;
  void *table; /* [NOISE_SIZE] */
  double *draft;
} noise;

uint64_t noise_bytes(int type);
bool noise_make(noise *x, int type, lehr_run *run);
/* Draws a new phase and order. O(NOISE_COUNT) logarithms, some 50 microseconds. */
void noise_draw(noise *x, uint64_t key);

#endif
