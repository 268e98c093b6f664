/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/rows.h - Metropolis sweeps for dense models: sites in the lanes of vectors.
 *
 * The kernels of lanes.h put replicas into lanes; a visit then costs one vector operation per
 * neighbour however few replicas there are. Here each replica has its fields in one row,
 *
 *   field [reads][padded]   spin [reads][padded / 64], bits: 1 for -1   dense [n][row_stride] of J
 *
 * with padded = n rounded up to 64, and a flip adds twice a row of `dense` to it or takes it away.
 * Models of one chunk have 2 J and -2 J and a row of zeros: dense [65][2][64]. What is compared and
 * in which order is the same; thresholds come from one offset per (replica, sweep, chunk of 64
 * sites).
 *
 * Memory traffic decides, so `dense` has the smallest type that holds J, and a replica of a model
 * with fields of 32 bits keeps them in 16 for as long as that is certain to do: the flips of one
 * chunk change no field by more than `reach`, the largest sum of 2 |J_ij| over the j of a chunk; a
 * replica all of whose fields are at most near = 2^15 - 1 - reach can thus visit a chunk, and goes
 * on in 32 bits if one is beyond afterwards. What is computed does not depend on it. */
#ifndef LEHR_SOLVERS_ANNEAL_ROWS_H
#define LEHR_SOLVERS_ANNEAL_ROWS_H

#include "solvers/anneal/lanes.h"

enum { ROWS_READS = 8 /* replicas of one strip */ };

/* 2 J of sites i and j, or a number that wraps to the same field. */
static inline int64_t rows_step(const lane_model *m, int32_t i, int32_t j) {
  const size_t at = (size_t)i * (size_t)m->row_stride + (size_t)j;
  const int64_t entry = m->row_type == 0   ? ((const int8_t *)m->dense)[at]
                        : m->row_type == 1 ? ((const int16_t *)m->dense)[at]
                                           : ((const int32_t *)m->dense)[at];
  return m->padded == ROW_CHUNK ? entry : 2 * entry;
}

/* Spins of read r of a strip. */
static inline uint64_t *rows_spins(const lane_strip *s, int32_t r) {
  return (uint64_t *)s->spin + (size_t)r * (size_t)(s->model->padded / ROW_CHUNK);
}

/* Whether rows are faster than lanes for this model with fields of that type: for few reads where
 * one chunk holds it (the models of batches), for full vectors of reads else. entries: of the
 * symmetric matrix. Depends on the model only, so that a read is the same on every machine and
 * beside any number of others. */
bool rows_pay(int32_t n, int64_t entries, int type);
/* Type of fields that rows use for a model whose fields fit `type`. */
int rows_type(int type);

/* The row kernel of a level (LANES_SCALAR or a cpu_level of this machine); type 1 or 2. */
const lane_kernel *rows_kernel(int level, int type);

/* Bytes that rows_prepare takes for n variables with fields of 2^type bytes. */
uint64_t rows_bytes(int32_t n, int type);
/* The most that it can take for a model, whatever the type will be. */
uint64_t rows_most_bytes(const lehr_model_view *m);
/* Adds the dense matrix to a lane model; memory from run, false when refused. O(n^2). */
bool rows_prepare(lane_model *m, const spin_form *f, lehr_run *run);

/* Whether the fields of replica r have 16 bits though those of the model have 32. */
static inline bool rows_is_narrow(const lane_strip *s, int32_t r) {
  return s->model->type == 2 && !(s->wide >> r & 1);
}
/* The fields of replica r from 32 bits to 16, if they are near, or back. O(n). */
void rows_try_narrow(lane_strip *s, int32_t r);
void rows_widen(lane_strip *s, int32_t r);

#endif
