/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/lanes.h - Metropolis sweeps over many replicas at once, one replica per SIMD lane.
 *
 * With E = sum h s + sum J s s, let g_i = -(h_i + sum_j J_ij s_j). Flipping s_i changes E by
 * 2 s_i g_i; call c = s_i g_i the cost. A visit of site i flips the lanes whose cost is at most
 * their threshold, and adds 2 J_ij s_i (old s_i) to the g_j of the neighbours in those lanes.
 *
 *   field [n][lanes]  g, an integer of 1, 2, 4 or 8 bytes: the smallest that holds every field
 *   spin  [n][lanes]  0 for +1, -1 (all bits) for -1
 *
 * Randomness. A Metropolis step accepts c <= T' x, x exponentially distributed, T' = T/2. A table
 * holds T' times the quantiles of that distribution in shuffled order, rounded down; every (block
 * of 64 lanes, sweep, site) draws one offset, and lane l reads entry offset + l. Replicas thus
 * share the table but not its entries; this serves optimisation, not the independence of samples.
 * (Isakov, Zintchenko, Ronnow, Troyer 2015 share random numbers between replicas likewise.)
 *
 * A strip is as many lanes as one vector holds. What happens in a lane depends on its number in
 * the block of 64 only, so all vector widths, instruction sets and the scalar twin agree in every
 * bit. */
#ifndef LEHR_SOLVERS_ANNEAL_LANES_H
#define LEHR_SOLVERS_ANNEAL_LANES_H

#include "base/cpu.h"
#include "solvers/anneal/spin_form.h"

enum { BLOCK_LANES = 64, LANES_TYPES = 4, LANES_WIDTHS = 3 };

/* The spin form in the integer type of the fields. */
typedef struct lane_model {
  int32_t n;
  int type;               /* log2 of the bytes of a field */
  const int64_t *row;     /* [n+1] */
  const int32_t *col;     /* [row[n]] */
  const int64_t *split;   /* [n] all |J| equal: the J > 0 of row i end here; else NULL */
  const void *step;       /* 2 J for each entry of col; one value 2 |J| where split is set */
  const void *rest_field; /* [n] g when all spins are +1 */
} lane_model;

/* A strip on its way. */
typedef struct lane_strip {
  const lane_model *model;
  void *field, *spin;    /* [n][lanes], 64-byte aligned */
  const void *threshold; /* [offset_mask + 1 + BLOCK_LANES] in the type of the fields */
  uint32_t offset_mask;
  uint32_t first_lane;   /* of the strip, in its block */
  uint64_t offset_state; /* of the generator of offsets; set anew for every sweep */
} lane_strip;

/* Quantiles of the exponential distribution, shuffled, in both precisions: fields of 8 bytes use
 * `wide`, the others `narrow`. count is a power of two >= BLOCK_LANES. */
typedef struct lane_quantiles {
  int32_t count;
  const float *narrow;
  const double *wide;
} lane_quantiles;

typedef struct lane_kernel {
  int lanes; /* 0: there is no such kernel */
  /* Computes the fields of the spins in strip->spin. */
  void (*enter)(lane_strip *strip);
  /* Visits sites begin..end-1; true if any lane flipped anywhere. */
  bool (*sweep)(lane_strip *strip, int32_t begin, int32_t end);
  /* threshold[k] = floor(temperature * quantile[k]), below the type's largest value: a lane whose
   * fields are all that value never flips. */
  void (*fill)(double temperature, const lane_quantiles *q, void *threshold);
} lane_kernel;

/* Kernels of one level: [type][width], widths of 16, 32 and 64 bytes. */
typedef lane_kernel lane_kernel_set[LANES_TYPES][LANES_WIDTHS];
extern const lane_kernel_set lanes_baseline;
#if defined(__x86_64__)
extern const lane_kernel_set lanes_avx2, lanes_avx512;
#endif
/* One lane at a time in plain C: the definition of what the others compute. */
extern const lane_kernel lanes_scalar[LANES_TYPES];

/* Level for tests: the scalar twin. */
enum { LANES_SCALAR = -1 };

/* The kernel with the fewest lanes >= wanted, else with the most. level: LANES_SCALAR or a
 * cpu_level that this machine has. */
const lane_kernel *lanes_kernel(int level, int type, int64_t wanted);

/* Upper 32 bits of a linear congruential generator (Knuth's MMIX constants), seeded by Philox
 * wherever a stream begins. */
static inline uint32_t lanes_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*state >> 32);
}

/* Offset into a threshold table; the lowest of the upper bits are left out. */
static inline uint32_t lanes_offset(uint64_t *state, uint32_t mask) {
  return lanes_random(state) >> 8 & mask;
}

/* Bytes that lanes_prepare takes. */
uint64_t lanes_bytes(const lehr_model_view *m);
/* Makes the lane model; memory from run, false when refused. */
bool lanes_prepare(lane_model *out, const spin_form *f, lehr_run *run);

#endif
