/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/penalties.h"

#include "base/error.h"

#include <math.h>
#include <stdbool.h>

/* Couplings that groups may add. */
static const double MOST_PAIRS = 1e7;

/* More than any two states differ by, and little more: real costs are rounded beside it. A power of
 * two, so that products are exact. */
static double penalty_of(const lehr_model_view *m) {
  double sum = 0;
  for (int32_t i = 0; i < m->n; i++)
    sum += fabs(m->is_exact ? (double)m->linear_i64[i] : m->linear_f64[i]);
  for (int64_t k = 0; k < m->row[m->n]; k++)
    sum += 0.5 * fabs(m->is_exact ? (double)m->weight_i64[k] : m->weight_f64[k]);
  int exponent;
  (void)frexp(m->vartype == LEHR_SPIN ? 2 * sum : sum, &exponent);
  return ldexp(1, exponent);
}

static double pairs_of(const lehr_model_view *m, const uint8_t is_left_out[]) {
  double pairs = 0;
  for (int32_t g = 0; g < m->n_groups; g++) {
    const double size = (double)(m->group_ptr[g + 1] - m->group_ptr[g]);
    if (!is_left_out[g]) pairs += size * size;
  }
  return pairs;
}

static lehr_status add_model(const lehr_model_view *m, lehr_builder *b, lehr_error *err) {
  for (int32_t i = 0; i < m->n; i++) {
    LEHR_TRY(m->is_exact ? lehr_builder_add_linear_int(b, i, m->linear_i64[i], err)
                         : lehr_builder_add_linear(b, i, m->linear_f64[i], err));
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++)
      LEHR_TRY(m->is_exact ? lehr_builder_add_int(b, i, m->col[k], m->weight_i64[k], err)
                           : lehr_builder_add(b, i, m->col[k], m->weight_f64[k], err));
  }
  return LEHR_OK;
}

static lehr_status add_linear(const lehr_model_view *m, int32_t i, double value, lehr_builder *b,
                              lehr_error *err) {
  return m->is_exact ? lehr_builder_add_linear_int(b, i, (int64_t)value, err)
                     : lehr_builder_add_linear(b, i, value, err);
}

static lehr_status add_pair(const lehr_model_view *m, int32_t i, int32_t j, double value,
                            lehr_builder *b, lehr_error *err) {
  return m->is_exact ? lehr_builder_add_int(b, i, j, (int64_t)value, err)
                     : lehr_builder_add(b, i, j, value, err);
}

/* With x = 0, 1: P sum_{i<j} x_i x_j for at most one, P (sum x - k)^2 for exactly k. With spins,
 * x = (1 + s) / 2, four times that. Constants are left out. */
static lehr_status add_group(const lehr_model_view *m, int32_t g, double penalty, lehr_builder *b,
                             lehr_error *err) {
  const int32_t *member = m->group_idx + m->group_ptr[g];
  const int64_t size = m->group_ptr[g + 1] - m->group_ptr[g], k = m->group_k[g];
  const bool at_most = m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE;
  int64_t linear = at_most ? 0 : 1 - 2 * k;
  if (m->vartype == LEHR_SPIN) linear = at_most ? size - 1 : 2 * (size - 2 * k);
  for (int64_t i = 0; i < size; i++) {
    LEHR_TRY(add_linear(m, member[i], (double)linear * penalty, b, err));
    for (int64_t j = 0; j < i; j++)
      LEHR_TRY(add_pair(m, member[i], member[j], (at_most ? 1 : 2) * penalty, b, err));
  }
  return LEHR_OK;
}

static lehr_status add_all(const lehr_model_view *m, const uint8_t is_left_out[], double penalty,
                           lehr_builder *b, lehr_error *err) {
  LEHR_TRY(add_model(m, b, err));
  for (int32_t g = 0; g < m->n_groups; g++)
    if (!is_left_out[g]) LEHR_TRY(add_group(m, g, penalty, b, err));
  return m->time_index ? lehr_builder_set_time_index(b, m->time_index) : LEHR_OK;
}

lehr_status penalties_make(const lehr_model_view *m, const uint8_t is_left_out[], lehr_model **out,
                           lehr_error *err) {
  *out = NULL;
  const double penalty = penalty_of(m), pairs = pairs_of(m, is_left_out);
  /* Linear terms are at most 2 size penalty for each member: their sum is below that of 4 pairs. */
  const double largest = m->is_exact ? 0x1p60 : 1e300;
  if (pairs > MOST_PAIRS || 8 * (pairs + m->n) * penalty > largest)
    return error_set(err, LEHR_EUNAVAILABLE, "groups too large to be part of the energy");
  lehr_builder *b;
  LEHR_TRY(lehr_builder_create((lehr_vartype)m->vartype, m->n, &b));
  lehr_status status = add_all(m, is_left_out, penalty, b, err);
  if (status == LEHR_OK) status = lehr_builder_finish(b, out, err);
  lehr_builder_free(b);
  return status;
}
