/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bits/ladder.h - temperatures of the replicas of a strip, each with all its random digits
 * of its own (bit_ladder in bits.h): for independent samples, and for parallel tempering with a
 * temperature fixed to each replica's place. */
#ifndef LEHR_SOLVERS_BITS_LADDER_H
#define LEHR_SOLVERS_BITS_LADDER_H

#include "solvers/bits/bits.h"

/* Bytes that bits_ladder_make takes for a kernel of so many words. */
uint64_t bits_ladder_bytes(int64_t largest_weight, int words);
/* Memory from run; false when refused. Temperatures have to be set before a sweep. */
bool bits_ladder_make(bit_ladder *l, const bit_model *m, int words, lehr_run *run);
/* Seeds the strip that begins with word `first` of its block of 512 replicas. */
void bits_ladder_seed(bit_ladder *l, int words, uint64_t key, int64_t first);
/* Sets the temperature of replicas from..to-1 of the strip, in units of cost; > 0. */
void bits_ladder_set(bit_ladder *l, int words, double temperature, int from, int to);

#endif
