/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/rows.h"

/* Cycles per visit on Zen 4 with AVX-512, from `lehr batch` on models of 50 variables at densities
 * 0.1 to 1, and lehr-bench dense1000. Lanes: `visit`, and `neighbour` for each neighbour if any
 * lane flips; rows: `chunk` for each chunk, `flip` and `vector` for each vector of the row if the
 * site flips. About one visit in ten flips over a whole run. */
static const double visit = 10, neighbour = 1.4, chunk = 16, flip = 20, vector = 1.5;
static const double flips_per_visit = 0.1;
/* Where models of one chunk are as fast in rows, which they share in groups. */
static const double single_chunk_degree = 12;

enum { VECTOR_BYTES = 64 };

static int32_t padded_to_chunks(int32_t n) { return (n + ROW_CHUNK - 1) / ROW_CHUNK * ROW_CHUNK; }

bool rows_pay(int32_t n, int64_t entries, int type) {
  if (n == 0 || type < 1 || type > ROW_TYPES) return false;
  const double degree = (double)entries / n;
  if (n <= ROW_CHUNK) return degree >= single_chunk_degree;
  const int size = 1 << type, lanes = VECTOR_BYTES / size;
  const double in_lanes = (visit + neighbour * degree) / lanes;
  const double vectors = (double)padded_to_chunks(n) * size / VECTOR_BYTES;
  const double in_rows = flips_per_visit * (flip + vector * vectors) + chunk / ROW_CHUNK;
  return in_rows < in_lanes;
}

const lane_kernel *rows_kernel(int level, int type) {
  if (level == LANES_SCALAR) return &rows_scalar[type - 1];
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &rows_avx2[type - 1];
  if (level == CPU_AVX512) return &rows_avx512[type - 1];
#endif
  return &rows_baseline[type - 1];
}

uint64_t rows_bytes(int32_t n, int type) {
  const uint64_t rows = n < ROW_CHUNK ? ROW_CHUNK + 1 : (uint64_t)n + 1;
  return (rows * (uint64_t)padded_to_chunks(n) << type) + 64;
}

uint64_t rows_most_bytes(const lehr_model_view *m) {
  uint64_t most = 0;
  for (int type = 1; type <= ROW_TYPES; type++)
    if (rows_pay(m->n, 2 * m->n_interactions, type)) most = rows_bytes(m->n, type);
  return most;
}

bool rows_prepare(lane_model *m, const spin_form *f, lehr_run *run) {
  m->padded = padded_to_chunks(f->n);
  void *dense = run->alloc(run, rows_bytes(f->n, m->type));
  if (!dense) return false;
  for (int32_t i = 0; i < f->n; i++) {
    const size_t row = (size_t)i * (size_t)m->padded;
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const size_t place = row + (size_t)f->col[k];
      if (m->type == 1)
        ((int16_t *)dense)[place] = (int16_t)(2 * f->J[k]); /* may wrap, as sums do harmlessly */
      else
        ((int32_t *)dense)[place] = (int32_t)(2 * f->J[k]);
    }
  }
  m->dense = dense;
  return true;
}
