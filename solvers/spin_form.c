/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/spin_form.h"

#include <math.h>
#include <string.h>

enum { WIDE_BITS = 60, NARROW_BITS = 29, RESOLUTION_BITS = 8, SMALL_SHARE = 100 };

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
  const int64_t *weight = m->weight_i64;
  memcpy(f->J, weight, (size_t)m->row[m->n] * sizeof *f->J);
  for (int32_t i = 0; i < m->n; i++) {
    const int64_t end = m->row[i + 1];
    int64_t sum = 0;
    for (int64_t k = m->row[i]; k < end; k++) sum += weight[k];
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

/* What a real model's coefficients span. */
typedef struct extent {
  double up, up_again; /* coefficients times both powers of two are below 1 */
  double field;        /* bound on any |h_i| + sum |J_ij| of the spin form, in these units */
  int exponent;        /* real value = value in these units * 2^exponent */
} extent;

/* In two steps, since 2^-exponent itself may overflow. */
static double scaled(const extent *x, double value) { return value * x->up * x->up_again; }

static extent measure(const lehr_model_view *m) {
  extent x = {0};
  double largest = 0;
  for (int32_t i = 0; i < m->n; i++) largest = fmax(largest, fabs(m->linear_f64[i]));
  for (int64_t k = 0; k < m->row[m->n]; k++) largest = fmax(largest, fabs(m->weight_f64[k]));
  frexp(largest, &x.exponent);
  x.up = ldexp(1, -x.exponent / 2);
  x.up_again = ldexp(1, -x.exponent - -x.exponent / 2);
  for (int32_t i = 0; i < m->n; i++) {
    double sum = fabs(scaled(&x, m->linear_f64[i]));
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) sum += fabs(scaled(&x, m->weight_f64[k]));
    x.field = fmax(x.field, 2 * sum);
  }
  return x;
}

/* Coefficients (not 0) smaller than `least` in scaled units. */
static int64_t count_small(const lehr_model_view *m, const extent *x, double least) {
  int64_t count = 0;
  for (int32_t i = 0; i < m->n; i++) {
    const double size = fabs(scaled(x, m->linear_f64[i]));
    count += size > 0 && size < least;
  }
  for (int64_t k = 0; k < m->row[m->n]; k++) count += fabs(scaled(x, m->weight_f64[k])) < least;
  return count;
}

/* Bits that scaled values are shifted up by: 32-bit fields if they resolve nearly all coefficients
 * well, 64-bit ones for models of several scales (penalties far above the objective). */
static int choose_shift(const lehr_model_view *m, const extent *x) {
  int field_exponent;
  frexp(x->field, &field_exponent);
  const int narrow = NARROW_BITS - field_exponent;
  const int64_t small = count_small(m, x, ldexp(1, RESOLUTION_BITS - narrow));
  const bool is_narrow = small <= (m->n + m->row[m->n]) / SMALL_SHARE;
  return is_narrow ? narrow : WIDE_BITS - field_exponent;
}

static int64_t round_to_int(double value) { return (int64_t)(value + (value < 0 ? -0.5 : 0.5)); }

static void load_real(spin_form *f, const lehr_model_view *m) {
  const bool is_binary = m->vartype == LEHR_BINARY;
  const extent x = measure(m);
  f->unit = is_binary ? 0.25 : 1;
  if (x.field == 0) return;
  const int shift = choose_shift(m, &x);
  const double factor = ldexp(1, shift);
  for (int32_t i = 0; i < m->n; i++) {
    double sum = 0;
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const double weight = scaled(&x, m->weight_f64[k]);
      f->J[k] = round_to_int(weight * factor);
      sum += weight;
    }
    const double linear = scaled(&x, m->linear_f64[i]);
    f->h[i] = round_to_int((is_binary ? 2 * linear + sum : linear) * factor);
  }
  f->unit = ldexp(f->unit, x.exponent - shift);
}

static void summarise(spin_form *f) {
  const int64_t *J = f->J;
  const int64_t first = f->row[f->n] > 0 ? magnitude(J[0]) : 0;
  int64_t largest = 0, different = 0;
  for (int32_t i = 0; i < f->n; i++) {
    const int64_t end = f->row[i + 1];
    int64_t sum = magnitude(f->h[i]);
    for (int64_t k = f->row[i]; k < end; k++) {
      const int64_t size = magnitude(J[k]);
      sum += size;
      different |= size ^ first;
    }
    if (sum > largest) largest = sum;
  }
  f->largest_field = largest;
  f->magnitude = different ? 0 : first;
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
