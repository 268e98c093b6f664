/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/blocks.h"

#include "base/error.h"
#include "base/memory.h"

#include <metis.h>
#include <stdlib.h>

void blocks_free(blocks *b) {
  free(b->of);
  free(b->ptr);
  free(b->list);
  free(b->rank);
  *b = (blocks){0};
}

/* METIS wants its own integers, and no isolated start index beyond them. */
static lehr_status partition(blocks *b, const lehr_model_view *m, int32_t seed) {
  if (2 * m->n_interactions > INT32_MAX || b->count < 2)
    return b->count < 2 ? LEHR_OK : LEHR_EUNAVAILABLE;
  idx_t n = m->n, constraints = 1, parts = b->count, cut;
  idx_t options[METIS_NOPTIONS];
  idx_t *row = memory_array((size_t)n + 1, sizeof *row);
  idx_t *col = memory_copy(m->col, 2 * (size_t)m->n_interactions, sizeof *col);
  int done = METIS_ERROR_MEMORY;
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_SEED] = seed;
  options[METIS_OPTION_NUMBERING] = 0;
  for (int32_t i = 0; row && i <= m->n; i++) row[i] = (idx_t)m->row[i];
  if (row && col)
    done = METIS_PartGraphKway(&n, &constraints, row, col, NULL, NULL, NULL, &parts, NULL, NULL,
                               options, &cut, b->of);
  free(row);
  free(col);
  return done == METIS_OK ? LEHR_OK : LEHR_ENOMEM;
}

static void number(blocks *b, int32_t n) {
  for (int32_t i = 0; i < n; i++) b->rank[i] = b->ptr[b->of[i] + 1]++;
  for (int32_t k = 0; k < b->count; k++) b->ptr[k + 1] += b->ptr[k];
  for (int32_t i = 0; i < n; i++) b->list[b->ptr[b->of[i]] + b->rank[i]] = i;
}

lehr_status blocks_make(blocks *b, const lehr_model_view *m, int32_t size, int32_t seed) {
  _Static_assert(sizeof(idx_t) == sizeof(int32_t), "METIS with 32-bit indices");
  const size_t n = (size_t)m->n;
  *b = (blocks){.count = (m->n + size - 1) / size};
  if (b->count < 1) b->count = 1;
  b->of = memory_array(n, sizeof *b->of);
  b->ptr = memory_array((size_t)b->count + 1, sizeof *b->ptr);
  b->list = memory_array(n, sizeof *b->list);
  b->rank = memory_array(n, sizeof *b->rank);
  lehr_status status = LEHR_ENOMEM;
  if (b->of && b->ptr && b->list && b->rank) status = partition(b, m, seed);
  if (status == LEHR_OK)
    number(b, m->n);
  else
    blocks_free(b);
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
