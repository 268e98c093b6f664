/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bifurcation/oscillators.h - coupled oscillators between walls, one read per SIMD lane.
 *
 * Simulated bifurcation (Goto, Tatsumura, Dixon 2019; Goto et al. 2021, eq. 9-12, a0 = 1): every
 * spin is the sign of a position x_i with momentum y_i. A step of length d is
 *
 *   y_i += d (force_i - p x_i),  force_i = f_i + sum_j C_ij v_j      ("kick")
 *   x_i += d y_i;  beyond the walls at +-1: x_i = +-1, y_i = 0       ("drift")
 *
 * with v = x (ballistic) or the sign of x (discrete), and p falling from 1 to 0: the origin, a
 * minimum at first, splits into two. C and f are minus the spin form's J and h times c_i.
 *
 *   x, y, v [n][lanes], float        lanes = 16 or 32
 *   sparse: C in compressed rows     dense: C as [tiles][n][6], tiles of 6 rows
 *
 * Sums run over j in ascending order, products and sums are rounded separately (-ffp-contract=off):
 * a lane has the same bits whatever the instruction set, the number of lanes, sparse or dense. */
#ifndef LEHR_SOLVERS_BIFURCATION_OSCILLATORS_H
#define LEHR_SOLVERS_BIFURCATION_OSCILLATORS_H

#include "base/cpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TILE_ROWS = 6, FEWEST_LANES = 16, MOST_LANES = 32, OSCILLATORS_SCALAR = -1 };

typedef struct oscillator_model {
  int32_t n;
  const int64_t *row;  /* [n+1] */
  const int32_t *col;  /* [row[n]] */
  const float *couple; /* [row[n]] C, or NULL */
  const float *dense;  /* [tiles][n][TILE_ROWS] C, or NULL */
  const float *field;  /* [n] f */
} oscillator_model;

typedef struct oscillator_strip {
  const oscillator_model *model;
  int lanes;
  bool is_discrete;
  float step, pull; /* d and p */
  float *x, *y, *v; /* 64-byte aligned */
} oscillator_strip;

typedef struct oscillator_kernel {
  /* Kicks variables begin..end-1; where dense, begin is a multiple of TILE_ROWS. */
  void (*kick)(oscillator_strip *s, int32_t begin, int32_t end);
  /* Moves all variables and sets v. */
  void (*drift)(oscillator_strip *s);
} oscillator_kernel;

extern const oscillator_kernel oscillators_baseline, oscillators_scalar;
#if defined(__x86_64__)
extern const oscillator_kernel oscillators_avx2, oscillators_avx512;
#endif

/* level: OSCILLATORS_SCALAR or a cpu_level that this machine has. */
const oscillator_kernel *oscillators_kernel(int level);

#endif
