/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/rows.h"

/* Cycles per visit on Zen 4 with AVX-512, from `lehr batch` on models of 50 variables at densities
 * 0.1 to 1, and lehr-bench dense1000. Lanes: `visit`, and `neighbour` for each neighbour if any
 * lane flips; rows: `chunk` for each chunk, `flip` and `vector` for each vector of the row if the
 * site flips. About one visit in ten flips over a whole run. */
static const double visit = 10, neighbour = 1.4, chunk = 16, flip = 20, vector = 1.5;
static const double flips_per_visit = 0.1;
/* Models of one chunk: from here on rows gain more on 8 reads, as in batches, than they lose on 64.
 * Microseconds for 100 sweeps of 50 variables, the whole solve included: with 5 neighbours each 54
 * in lanes and 32 in rows (8 reads), 89 and 165 (64 reads); with 10 51 and 31, 110 and 168; with 20
 * 61 and 31, 180 and 177. */
static const double single_chunk_degree = 7;

enum { VECTOR_BYTES = 64 };

static int32_t padded_to_chunks(int32_t n) { return (n + ROW_CHUNK - 1) / ROW_CHUNK * ROW_CHUNK; }

bool rows_pay(int32_t n, int64_t entries, int type) {
  if (n == 0 || type > ROW_TYPES) return false;
  const double degree = (double)entries / n;
  if (n <= ROW_CHUNK) return degree >= single_chunk_degree;
  if (type == 0) return false;
  const int size = 1 << type, lanes = VECTOR_BYTES / size;
  const double in_lanes = (visit + neighbour * degree) / lanes;
  const double vectors = (double)padded_to_chunks(n) * size / VECTOR_BYTES;
  const double in_rows = flips_per_visit * (flip + vector * vectors) + chunk / ROW_CHUNK;
  return in_rows < in_lanes;
}

int rows_type(int type) { return type < 1 ? 1 : type; }

const lane_kernel *rows_kernel(int level, int type) {
  if (level == LANES_SCALAR) return &rows_scalar[type - 1];
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &rows_avx2[type - 1];
  if (level == CPU_AVX512) return &rows_avx512[type - 1];
#endif
  return &rows_baseline[type - 1];
}

static uint64_t entries(int32_t n) {
  return n <= ROW_CHUNK ? 2 * (ROW_CHUNK + 1) * ROW_CHUNK
                        : (uint64_t)n * (uint64_t)padded_to_chunks(n);
}

uint64_t rows_bytes(int32_t n, int type) { return (entries(n) << type) + 64; }

uint64_t rows_most_bytes(const lehr_model_view *m) {
  uint64_t most = 0;
  for (int type = 1; type <= ROW_TYPES; type++)
    if (rows_pay(m->n, 2 * m->n_interactions, type)) most = rows_bytes(m->n, type);
  return most;
}

#define FILL(word)                                                                                 \
  static void fill_##word(const lane_model *m, const spin_form *f, word *row) {                    \
    const bool is_single = m->padded == ROW_CHUNK;                                                 \
    for (int32_t i = 0; i < f->n; i++, row += rows_stride(m)) {                                    \
      const int64_t end = f->row[i + 1];                                                           \
      for (int64_t k = f->row[i]; k < end; k++) row[f->col[k]] = (word)(2 * f->J[k]);              \
      if (!is_single) continue;                                                                    \
      for (int32_t k = 0; k < ROW_CHUNK; k++) row[ROW_CHUNK + k] = (word)-row[k];                  \
    }                                                                                              \
  }
FILL(uint16_t) /* sums wrap harmlessly */
FILL(uint32_t)
#undef FILL

bool rows_prepare(lane_model *m, const spin_form *f, lehr_run *run) {
  m->padded = padded_to_chunks(f->n);
  void *dense = run->alloc(run, rows_bytes(f->n, m->type));
  if (!dense) return false;
  if (m->type == 1)
    fill_uint16_t(m, f, dense);
  else
    fill_uint32_t(m, f, dense);
  m->dense = dense;
  return true;
}
