/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/blocks.h"

#include "base/c_random.h"
#include "base/error.h"
#include "base/memory.h"
#include "solvers/poll.h"

#include <metis.h>
#include <stdlib.h>
#include <string.h>

void blocks_free(blocks *b) {
  free(b->of);
  free(b->ptr);
  free(b->list);
  free(b->rank);
  *b = (blocks){0};
}

/* Breadth first from a place that the seed says, block by block; what was left behind is where the
 * next one begins. list[] is the queue: blocks lie in it one after the other. False if the run
 * should stop. */
static bool spread(blocks *b, lehr_run *run, const lehr_model_view *m, int32_t seed) {
  const int32_t n = m->n, size = (n + b->count - 1) / b->count;
  int32_t end = 0, next = 0, root = (int32_t)((uint32_t)seed * 2654435761u % (uint32_t)n);
  poll p = {.run = run};
  for (int32_t i = 0; i < n; i++) b->of[i] = -1;
  for (int32_t taken = 0; taken < n; taken++) {
    if (next == end) {
      while (b->of[root] >= 0) root = root + 1 < n ? root + 1 : 0;
      b->of[root] = 0;
      b->list[end++] = root;
    }
    const int32_t i = b->list[next++];
    b->of[i] = taken / size;
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const int32_t j = m->col[k];
      if (b->of[j] >= 0) continue;
      b->of[j] = 0;
      b->list[end++] = j;
    }
    if (poll_stops(&p, 1 + m->row[i + 1] - m->row[i])) return false;
  }
  return true;
}

double blocks_cut(const blocks *b, const lehr_model_view *m) {
  int64_t cut = 0;
  if (b->count == 0) return 0;
  for (int32_t i = 0; i < m->n; i++)
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) cut += b->of[m->col[k]] != b->of[i];
  return m->n_interactions > 0 ? 0.5 * (double)cut / (double)m->n_interactions : 0;
}

/* Arguments and answer of METIS_PartGraphKway, which draws from rand(). */
typedef struct partitioning {
  idx_t n, parts, *row, *col, *options, *of;
  int done;
} partitioning;

static void part_graph(void *context) {
  partitioning *p = context;
  idx_t constraints = 1, cut;
  p->done = METIS_PartGraphKway(&p->n, &constraints, p->row, p->col, NULL, NULL, NULL, &p->parts,
                                NULL, NULL, p->options, &cut, p->of);
}

/* METIS wants its own integers. */
static lehr_status partition(blocks *b, const lehr_model_view *m, int32_t seed) {
  idx_t options[METIS_NOPTIONS];
  idx_t *row = memory_array((size_t)m->n + 1, sizeof *row);
  idx_t *col = memory_copy(m->col, 2 * (size_t)m->n_interactions, sizeof *col);
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_SEED] = seed;
  options[METIS_OPTION_NUMBERING] = 0;
  for (int32_t i = 0; row && i <= m->n; i++) row[i] = (idx_t)m->row[i];
  partitioning p = {m->n, b->count, row, col, options, b->of, METIS_ERROR_MEMORY};
  if (row && col) c_random_call((unsigned)seed, part_graph, &p);
  free(row);
  free(col);
  return p.done == METIS_OK ? LEHR_OK : LEHR_ENOMEM;
}

/* Of METIS per neighbour, on one core of Zen 4: 0.13 us on a square lattice of 10^6 sites; 2 us on
 * random graphs of 2*10^5 sites, 4 us on those of 10^6 with 20 neighbours each. */
static const double local_seconds = 0.2e-6, random_seconds = 4e-6, most_local_cut = 0.35;

bool blocks_are_local(double cut) { return cut <= most_local_cut; }

/* list[], ptr[] and rank[] from of[]. */
static void number(blocks *b, int32_t n) {
  memset(b->ptr, 0, ((size_t)b->count + 1) * sizeof *b->ptr);
  for (int32_t i = 0; i < n; i++) b->rank[i] = b->ptr[b->of[i] + 1]++;
  for (int32_t k = 0; k < b->count; k++) b->ptr[k + 1] += b->ptr[k];
  for (int32_t i = 0; i < n; i++) b->list[b->ptr[b->of[i]] + b->rank[i]] = i;
}

