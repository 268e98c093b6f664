/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/rows.h - Metropolis sweeps for dense models: sites in the lanes of vectors.
 *
 * The kernels of lanes.h put replicas into lanes; a visit then costs one vector operation per
 * neighbour however few replicas there are. Here each replica has its fields in one row,
 *
 *   field [reads][padded]   spin [reads][padded / 64], bits: 1 for -1   dense [n][padded] of 2 J
 *
 * with padded = n rounded up to 64, and a flip adds a row of `dense` to it or takes it away. Models
 * of one chunk have both signs of each row and a row of zeros: dense [65][2][64]. What is compared
 * and in which order is the same; thresholds come from one offset per (replica, sweep, chunk of 64
 * sites). */
#ifndef LEHR_SOLVERS_ANNEAL_ROWS_H
#define LEHR_SOLVERS_ANNEAL_ROWS_H

#include "solvers/anneal/lanes.h"

enum { ROWS_READS = 8 /* replicas of one strip */ };

/* Entries from a row of `dense` to the next. */
static inline int32_t rows_stride(const lane_model *m) {
  return m->padded == ROW_CHUNK ? 2 * ROW_CHUNK : m->padded;
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

#endif
