/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/penalties.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

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

/* In units of the penalty, for each member of group g. */
static int64_t linear_of(const lehr_model_view *m, int32_t g) {
  const int64_t size = m->group_ptr[g + 1] - m->group_ptr[g], k = m->group_k[g];
  const bool at_most = m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE;
  if (m->vartype == LEHR_SPIN) return at_most ? size - 1 : 2 * (size - 2 * k);
  return at_most ? 0 : 1 - 2 * k;
}

/* With x = 0, 1: P sum_{i<j} x_i x_j for at most one, P (sum x - k)^2 for exactly k. With spins,
 * x = (1 + s) / 2, four times that. Constants are left out. */
static lehr_status add_group(const lehr_model_view *m, int32_t g, double penalty, lehr_builder *b,
                             lehr_error *err) {
  const int32_t *member = m->group_idx + m->group_ptr[g];
  const int64_t size = m->group_ptr[g + 1] - m->group_ptr[g];
  const bool at_most = m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE;
  const int64_t linear = linear_of(m, g);
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

/* Penalties of one variable. */
typedef struct penalised {
  double sum; /* of their magnitudes */
  double count;
} penalised;

static double coupling_of(const lehr_model_view *m, int32_t i, int32_t j, int64_t *next) {
  while (*next < m->row[i + 1] && m->col[*next] < j) ++*next;
  return *next < m->row[i + 1] && m->col[*next] == j ? m->weight_f64[*next] : 0;
}

/* Multiples of the penalty are exact; each is half a unit in the last place off where it is added
 * to what m has there. Penalties of pairs are not below 0. */
static double rounding_of(const lehr_model_view *m, const penalised of[],
                          const lehr_model_view *sum) {
  double most = 0;
  for (int32_t i = 0; i < m->n; i++) {
    if (m->linear_f64[i] != 0) most += of[i].count * (fabs(m->linear_f64[i]) + of[i].sum);
    for (int64_t k = sum->row[i], next = m->row[i]; k < sum->row[i + 1] && sum->col[k] < i; k++) {
      const double own = coupling_of(m, i, sum->col[k], &next);
      if (own != 0) most += of[i].count * (2 * fabs(own) + fabs(sum->weight_f64[k]));
    }
  }
  return 0x1p-53 * most;
}

static lehr_status find_rounding(const lehr_model_view *m, const uint8_t is_left_out[],
                                 double penalty, const lehr_model_view *sum, double *rounding,
                                 lehr_error *err) {
  *rounding = 0;
  if (sum->is_exact) return LEHR_OK;
  penalised *const of = memory_array((size_t)m->n, sizeof *of);
  if (!of) return error_memory(err, (uint64_t)m->n * sizeof *of);
  for (int32_t g = 0; g < m->n_groups; g++)
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1] && !is_left_out[g]; k++) {
      of[m->group_idx[k]].sum += fabs((double)linear_of(m, g)) * penalty;
      of[m->group_idx[k]].count++;
    }
  *rounding = rounding_of(m, of, sum);
  free(of);
  return LEHR_OK;
}

lehr_status penalties_make(const lehr_model_view *m, const uint8_t is_left_out[], lehr_model **out,
                           double *rounding, lehr_error *err) {
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
  LEHR_TRY(status);
  return find_rounding(m, is_left_out, penalty, lehr_model_look(*out), rounding, err);
}
