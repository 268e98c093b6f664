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
#include "solvers/spin_form.h"

enum { BLOCK_LANES = 64, LANES_TYPES = 4, LANES_WIDTHS = 3, ROW_CHUNK = 64, ROW_TYPES = 2 };

/* The spin form in the integer type of the fields. */
typedef struct lane_model {
  int32_t n;
  int type;               /* log2 of the bytes of a field */
  const int64_t *row;     /* [n+1] */
  const int32_t *col;     /* [row[n]] */
  const int64_t *split;   /* [n] all |J| equal: the J > 0 of row i end here; else NULL */
  const void *step;       /* 2 J for each entry of col; one value 2 |J| where split is set. NULL, as
                           * col is, where there is `dense` */
  const void *rest_field; /* [n] g when all spins are +1 */
  const void *dense;      /* the matrix of row kernels (rows.h), or NULL */
  int32_t padded;         /* n rounded up to ROW_CHUNK, with dense */
  int32_t row_stride;     /* entries from a row of `dense` to the next */
  int row_type;           /* log2 of the bytes of one */
  int32_t near;           /* largest field from where a chunk's flips stay within 16 bits, or -1 */
} lane_model;

/* A strip on its way. Row kernels lay field and spin out as rows.h says. */
typedef struct lane_strip {
  const lane_model *model;
  void *field, *spin;    /* [n][lanes], 64-byte aligned */
  const void *threshold; /* [offset_mask + 1 + BLOCK_LANES] in the type of the fields */
  uint32_t offset_mask;
  uint32_t first_lane;   /* of the strip, in its block */
  int32_t reads;         /* replicas in use */
  uint32_t wide;         /* rows: bit r for replicas whose fields take the model's type */
  uint64_t offset_state; /* of the generator of offsets; set anew for every sweep */
} lane_strip;

/* Quantiles of the exponential distribution, shuffled, in both precisions: fields of 8 bytes use
 * `wide`, the others `narrow`. count is a power of two >= BLOCK_LANES. */
typedef struct lane_quantiles {
  int32_t count;
  const float *narrow;
  const double *wide;
  double most; /* the largest of them */
} lane_quantiles;

typedef struct lane_kernel {
  int lanes; /* 0: there is no such kernel */
  /* Computes the fields of sites begin..end-1 for the spins in strip->spin. Row kernels add what
   * these sites do to all fields: they want portions that follow each other from 0 to n. */
  void (*enter)(lane_strip *strip, int32_t begin, int32_t end);
  /* Visits sites begin..end-1; true if any lane flipped anywhere. */
  bool (*sweep)(lane_strip *strip, int32_t begin, int32_t end);
  /* threshold[k] = floor(temperature * quantile[k]), below the type's largest value: a lane whose
   * fields are all that value never flips. */
  void (*fill)(double temperature, const lane_quantiles *q, void *threshold);
  bool is_rowwise; /* a row kernel: begin and end are multiples of ROW_CHUNK or n */
} lane_kernel;

/* Kernels of one level: [type][width], widths of 16, 32 and 64 bytes. */
typedef lane_kernel lane_kernel_set[LANES_TYPES][LANES_WIDTHS];
extern const lane_kernel_set lanes_baseline;
/* Row kernels of one level, for fields of 2 and 4 bytes. */
typedef lane_kernel row_kernel_set[ROW_TYPES];
extern const row_kernel_set rows_baseline, rows_scalar;
#if defined(__x86_64__)
extern const lane_kernel_set lanes_avx2, lanes_avx512;
extern const row_kernel_set rows_avx2, rows_avx512;
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

/* Offset into the thresholds for a chunk of sites of one replica (number in its block of 64): a mix
 * of all three (finaliser of splitmix64, Steele, Lea, Flood 2014). */
static inline uint32_t rows_offset(const lane_strip *s, uint32_t lane, int32_t chunk) {
  uint64_t x = s->offset_state + ((uint64_t)chunk << 8 | (lane + 1)) * UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
  return (uint32_t)(x >> 33) & s->offset_mask;
}

/* The smallest type (log2 of bytes) that holds every field of a model, or fields up to largest. */
int lanes_type(const spin_form *f);
int lanes_type_for(int64_t largest);
/* Bytes that lanes_prepare and lanes_couple take. */
uint64_t lanes_bytes(const lehr_model_view *m);
/* What all kernels need of a lane model; memory from run, false when refused. */
bool lanes_prepare(lane_model *out, const spin_form *f, int type, lehr_run *run);
/* Adds col, split and step, which row kernels do without. False also if the run should stop
 * (poll.h). */
bool lanes_couple(lane_model *m, const spin_form *f, lehr_run *run);

#endif