lehr_status blocks_grow(blocks *b, const lehr_model_view *m, int32_t size, int32_t seed,
                        lehr_run *run) {
  _Static_assert(sizeof(idx_t) == sizeof(int32_t), "METIS with 32-bit indices");
  const size_t n = (size_t)m->n;
  *b = (blocks){.count = m->n / size + (m->n % size > 0)};
  if (b->count < 1) b->count = 1;
  b->of = memory_array(n, sizeof *b->of);
  b->ptr = memory_array((size_t)b->count + 1, sizeof *b->ptr);
  b->list = memory_array(n, sizeof *b->list);
  b->rank = memory_array(n, sizeof *b->rank);
  if (!b->of || !b->ptr || !b->list || !b->rank) {
    blocks_free(b);
    return LEHR_ENOMEM;
  }
  if (n > 0 && !spread(b, run, m, seed))
    blocks_free(b);
  else
    number(b, m->n);
  return LEHR_OK;
}

lehr_status blocks_refine(blocks *b, const lehr_model_view *m, int32_t seed, double seconds) {
  const double neighbours = 2 * (double)m->n_interactions;
  const bool is_local = blocks_are_local(blocks_cut(b, m));
  const double needed = (is_local ? local_seconds : random_seconds) * neighbours;
  if (b->count < 2 || neighbours > INT32_MAX || needed > seconds) return LEHR_OK;
  const lehr_status status = partition(b, m, seed);
  if (status == LEHR_OK) number(b, m->n);
  return status;
}

/* The part of variable i's coefficients that stays in its block, as entries; what couples it to the
 * outside becomes linear: J s_i s_j with s_j fixed, q x_i x_j with x_j fixed. */
static lehr_status add_exact(const blocks *b, const lehr_model_view *m, int32_t i,
                             const uint8_t bits[], lehr_builder *out) {
  int64_t linear = m->linear_i64[i];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
    const int32_t j = m->col[k];
    const int64_t w = m->weight_i64[k];
    if (b->of[j] != b->of[i])
      linear += bits[j] ? w : m->vartype == LEHR_SPIN ? -w : 0;
    else if (j < i)
      LEHR_TRY(lehr_builder_add_int(out, b->rank[i], b->rank[j], w, NULL));
  }
  return lehr_builder_add_linear_int(out, b->rank[i], linear, NULL);
}

static lehr_status add_real(const blocks *b, const lehr_model_view *m, int32_t i,
                            const uint8_t bits[], lehr_builder *out) {
  double linear = m->linear_f64[i];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
    const int32_t j = m->col[k];
    const double w = m->weight_f64[k];
    if (b->of[j] != b->of[i])
      linear += bits[j] ? w : m->vartype == LEHR_SPIN ? -w : 0;
    else if (j < i)
      LEHR_TRY(lehr_builder_add(out, b->rank[i], b->rank[j], w, NULL));
  }
  return lehr_builder_add_linear(out, b->rank[i], linear, NULL);
}

lehr_status blocks_extract(const blocks *b, const lehr_model_view *m, int32_t k,
                           const uint8_t bits[], lehr_model **out) {
  lehr_builder *builder = NULL;
  lehr_status status =
      lehr_builder_create((lehr_vartype)m->vartype, b->ptr[k + 1] - b->ptr[k], &builder);
  *out = NULL;
  if (status == LEHR_OK && m->is_exact) status = lehr_builder_set_scale(builder, m->scale);
  for (int32_t s = b->ptr[k]; s < b->ptr[k + 1] && status == LEHR_OK; s++)
    status = m->is_exact ? add_exact(b, m, b->list[s], bits, builder)
                         : add_real(b, m, b->list[s], bits, builder);
  if (status == LEHR_OK) status = lehr_builder_finish(builder, out, NULL);
  lehr_builder_free(builder);
  return status;
}
