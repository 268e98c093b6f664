/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/rows.h"

#include <string.h>

/* Cycles per visit on Zen 4 with AVX-512, from `lehr solve` on models of Palubeckis (2002) with
 * 300, 1000 and 3000 variables at densities 0.01 to 0.5, 64 reads. Lanes: `visit`, and `neighbour`
 * for each neighbour if any lane flips; rows: `chunk` for each chunk, `flip` and `vector` for each
 * vector of 16-bit fields if the site flips. About one visit in ten flips over a whole run. */
static const double visit = 10, neighbour = 1.4, chunk = 16, flip = 60, vector = 2.2;
static const double flips_per_visit = 0.1;
/* Models of one chunk: from here on rows gain more on 8 reads, as in batches, than they lose on 64.
 * Microseconds for 100 sweeps of 50 variables, the whole solve included: with 5 neighbours each 54
 * in lanes and 32 in rows (8 reads), 89 and 165 (64 reads); with 10 51 and 31, 110 and 168; with 20
 * 61 and 31, 180 and 177. */
static const double single_chunk_degree = 4;

enum { VECTOR_BYTES = 64 };

static int32_t padded_to_chunks(int32_t n) { return (n + ROW_CHUNK - 1) / ROW_CHUNK * ROW_CHUNK; }

bool rows_pay(int32_t n, int64_t entries, int type) {
  if (n == 0 || type > ROW_TYPES) return false;
  const double degree = (double)entries / n;
  if (n <= ROW_CHUNK) return degree >= single_chunk_degree;
  if (type == 0) return false;
  const int size = 1 << type, lanes = VECTOR_BYTES / size;
  const double in_lanes = (visit + neighbour * degree) / lanes;
  const double vectors = (double)padded_to_chunks(n) * 2 / VECTOR_BYTES;
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

enum { LINE = 64 /* bytes */ };

static int32_t stride_of(int32_t n, int row_type) {
  if (n <= ROW_CHUNK) return 2 * ROW_CHUNK;
  /* An odd number of cache lines, so that a column does not fall into few sets of a cache. */
  const int32_t padded = padded_to_chunks(n), per_line = LINE >> row_type;
  return padded + (padded / per_line % 2 == 0 ? per_line : 0);
}

uint64_t rows_bytes(int32_t n, int type) {
  const uint64_t rows = n <= ROW_CHUNK ? ROW_CHUNK + 1 : (uint64_t)n;
  return ((rows * (uint64_t)stride_of(n, type)) << type) + LINE;
}

uint64_t rows_most_bytes(const lehr_model_view *m) {
  uint64_t most = 0;
  for (int type = 1; type <= ROW_TYPES; type++)
    if (rows_pay(m->n, 2 * m->n_interactions, type)) most = rows_bytes(m->n, type);
  return most;
}

/* The largest |J|, and the reach of a chunk (rows.h). Columns ascend. */
static int64_t largest_coupling(const spin_form *f, int64_t *reach) {
  int64_t most = 0, sum = 0;
  *reach = 0;
  for (int32_t i = 0; i < f->n; i++) {
    int32_t last = -1;
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const int64_t size = f->J[k] < 0 ? -f->J[k] : f->J[k];
      if (f->col[k] / ROW_CHUNK != last) sum = 0;
      last = f->col[k] / ROW_CHUNK;
      sum += 2 * size;
      most = size > most ? size : most;
      *reach = sum > *reach ? sum : *reach;
    }
  }
  return most;
}

/* What fields of 16 bits are worth while for: less than this and random states leave it. */
enum { LEAST_NEAR = 1 << 12 };

static void choose_types(lane_model *m, const spin_form *f) {
  int64_t reach = 0;
  m->row_type = m->type;
  m->near = m->type == 1 ? INT16_MAX : -1;
  if (m->padded > ROW_CHUNK) {
    const int64_t most = largest_coupling(f, &reach);
    m->row_type = most <= INT8_MAX ? 0 : most <= INT16_MAX ? 1 : 2;
    if (m->type == 2 && reach < INT16_MAX - LEAST_NEAR) m->near = INT16_MAX - (int32_t)reach;
  }
  m->row_stride = stride_of(f->n, m->row_type);
}

#define FILL(entry)                                                                                \
  static void fill_##entry(const lane_model *m, const spin_form *f, entry *row) {                  \
    const bool is_single = m->padded == ROW_CHUNK;                                                 \
    const int64_t factor = is_single ? 2 : 1;                                                      \
    for (int32_t i = 0; i < f->n; i++, row += m->row_stride) {                                     \
      const int64_t end = f->row[i + 1];                                                           \
      for (int64_t k = f->row[i]; k < end; k++) row[f->col[k]] = (entry)(factor * f->J[k]);        \
      if (!is_single) continue;                                                                    \
      for (int32_t k = 0; k < ROW_CHUNK; k++) row[ROW_CHUNK + k] = (entry)-row[k];                 \
    }                                                                                              \
  }
FILL(uint8_t)
FILL(uint16_t) /* sums wrap harmlessly */
FILL(uint32_t)
#undef FILL

bool rows_prepare(lane_model *m, const spin_form *f, lehr_run *run) {
  m->padded = padded_to_chunks(f->n);
  choose_types(m, f);
  void *dense = run->alloc(run, rows_bytes(f->n, m->row_type));
  if (!dense) return false;
  if (m->row_type == 0)
    fill_uint8_t(m, f, dense);
  else if (m->row_type == 1)
    fill_uint16_t(m, f, dense);
  else
    fill_uint32_t(m, f, dense);
  m->dense = dense;
  return true;
}

/* Replica r's fields in either width, which share their memory: to be copied by chunks. */
static char *fields_of(const lane_strip *s, int32_t r) {
  return (char *)s->field + ((size_t)r * (size_t)s->model->padded << s->model->type);
}

void rows_try_narrow(lane_strip *s, int32_t r) {
  const int32_t near = s->model->near;
  char *fields = fields_of(s, r);
  const int32_t *field = (const int32_t *)fields;
  int32_t most = 0;
  for (int32_t i = 0; i < s->model->n; i++) {
    const int32_t size = field[i] < 0 ? -field[i] : field[i];
    most = size > most ? size : most;
  }
  s->wide |= UINT32_C(1) << r;
  if (most > near) return;
  s->wide ^= UINT32_C(1) << r;
  for (int32_t i = 0; i < s->model->padded; i += ROW_CHUNK) {
    int32_t from[ROW_CHUNK];
    int16_t to[ROW_CHUNK];
    memcpy(from, fields + (size_t)i * sizeof *from, sizeof from);
    for (int k = 0; k < ROW_CHUNK; k++) to[k] = (int16_t)from[k];
    memcpy(fields + (size_t)i * sizeof *to, to, sizeof to);
  }
}

void rows_widen(lane_strip *s, int32_t r) {
  char *fields = fields_of(s, r);
  s->wide |= UINT32_C(1) << r;
  for (int32_t i = s->model->padded - ROW_CHUNK; i >= 0; i -= ROW_CHUNK) {
    int16_t from[ROW_CHUNK];
    int32_t to[ROW_CHUNK];
    memcpy(from, fields + (size_t)i * sizeof *from, sizeof from);
    for (int k = 0; k < ROW_CHUNK; k++) to[k] = from[k];
    memcpy(fields + (size_t)i * sizeof *to, to, sizeof to);
  }
}
