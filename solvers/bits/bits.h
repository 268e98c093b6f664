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
 * Randomness. The binary digits of y, a geometric variable, are independent: digit j is 1 with
 * probability 1 / (1 + exp(2^j / T')). Each replica has its own lowest digit that matters (that of
 * 1 where W is odd, else that of 2): a word of noise of that density, added like a neighbour. The
 * others are shared by all replicas of a block of 512, from a table of T' times the quantiles of
 * the exponential distribution. So each replica follows Metropolis' rule, replicas seldom decide
 * alike, and a visit costs one addition more than with one y for all (Isakov, Zintchenko, Ronnow,
 * Troyer 2015), where replicas of small models meet. It serves optimisation: replicas are not
 * independent samples.
 *
 * What happens in a replica depends on its number modulo 512 only, not on the words that a kernel
 * takes at a time: all widths, instruction sets and the scalar twin agree in every bit. */
#ifndef LEHR_SOLVERS_BITS_BITS_H
#define LEHR_SOLVERS_BITS_BITS_H

#include "base/cpu.h"
#include "solvers/bits/bit_model.h"

enum { BITS_BLOCK = 512, BITS_WORD = 64, BITS_WIDTHS = 4, BITS_ROW = 8 };
/* Words of noise in a pool (a power of two), and binary digits of their densities. */
enum { BITS_NOISE = 128, BITS_DENSITY = 8 };

/* Random words of given densities. */
typedef struct bit_noise {
  uint64_t *word;  /* [2][BITS_NOISE][words]: for even and odd W */
  uint64_t *state; /* [2][words] of generators, one for each word of 64 replicas; not 0 */
} bit_noise;

/* The replicas of one kernel width, on their way. */
typedef struct bit_strip {
  const bit_model *model;
  uint64_t *spins;    /* [n+1][words] in visiting order, aligned to a word; the last is all ones */
  int32_t (*drop)[2]; /* [drop_mask + 1] shared digits: (W + 1) / 2 - t, for even and odd W */
  uint32_t drop_mask; /* a power of two minus 1 */
  const uint64_t *noise; /* [2][BITS_NOISE][words]: for even and odd W */
  uint64_t random;       /* of the generator of places in both; set anew for every sweep */
} bit_strip;

/* All digits of y for each replica by itself, at a temperature of its own: independent samples, and
 * ladders of temperatures across the replicas of one strip.
 *
 * y >= 2^k has probability exp(-2^k / T'), and given that it is not so, digits 0..k-1 of y are
 * independent. A site whose W < 2^K takes K digits and the "overflow" at K, which flips it. A word
 * of given densities comes from BITS_PRECISION random words: of the binary fraction of a density
 * the lowest digit first, word = majority(word, random, digit), which is `or` for 1 and `and` for
 * 0. */
enum { BITS_PRECISION = 32 };
typedef struct bit_ladder {
  int digits;        /* 2^digits > largest W */
  uint64_t *density; /* [2 digits + 1][BITS_PRECISION][words]: digits 0.., then overflow at 0.. */
  uint64_t *state;   /* [2][words] of generators; not 0 */
} bit_ladder;

typedef struct bit_kernel {
  int words; /* of 64 replicas; 0: there is no such kernel */
  /* Visits places begin..end-1; true if any replica flipped anywhere. */
  bool (*sweep)(bit_strip *strip, int32_t begin, int32_t end);
  /* The same with the digits of a ladder instead of drop, noise and random. */
  bool (*sweep_ladder)(bit_strip *strip, const bit_ladder *ladder, int32_t begin, int32_t end);
  /* Makes words first..first+count-1 of a pool anew; level[k] / 2^BITS_DENSITY: density of each. */
  void (*stir)(bit_noise *noise, int pool, int first, int count, const int32_t level[]);
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

/* Seeds generators [2][words] of the strip that begins with word `first` of its block. */
void bits_seed(uint64_t state[], int words, uint64_t key, int64_t first);

/* Next number of a linear congruential generator (Knuth's MMIX constants), seeded by Philox for
 * every sweep of a block. Its upper bits are used: for a place in `drop` and one in the noise. */
static inline uint64_t bits_next(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state;
}
static inline uint32_t bits_drop_at(uint64_t random, uint32_t mask) {
  return (uint32_t)(random >> 32) & mask;
}
static inline uint32_t bits_noise_at(uint64_t random) {
  return (uint32_t)(random >> 50) & (BITS_NOISE - 1);
}

/* What the counters of a site of weight W < 2^K start from: 2^K - t, between 0 and 2^K. */
static inline int64_t bits_start(int64_t weight, int planes, int64_t drop) {
  const int64_t t = ((weight + 1) >> 1) - drop;
  return (INT64_C(1) << planes) - (t > 0 ? t : 0);
}

/* xorshift128+ (Marsaglia 2003, Vigna 2014), one step on one word or a vector of them. */
#define BITS_XORSHIFT(s0, s1, out)                                                                 \
  do {                                                                                             \
    __auto_type x_ = (s0);                                                                         \
    (s0) = (s1);                                                                                   \
    x_ ^= x_ << 23;                                                                                \
    (s1) = x_ ^ (s0) ^ (x_ >> 17) ^ ((s0) >> 26);                                                  \
    (out) = (s0) + (s1);                                                                           \
  } while (0)

#endif
