/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/columns.h"

#include "base/error.h"
#include "qubo/energy.h"
#include "qubo/model.h"
#include "qubo/scale.h"

#include <string.h>

bool columns_are_sorted(const model_columns *c) {
  bool is_sorted = true;
  for (int64_t k = 0; k < c->n_couplings; k++)
    is_sorted &= c->row[k] >= 0 && c->row[k] < c->col[k] && c->col[k] < c->n && c->weight[k] != 0;
  for (int64_t k = 1; k < c->n_couplings; k++)
    is_sorted &=
        c->row[k - 1] < c->row[k] || (c->row[k - 1] == c->row[k] && c->col[k - 1] < c->col[k]);
  return is_sorted;
}

/* Row order makes both halves of every row come out ascending. */
static void fill_rows(const model_columns *c, lehr_model *m) {
  int64_t *row = m->row;
  for (int64_t k = 0; k < c->n_couplings; k++) {
    row[c->row[k] + 1]++;
    row[c->col[k] + 1]++;
  }
  for (int32_t i = 0; i < c->n; i++) row[i + 1] += row[i];
  /* row[i] is the next free place of row i while filling; rows are shifted back afterwards. */
  for (int64_t k = 0; k < c->n_couplings; k++) {
    const int64_t own = row[c->row[k]]++, mirrored = row[c->col[k]]++;
    m->col[own] = c->col[k];
    m->col[mirrored] = c->row[k];
    m->weight_i64[own] = m->weight_i64[mirrored] = c->weight[k];
  }
  for (int32_t i = c->n; i > 0; i--) row[i] = row[i - 1];
  row[0] = 0;
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
  const lehr_status status = energy_check_range(&m->view, err);
  if (status != LEHR_OK) {
    lehr_model_free(m);
    return status;
  }
  *out = m;
  return LEHR_OK;
}
