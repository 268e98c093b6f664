/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/columns.h"

#include "base/error.h"
#include "qubo/energy.h"
#include "qubo/model.h"
#include "qubo/scale.h"

#include <string.h>

/* Without branches, so that compilers make vectors of the loops. */
bool columns_are_sorted(const model_columns *c) {
  const int64_t count = c->n_couplings;
  const int32_t *row = c->row, *col = c->col, n = c->n;
  int32_t wrong = 0;
  for (int64_t k = 0; k < count; k++) wrong |= (row[k] < 0) | (row[k] >= col[k]) | (col[k] >= n);
  for (int64_t k = 1; k < count; k++)
    wrong |= (row[k - 1] > row[k]) | ((row[k - 1] == row[k]) & (col[k - 1] >= col[k]));
  int64_t zeros = 0;
  for (int64_t k = 0; k < count; k++) zeros |= c->weight[k] == 0;
  return !wrong && !zeros;
}

/* Row order makes both halves of every row come out ascending: what is mirrored arrives row by row,
 * and a row's own couplings already lie side by side. */
static void fill_rows(const model_columns *c, lehr_model *m) {
  int64_t *row = m->row;
  for (int64_t k = 0; k < c->n_couplings; k++) row[c->col[k] + 1]++;
  /* row[i + 1]: the mirrored ones of row i; becomes the place of its next mirrored one. */
  int64_t end = 0;
  for (int64_t k = 0, i = 0; i < c->n; i++) {
    const int64_t mirrored = row[i + 1], first = k;
    while (k < c->n_couplings && c->row[k] == i) k++;
    row[i + 1] = end;
    end += mirrored;
    memcpy(m->col + end, c->col + first, (size_t)(k - first) * sizeof *m->col);
    memcpy(m->weight_i64 + end, c->weight + first, (size_t)(k - first) * sizeof *c->weight);
    end += k - first;
  }
  for (int64_t k = 0; k < c->n_couplings; k++) {
    const int64_t place = row[c->col[k] + 1]++;
    m->col[place] = c->row[k];
    m->weight_i64[place] = c->weight[k];
  }
  /* row[i + 1] is the end of row i's mirrored ones; its own follow. */
  for (int64_t k = 0; k < c->n_couplings; k++) row[c->row[k] + 1]++;
}

/* Whether the largest magnitude times the number of terms is far from the limit, so that the terms
 * need not be summed up: each of the bits is one of some magnitude (that of -1 - v for v < 0). */
static bool is_small(const model_columns *c) {
  const int64_t few = INT64_C(1) << 28, small = INT64_C(1) << 31;
  int64_t bits = c->offset ^ c->offset >> 63;
  for (int64_t k = 0; k < c->n_couplings; k++) bits |= c->weight[k] ^ c->weight[k] >> 63;
  for (int32_t i = 0; i < c->n; i++) bits |= c->linear[i] ^ c->linear[i] >> 63;
  return c->n_couplings < few && c->n < few && bits < small;
}

lehr_status columns_model(const model_columns *c, lehr_model **out, lehr_error *err) {
  lehr_model *m = model_alloc(c->vartype, c->n, c->n_couplings, true);
  *out = NULL;
  if (!m) return error_memory(err, (uint64_t)c->n_couplings * 24 + (uint64_t)c->n * 16);
  fill_rows(c, m);
  if (c->n > 0) memcpy(m->linear_i64, c->linear, (size_t)c->n * sizeof *c->linear);
  m->view.offset_i64 = c->offset;
  m->view.scale = c->scale;
  m->view.offset_f64 = scale_real(c->offset, c->scale);
  const lehr_status status = is_small(c) ? LEHR_OK : energy_check_range(&m->view, err);
  if (status != LEHR_OK) {
    lehr_model_free(m);
    return status;
  }
  *out = m;
  return LEHR_OK;
}
