/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/sqa/slices.h - Metropolis sweeps over paths in imaginary time, one slice per SIMD lane.
 *
 * The Suzuki-Trotter form of E(s) in a transverse field Gamma at temperature T (Suzuki 1976;
 * Martonak, Santoro, Tosatti 2002, eq. 4-5) couples P classical copies of the model on a ring, at
 * the temperature P T:
 *
 *   H = sum_k E(s^k) - J_perp sum_k sum_i s_i^k s_i^(k+1)
 *   J_perp = -(P T / 2) ln tanh(Gamma / (P T))
 *
 * Costs c = s_i g_i are those of anneal/lanes.h; a flip of one slice changes H by
 * 2 c + 2 J_perp s_i^k (s_i^(k-1) + s_i^(k+1)). With x exponentially distributed it is accepted if
 * c <= (P T / 2) x - J_perp (-2, 0 or 2): three thresholds for the same x, for neighbours in time
 * that are both parallel, of either sign, or both antiparallel. These are rounded down, so that
 * integer models compare integers and lose nothing.
 *
 * A strip is 64 lanes on every machine: P slices of 64 / P reads, lane = slice * reads + read, so
 * that the neighbours in time lie a rotation by `reads` away.
 *
 *   field [n][64]  g, in the smallest integer type that holds every field; those of 8 bytes are not
 *                  kept but summed up anew at every visit, from one word of each neighbour
 *   spin  [n]      one bit per lane, 1 for -1
 *
 * A visit decides for the even slices, then for the odd ones (whose neighbours in time are the even
 * ones), then updates the fields of the neighbours in space for both: what no longer interacts may
 * move at once. A world-line move flips a variable in all slices of a read; J_perp does not matter.
 *
 * Randomness as in anneal/lanes.h: one offset into a shuffled table per visit, or, where the
 * statistics of paths matter, one for every lane. */
#ifndef LEHR_SOLVERS_SQA_SLICES_H
#define LEHR_SOLVERS_SQA_SLICES_H

#include "solvers/anneal/lanes.h"

enum { STRIP_LANES = 64, LIMITS = 3 };

/* Neighbours in time: both parallel, one of each, both antiparallel. */
typedef enum slice_limit { LIMIT_PARALLEL, LIMIT_MIXED, LIMIT_ANTI } slice_limit;

typedef struct slice_strip {
  const lane_model *model;
  void *field;    /* [n][64], 64-byte aligned; NULL for fields of 8 bytes */
  uint64_t *spin; /* [n] */
  uint64_t even;  /* lanes of even slices */
  uint64_t used;  /* lanes of reads that exist: others never flip */
  int32_t reads;  /* lanes of one slice, 64 / P */
  bool is_independent;
  const lane_quantiles *quantiles;
  double half_temperature; /* P T / 2 */
  void *limit[LIMITS];     /* [offset_mask + 1 + 64] each, in the type of the fields */
  uint32_t offset_mask;
  uint64_t offset_state; /* of the generator of offsets; set anew for every sweep */
} slice_strip;

typedef struct slice_kernel {
  /* Computes the fields of variables begin..end-1 for all spins. */
  void (*enter)(slice_strip *s, int32_t begin, int32_t end);
  /* Visits variables begin..end-1 in all slices; true if anything flipped. */
  bool (*sweep)(slice_strip *s, int32_t begin, int32_t end);
  /* World-line moves of variables begin..end-1. */
  void (*worldline)(slice_strip *s, int32_t begin, int32_t end);
  /* The limits of s->half_temperature and J_perp = half_temperature * coupling. */
  void (*fill)(slice_strip *s, double coupling);
} slice_kernel;

/* Kernels of one level by type of the fields. */
typedef slice_kernel slice_kernel_set[LANES_TYPES];
extern const slice_kernel_set slices_baseline, slices_scalar;
#if defined(__x86_64__)
extern const slice_kernel_set slices_avx2, slices_avx512;
#endif

/* level: LANES_SCALAR or a cpu_level that this machine has. */
const slice_kernel *slices_kernel(int level, int type);

/* -ln tanh(Gamma / (P T)) for gamma = Gamma / 2: the coupling in time over half_temperature. */
double slices_coupling(double gamma, double half_temperature);

/* The spins of a slice's neighbours in time. */
static inline uint64_t slices_rotate(uint64_t word, int32_t by) {
  return word << (by & 63) | word >> (-by & 63);
}

/* Which lanes flip, given those whose cost is within each limit: even slices, then odd ones. */
static inline uint64_t slices_decide(const slice_strip *s, uint64_t spin,
                                     const uint64_t within[LIMITS]) {
  uint64_t flipped = 0;
  for (int half = 0; half < 2; half++) {
    const uint64_t now = spin ^ flipped;
    const uint64_t up = now ^ slices_rotate(now, s->reads);
    const uint64_t down = now ^ slices_rotate(now, -s->reads);
    const uint64_t flips = (within[LIMIT_PARALLEL] & ~(up | down)) |
                           (within[LIMIT_MIXED] & (up ^ down)) | (within[LIMIT_ANTI] & up & down);
    flipped |= flips & s->used & (half == 0 ? s->even : ~s->even);
  }
  return flipped;
}

#endif
