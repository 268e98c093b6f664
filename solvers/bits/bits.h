/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bits/bits.h - Metropolis sweeps over many replicas at once, one bit per replica
 * (multi-spin coding: Creutz, Jacobs, Rebbi 1979; with counters made of carry-save adders).
 *
 * A word holds one spin of 64 replicas, 1 for +1. With unit weights |J|, a bond is unsatisfied
 * where s_i s_j J_ij = +1, and if U is the weight of the unsatisfied bonds of site i and W the
 * weight of all, a flip costs c = W - 2 U (half the change of energy; lanes.h). It is accepted if c
 * <= y, that is U >= t = ceil((W - y) / 2), for y = floor(T' x), x exponentially distributed.
 *
 * U is counted for all replicas at once, in planes (plane k: bit k of the counters): a full adder
 * turns three words of plane k into one of plane k and one of plane k+1, at the price of two
 * three-input operations. The counters start from 2^K - t, 2^K > W, so that their bit K says "flip"
 * without a comparison. Bonds of weight w enter at the planes of the binary digits of w; fields are
 * bonds to a spin that is always +1.
 *
 * Full adders commute with the complement of all their inputs and outputs. So everything is kept
 * relative to the spin s_i (times the sign that all bonds share, if they do): the words of the
 * neighbours enter as they are, the constants and the result are xored with one word per visit.
 *
 * Randomness. y is shared by all replicas of a block of 512 (as Isakov, Zintchenko, Ronnow, Troyer
 * 2015 do): one draw per (block, sweep, site) from a table of T' times the quantiles of the
 * exponential distribution. This serves optimisation; replicas are not independent samples.
 *
 * What happens in a replica depends on its number modulo 512 only, not on the words that a kernel
 * takes at a time: all widths, instruction sets and the scalar twin agree in every bit. */
#ifndef LEHR_SOLVERS_BITS_BITS_H
#define LEHR_SOLVERS_BITS_BITS_H

#include "base/cpu.h"
#include "solvers/bits/bit_model.h"

enum { BITS_BLOCK = 512, BITS_WORD = 64, BITS_WIDTHS = 4, BITS_ROW = 8 };

/* The replicas of one kernel width, on their way. */
typedef struct bit_strip {
  const bit_model *model;
  uint64_t *spins; /* [n+1][words] in visiting order, aligned to a word; the last is all ones */
  const int32_t *limit; /* [limit_mask + 1] y of this sweep, -1 where only what lowers is taken */
  uint32_t limit_mask;  /* a power of two minus 1 */
  uint64_t random;      /* of the generator of places in limit; set anew for every sweep */
} bit_strip;

typedef struct bit_kernel {
  int words; /* of 64 replicas; 0: there is no such kernel */
  /* Visits places begin..end-1; true if any replica flipped anywhere. */
  bool (*sweep)(bit_strip *strip, int32_t begin, int32_t end);
} bit_kernel;

/* Kernels of one level: widths of 1, 2, 4 and 8 words. */
typedef bit_kernel bit_kernel_set[BITS_WIDTHS];
extern const bit_kernel_set bits_baseline;
#if defined(__x86_64__)
extern const bit_kernel_set bits_avx2, bits_avx512;
#endif
/* One replica at a time in plain C: the definition of what the others compute. */
extern const bit_kernel bits_scalar;

enum { BITS_SCALAR = -1 };

/* The kernel with the fewest words that hold `wanted` replicas, else with the most. level:
 * BITS_SCALAR or a cpu_level that this machine has. */
const bit_kernel *bits_kernel(int level, int64_t wanted);

/* Place in a table of limits: upper bits of a linear congruential generator (Knuth's MMIX
 * constants), seeded by Philox for every sweep of a block. */
static inline uint32_t bits_offset(uint64_t *state, uint32_t mask) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*state >> 40) & mask;
}

/* What the counters of a site of weight W < 2^K start from: 2^K - t, between 0 and 2^K. */
static inline int64_t bits_start(int64_t weight, int planes, int64_t limit) {
  const int64_t twice = weight + 1 - limit;
  return (INT64_C(1) << planes) - (twice > 0 ? twice >> 1 : 0);
}

#endif
