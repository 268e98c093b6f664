/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/measure.h - sums of products of spins over the distribution that two tables make,
 * p[s] = t[s] d[s]: t sums the states of those that left before, d of those that leave later.
 *
 * The loops over a block write x p, and these are added up block by block, each slot by itself. The
 * order is that of eight lanes whatever the instruction set is. For files that are compiled once
 * per level. */
#ifndef LEHR_TN_SEMIRING_MEASURE_H
#define LEHR_TN_SEMIRING_MEASURE_H

#include "tn/semiring/blocks.h"

#include <string.h>

typedef struct measure {
  const tn_table *was; /* t */
  /* x p of the block, of the one where x = +1 if the slot of x is not within blocks, and of the two
   * with the last slot up (ELIM of an inner slot). */
  double p[4][1 << LOW_SLOTS];
  double enters[2][1 << LOW_SLOTS]; /* REPLACE: x u p, of the first two */
} measure;

enum {
  MEASURED = TN_MOST_SLOTS + 2,
  MEAN = TN_MOST_SLOTS,
  ENTERS
}; /* sums, those of slots first */

enum { LANES = 8 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));

static inline double add_lanes(const lanes *v) {
  const lanes x = *v;
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

/* Of 2^slots numbers, 2^slots >= LANES or not. */
static inline double add_all(const double p[], int32_t slots) {
  const size_t size = (size_t)1 << slots;
  double sum = 0;
  lanes all = {0};
  if (size < LANES) {
    for (size_t k = 0; k < size; k++) sum += p[k];
    return sum;
  }
  for (size_t k = 0; k < size; k += LANES) all += *(const lanes *)&p[k];
  return add_lanes(&all);
}

/* Adds what p[2^slots], overwritten, tells of its slots and of those above by the number of its
 * first entry: slot by slot, the upper half less the lower one, then both as one. */
static inline void measure_block(double p[], int32_t slots, size_t first, int32_t width,
                                 double sum[]) {
  int32_t slot = slots - 1;
  for (; slot >= 0 && (size_t)1 << slot >= LANES; slot--) {
    const size_t half = (size_t)1 << slot;
    lanes difference = {0};
    for (size_t k = 0; k < half; k += LANES) {
      lanes *const low = (lanes *)&p[k], *const high = (lanes *)&p[half + k];
      difference += *high - *low;
      *low += *high;
    }
    sum[slot] += add_lanes(&difference);
  }
  for (; slot >= 0; slot--) {
    const size_t half = (size_t)1 << slot;
    for (size_t k = 0; k < half; k++) {
      sum[slot] += p[half + k] - p[k];
      p[k] += p[half + k];
    }
  }
  for (slot = slots; slot < width; slot++) sum[slot] += (first >> slot) & 1 ? p[0] : -p[0];
  sum[MEAN] += p[0];
}

/* Of portions of the blocks, since these are what threads share. */
enum { PORTIONS_LOG2 = 6, PORTIONS = 1 << PORTIONS_LOG2 };
typedef struct portion_sums {
  double sum[PORTIONS][MEASURED];
} portion_sums;

/* x left from `slot`; x x is 1. */
static inline void tell_correlations(const portion_sums *sums, int32_t slot, correlations *out) {
  double sum[MEASURED] = {0};
  for (int part = 0; part < PORTIONS; part++)
    for (int k = 0; k < MEASURED; k++) sum[k] += sums->sum[part][k];
  *out = (correlations){.total = sum[slot], .mean = sum[MEAN], .enters = sum[ENTERS]};
  memcpy(out->slot, sum, sizeof out->slot);
}

#endif
