/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/energy.h"

#include "base/error.h"
#include "base/real.h"
#include "qubo/model.h"
#include "qubo/scale.h"

#include <math.h>

/* Binary: 0 or 1; spin: -1 or +1. */
static int64_t value_of(const lehr_model_view *m, uint8_t bit) {
  return m->vartype == LEHR_SPIN ? 2 * (int64_t)bit - 1 : bit;
}

/* Sum of x_i (l_i + sum of w x_j over the neighbours j < i) for x of 0 and 1. */
static int64_t binary_energy(const lehr_model_view *m, const uint8_t bits[]) {
  int64_t sum = 0;
  for (int32_t i = 0; i < m->n; i++) {
    if (!bits[i]) continue;
    sum += m->linear_i64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++)
      sum += m->weight_i64[k] & -(int64_t)bits[m->col[k]];
  }
  return sum;
}

/* The same for -1 and +1. */
static int64_t spin_energy(const lehr_model_view *m, const uint8_t bits[]) {
  int64_t sum = 0;
  for (int32_t i = 0; i < m->n; i++) {
    int64_t field = m->linear_i64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++) {
      const int64_t minus = (int64_t)bits[m->col[k]] - 1; /* all bits where the spin is -1 */
      field += (m->weight_i64[k] ^ minus) - minus;
    }
    sum += bits[i] ? field : -field;
  }
  return sum;
}

static int64_t exact_energy(const lehr_model_view *m, const uint8_t bits[]) {
  return m->offset_i64 + (m->vartype == LEHR_SPIN ? spin_energy(m, bits) : binary_energy(m, bits));
}

static double real_energy(const lehr_model_view *m, const uint8_t bits[]) {
  real_sum sum = {.sum = m->offset_f64};
  for (int32_t i = 0; i < m->n; i++) {
    const double xi = (double)value_of(m, bits[i]);
    if (xi == 0) continue;
    real_sum_add(&sum, xi * m->linear_f64[i]);
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++) {
      const double xj = (double)value_of(m, bits[m->col[k]]);
      if (xj != 0) real_sum_add(&sum, xi * xj * m->weight_f64[k]);
    }
  }
  return real_sum_value(&sum);
}

energy energy_of(const lehr_model_view *m, const uint8_t bits[]) {
  if (!m->is_exact) return (energy){.real = real_energy(m, bits)};
  const int64_t exact = exact_energy(m, bits);
  return (energy){.exact = exact, .real = scale_real(exact, m->scale)};
}

bool energy_less(const lehr_model_view *m, energy a, energy b) {
  return m->is_exact ? a.exact < b.exact : a.real < b.real;
}

static double least_of(const double values[], int64_t count, double least) {
  for (int64_t k = 0; k < count; k++)
    if (values[k] != 0) least = fmin(least, fabs(values[k]));
  return least;
}

double energy_proof_gap(const lehr_model_view *m, double real) {
  if (m->is_exact) return 0;
  double least = least_of(m->linear_f64, m->n, INFINITY);
  least = least_of(m->weight_f64, m->row[m->n], least);
  return 0x1p-30 * fmax(fabs(real), isfinite(least) ? least : 0);
}

static uint64_t magnitude(int64_t v) { return v < 0 ? -(uint64_t)v : (uint64_t)v; }

/* Spin forms and differences are some times the sum: a margin of 2^8. */
static lehr_status check_real_range(const lehr_model_view *m, lehr_error *err) {
  static const double limit = 0x1p1015;
  double sum = fabs(m->offset_f64);
  for (int32_t i = 0; i < m->n; i++) sum += fabs(m->linear_f64[i]);
  for (int64_t k = 0; k < m->row[m->n]; k++) sum += fabs(m->weight_f64[k]) / 2;
  if (sum <= limit) return LEHR_OK;
  return error_set(err, LEHR_ERANGE,
                   "the magnitudes of all coefficients sum up to more than 2^1015; "
                   "energies could leave the range of doubles");
}

lehr_status energy_check_range(const lehr_model_view *m, lehr_error *err) {
  if (!m->is_exact) return check_real_range(m, err);
  const uint64_t limit = INT64_MAX / 4;
  uint64_t sum = magnitude(m->offset_i64);
  for (int32_t i = 0; i < m->n && sum <= limit; i++) {
    /* Each step adds at most 2^63 to at most 2^61: no wrap before the test. */
    sum += magnitude(m->linear_i64[i]);
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i && sum <= limit; k++)
      sum += magnitude(m->weight_i64[k]);
  }
  if (sum > limit)
    return error_set(err, LEHR_ERANGE,
                     "the magnitudes of all coefficients sum up to more than 2^61; "
                     "energies could leave the 64-bit range");
  return LEHR_OK;
}

static int64_t ones_in_group(const lehr_model_view *m, int32_t g, const uint8_t bits[]) {
  int64_t ones = 0;
  for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1]; k++) ones += bits[m->group_idx[k]];
  return ones;
}

bool energy_feasible(const lehr_model_view *m, const uint8_t bits[]) {
  for (int32_t g = 0; g < m->n_groups; g++) {
    const int64_t ones = ones_in_group(m, g, bits);
    if (m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE ? ones > 1 : ones != m->group_k[g]) return false;
  }
  return true;
}

double lehr_model_energy(const lehr_model *m, const uint8_t bits[]) {
  return energy_of(&m->view, bits).real;
}

int64_t lehr_model_energy_int(const lehr_model *m, const uint8_t bits[]) {
  return energy_of(&m->view, bits).exact;
}

int lehr_model_feasible(const lehr_model *m, const uint8_t bits[]) {
  return energy_feasible(&m->view, bits);
}
