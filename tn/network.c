/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/network.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the magnitudes of a real model's coefficients, rounded. */
enum { SUM_BITS = 60, LEAST_EXPONENT = -1072 };

void network_free(tn_network *t) {
  free(t->row);
  free(t->col);
  free(t->J);
  free(t->h);
  free(t->time_index);
  factors_free(&t->factors);
  *t = (tn_network){0};
}

/* How a real model's coefficients become integers: value * up * up_again * 2^shift. In two steps
 * and a shift, since one power of two may overflow. */
typedef struct rounding_rule {
  double up, up_again;
  int exponent, shift;
} rounding_rule;

static double scaled(const rounding_rule *r, double value) { return value * r->up * r->up_again; }

static rounding_rule find_rounding(const lehr_model_view *m, int sum_bits) {
  rounding_rule r = {0};
  double largest = 0, sum = 0;
  for (int32_t i = 0; i < m->n; i++) largest = fmax(largest, fabs(m->linear_f64[i]));
  for (int64_t k = 0; k < m->row[m->n]; k++) largest = fmax(largest, fabs(m->weight_f64[k]));
  frexp(largest, &r.exponent);
  r.up = ldexp(1, -r.exponent / 2);
  r.up_again = ldexp(1, -r.exponent - -r.exponent / 2);
  for (int32_t i = 0; i < m->n; i++) sum += fabs(scaled(&r, m->linear_f64[i]));
  for (int64_t k = 0; k < m->row[m->n]; k++) sum += fabs(scaled(&r, m->weight_f64[k]));
  int bits;
  frexp(sum, &bits);
  r.shift = sum_bits - bits;
  if (r.exponent - r.shift < LEAST_EXPONENT) r.shift = r.exponent - LEAST_EXPONENT;
  return r;
}

/* *error grows by what was lost, in units of the result. */
static int64_t round_value(const rounding_rule *r, double value, double *error) {
  const double exact = ldexp(scaled(r, value), r->shift);
  const double nearest = exact < 0 ? -floor(0.5 - exact) : floor(0.5 + exact);
  *error += fabs(exact - nearest);
  return (int64_t)nearest;
}

/* Couplings and linear terms as integers, of the model's own variable type; the real value is
 * integer * unit, up to `rounding`. */
static void load_integers(const lehr_model_view *m, int sum_bits, tn_network *t) {
  if (m->is_exact) {
    memcpy(t->J, m->weight_i64, (size_t)m->row[m->n] * sizeof *t->J);
    memcpy(t->h, m->linear_i64, (size_t)m->n * sizeof *t->h);
    t->unit = m->scale;
    return;
  }
  const rounding_rule r = find_rounding(m, sum_bits);
  double linear_error = 0, coupling_error = 0;
  for (int32_t i = 0; i < m->n; i++) t->h[i] = round_value(&r, m->linear_f64[i], &linear_error);
  for (int64_t k = 0; k < m->row[m->n]; k++)
    t->J[k] = round_value(&r, m->weight_f64[k], &coupling_error);
  t->unit = ldexp(1, r.exponent - r.shift);
  t->rounding = (linear_error + coupling_error / 2) * t->unit;
}

/* x = (1+s)/2: couplings w/4, fields l/2 + sum w/4, and a constant, all of them taken four times.
 * Sums stay below 2^63: the magnitudes of l and w sum up to at most 2^61 (model.h). */
static void binary_to_spins(tn_network *t) {
  int64_t constant = 0;
  for (int32_t i = 0; i < t->n; i++) {
    int64_t sum = 0;
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) {
      sum += t->J[k];
      if (t->col[k] < i) constant += t->J[k];
    }
    constant += 2 * t->h[i];
    t->h[i] = 2 * t->h[i] + sum;
  }
  t->unit /= 4;
  t->constant_energy += (double)constant * t->unit;
}

static void drop_zero_couplings(tn_network *t) {
  int64_t kept = 0, k = 0;
  for (int32_t i = 0; i < t->n; i++) {
    const int64_t end = t->row[i + 1];
    for (; k < end; k++) {
      if (t->J[k] == 0) continue;
      t->col[kept] = t->col[k];
      t->J[kept++] = t->J[k];
    }
    t->row[i + 1] = kept;
  }
}

static int64_t gcd(int64_t a, int64_t b) {
  a = a < 0 ? -a : a;
  while (a != 0) {
    const int64_t rest = b % a;
    b = a;
    a = rest;
  }
  return b;
}

static void divide_by_common(tn_network *t) {
  const int64_t entries = t->factors.count > 0 ? t->factors.entry[t->factors.count] : 0;
  int64_t divisor = 0;
  for (int32_t i = 0; i < t->n && divisor != 1; i++) divisor = gcd(t->h[i], divisor);
  for (int64_t k = 0; k < t->row[t->n] && divisor != 1; k++) divisor = gcd(t->J[k], divisor);
  for (int64_t e = 0; e < entries && divisor != 1; e++)
    divisor = gcd(t->factors.value[e] / 2, divisor);
  if (divisor < 2) return;
  for (int32_t i = 0; i < t->n; i++) t->h[i] /= divisor;
  for (int64_t k = 0; k < t->row[t->n]; k++) t->J[k] /= divisor;
  for (int64_t e = 0; e < entries; e++) t->factors.value[e] /= divisor;
  t->unit *= (double)divisor;
}

void network_divide(tn_network *t) {
  t->constant_energy += (double)t->constant * t->unit;
  t->constant = 0;
  divide_by_common(t);
}

lehr_status network_of_terms(const lehr_model_view *m, int sum_bits, tn_network *out,
                             lehr_error *err) {
  *out = (tn_network){.n = m->n, .constant_energy = m->offset_f64};
  const size_t n = (size_t)m->n, entries = (size_t)m->row[m->n];
  out->row = memory_copy(m->row, n + 1, sizeof *out->row);
  out->col = memory_copy(m->col, entries, sizeof *out->col);
  out->J = memory_array(entries, sizeof *out->J);
  out->h = memory_array(n, sizeof *out->h);
  if (m->time_index) out->time_index = memory_copy(m->time_index, n, sizeof *out->time_index);
  if (!out->row || !out->col || !out->J || !out->h || (m->time_index && !out->time_index)) {
    network_free(out);
    return error_memory(err, (2 * entries + 4 * n) * sizeof(int64_t));
  }
  load_integers(m, sum_bits, out);
  if (m->vartype == LEHR_BINARY) binary_to_spins(out);
  drop_zero_couplings(out);
  divide_by_common(out);
  return LEHR_OK;
}

lehr_status network_make(const lehr_model_view *m, tn_network *out, lehr_error *err) {
  *out = (tn_network){0};
  if (m->n_groups > 0)
    return error_set(err, LEHR_EUNAVAILABLE, "tensor networks take no groups of variables");
  return network_of_terms(m, SUM_BITS, out, err);
}

int64_t network_energy(const tn_network *t, const int8_t spins[]) {
  int64_t sum = t->constant;
  for (int32_t i = 0; i < t->n; i++) {
    int64_t field = t->h[i];
    for (int64_t k = t->row[i]; k < t->row[i + 1] && t->col[k] < i; k++)
      field += t->J[k] * spins[t->col[k]];
    sum += field * spins[i];
  }
  return sum + factors_energy(&t->factors, spins);
}

bool network_is_even(const tn_network *t) {
  if (t->factors.count > 0) return false;
  for (int32_t i = 0; i < t->n; i++)
    if (t->h[i] != 0) return false;
  return true;
}
