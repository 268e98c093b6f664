/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/spin_form.h"

#include <math.h>

enum { WIDE_BITS = 60, NARROW_BITS = 29, RESOLUTION_BITS = 12 };

uint64_t spin_form_bytes(const lehr_model_view *m) {
  return ((uint64_t)m->n + 2 * (uint64_t)m->n_interactions) * sizeof(int64_t) + 128;
}

static int64_t magnitude(int64_t v) { return v < 0 ? -v : v; }

static int64_t gcd(int64_t a, int64_t b) {
  while (b != 0) {
    const int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Within the range checked when the model was built: 2 |l| + sum |w| < 2^62. */
static void load_exact(spin_form *f, const lehr_model_view *m) {
  const bool is_binary = m->vartype == LEHR_BINARY;
  for (int32_t i = 0; i < m->n; i++) {
    int64_t sum = 0;
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      f->J[k] = m->weight_i64[k];
      sum += m->weight_i64[k];
    }
    f->h[i] = is_binary ? 2 * m->linear_i64[i] + sum : m->linear_i64[i];
  }
  f->unit = is_binary ? m->scale / 4 : m->scale;
}

/* Divides by the greatest common divisor; stops looking as soon as it is 1. */
static void reduce(spin_form *f) {
  int64_t divisor = 0;
  for (int32_t i = 0; i < f->n && divisor != 1; i++) divisor = gcd(magnitude(f->h[i]), divisor);
  for (int64_t k = 0; k < f->row[f->n] && divisor != 1; k++)
    divisor = gcd(magnitude(f->J[k]), divisor);
  if (divisor < 2) return;
  for (int32_t i = 0; i < f->n; i++) f->h[i] /= divisor;
  for (int64_t k = 0; k < f->row[f->n]; k++) f->J[k] /= divisor;
  f->unit *= (double)divisor;
}

/* What a real model's coefficients span, in units of 2^exponent. */
typedef struct extent {
  int exponent;
  double smallest; /* coefficient that is not 0 */
  double field;    /* bound on any |h_i| + sum |J_ij| of the spin form */
} extent;

static void include(extent *x, double value) {
  const double size = fabs(value);
  if (size > 0 && size < x->smallest) x->smallest = size;
}

static extent measure(const lehr_model_view *m) {
  extent x = {.smallest = HUGE_VAL};
  double largest = 0;
  for (int32_t i = 0; i < m->n; i++) largest = fmax(largest, fabs(m->linear_f64[i]));
  for (int64_t k = 0; k < m->row[m->n]; k++) largest = fmax(largest, fabs(m->weight_f64[k]));
  frexp(largest, &x.exponent);
  for (int32_t i = 0; i < m->n; i++) {
    double sum = fabs(ldexp(m->linear_f64[i], -x.exponent));
    include(&x, sum);
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const double weight = ldexp(m->weight_f64[k], -x.exponent);
      include(&x, weight);
      sum += fabs(weight);
    }
    x.field = fmax(x.field, 2 * sum);
  }
  return x;
}

/* Bits that |coefficient| = 1 (in units of 2^exponent) is shifted up by. */
static int choose_shift(const extent *x) {
  int field_exponent;
  frexp(x->field, &field_exponent);
  const int narrow = NARROW_BITS - field_exponent;
  return ldexp(x->smallest, narrow - RESOLUTION_BITS) >= 1 ? narrow : WIDE_BITS - field_exponent;
}

static int64_t round_to_int(double value) { return (int64_t)(value + (value < 0 ? -0.5 : 0.5)); }

static void load_real(spin_form *f, const lehr_model_view *m) {
  const bool is_binary = m->vartype == LEHR_BINARY;
  const extent x = measure(m);
  f->unit = is_binary ? 0.25 : 1;
  if (x.field == 0) return;
  const int shift = choose_shift(&x);
  for (int32_t i = 0; i < m->n; i++) {
    double sum = 0;
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const double weight = ldexp(m->weight_f64[k], -x.exponent);
      f->J[k] = round_to_int(ldexp(weight, shift));
      sum += weight;
    }
    const double linear = ldexp(m->linear_f64[i], -x.exponent);
    f->h[i] = round_to_int(ldexp(is_binary ? 2 * linear + sum : linear, shift));
  }
  f->unit = ldexp(f->unit, x.exponent - shift);
}

static void summarise(spin_form *f) {
  f->magnitude = f->row[f->n] > 0 ? magnitude(f->J[0]) : 0;
  for (int32_t i = 0; i < f->n; i++) {
    int64_t sum = magnitude(f->h[i]);
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const int64_t size = magnitude(f->J[k]);
      sum += size;
      if (size != f->magnitude) f->magnitude = 0;
    }
    if (sum > f->largest_field) f->largest_field = sum;
  }
}

bool spin_form_make(spin_form *f, lehr_run *run) {
  const lehr_model_view *m = run->model;
  *f = (spin_form){.n = m->n, .row = m->row, .col = m->col};
  f->h = run->alloc(run, (size_t)m->n * sizeof *f->h);
  f->J = run->alloc(run, 2 * (size_t)m->n_interactions * sizeof *f->J);
  if (!f->h || !f->J) return false;
  if (m->is_exact) {
    load_exact(f, m);
    reduce(f);
  } else {
    load_real(f, m);
  }
  summarise(f);
  return true;
}
