/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bits/dice.h - the randomness of sweeps at one temperature for all replicas of a strip. */
#ifndef LEHR_SOLVERS_BITS_DICE_H
#define LEHR_SOLVERS_BITS_DICE_H

#include "base/philox.h"
#include "solvers/bits/bits.h"

/* Quantiles of the exponential distribution, shuffled: a power of two of them. */
typedef struct bit_quantiles {
  const float *value;
  int32_t count;
} bit_quantiles;

typedef struct bit_dice {
  const bit_kernel *kernel;
  bit_quantiles quantiles;
  int32_t (*drop)[2]; /* [quantiles.count] */
  bit_noise noise;
  int stirred; /* where the next words of noise are made anew; < 0: all of them */
} bit_dice;

/* Bytes that bits_dice_make takes at most. */
uint64_t bits_dice_bytes(int32_t quantiles);
/* Memory from run; false when refused. */
bool bits_dice_make(bit_dice *d, const bit_kernel *kernel, bit_quantiles q, lehr_run *run);
/* Seeds the strip that begins with word `first` of its block of 512 replicas. key: of the block. */
void bits_dice_seed(bit_dice *d, uint64_t key, int64_t first);
/* Prepares strip for one sweep at a temperature, in units of cost; `random` is for this sweep of
 * this block alone. O(quantiles). */
void bits_dice_throw(bit_dice *d, double temperature, philox_block random, bit_strip *strip);
/* Prepares strip for sweeps in which only what lowers the energy is accepted. */
void bits_dice_freeze(bit_dice *d, bit_strip *strip);

#endif
