/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/spin_form.h"

#include "base/divisor.h"
#include "solvers/poll.h"

#include <math.h>

enum { WIDE_BITS = 60, NARROW_BITS = 29, RESOLUTION_BITS = 8, SMALL_SHARE = 100 };

uint64_t spin_form_bytes(const lehr_model_view *m) {
  return (3 * (uint64_t)m->n + 2 * (uint64_t)m->n_interactions) * sizeof(int64_t) + 256;
}

/* Sums of the rows of J, of their magnitudes, and whether those are all equal: in one pass, since
 * reading J is what takes the time for small models. False if the run should stop. */
static bool sum_rows(spin_form *f, int64_t size[], poll *p) {
  const int64_t *J = f->J;
  const int64_t first = f->row[f->n] > 0 ? (int64_t)magnitude_of(J[0]) : 0;
  int64_t different = 0;
  for (int32_t i = 0; i < f->n; i++) {
    const int64_t end = f->row[i + 1];
    int64_t sum = 0, sizes = 0;
    for (int64_t k = f->row[i]; k < end; k++) {
      const int64_t each = (int64_t)magnitude_of(J[k]);
      sum += J[k];
      sizes += each;
      different |= each ^ first;
    }
    f->sum[i] = sum;
    size[i] = sizes;
    if (poll_stops(p, end - f->row[i])) return false;
  }
  f->magnitude = different ? 0 : first;
  return true;
}

/* Greatest common divisor of all coefficients; stops looking as soon as it is 1. */
static int64_t common_divisor(const spin_form *f) {
  uint64_t divisor = 0;
  for (int32_t i = 0; i < f->n && divisor != 1; i++)
    divisor = divisor_with(magnitude_of(f->h[i]), divisor);
  for (int64_t k = 0; k < f->row[f->n] && divisor != 1; k++)
    divisor = divisor_with(magnitude_of(f->J[k]), divisor);
  return (int64_t)divisor;
}

/* In place of the model's own couplings. */
static bool divide(spin_form *f, int64_t divisor, lehr_run *run, poll *p) {
  int64_t *J = run->alloc(run, (size_t)f->row[f->n] * sizeof *J);
  if (!J) return false;
  for (int32_t i = 0; i < f->n; i++) {
    f->h[i] /= divisor;
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) J[k] = f->J[k] / divisor;
    if (poll_stops(p, 1 + f->row[i + 1] - f->row[i])) return false;
  }
  f->J = J;
  f->unit *= (double)divisor;
  return true;
}

/* The couplings stay the model's own where there is nothing to divide by. Within the range checked
 * when the model was built: 2 |l| + sum |w| < 2^62. */
static bool load_exact(spin_form *f, int64_t size[], lehr_run *run, poll *p) {
  const lehr_model_view *m = run->model;
  const bool is_binary = m->vartype == LEHR_BINARY;
  f->J = m->weight_i64;
  f->unit = is_binary ? m->scale / 4 : m->scale;
  if (!sum_rows(f, size, p)) return false;
  for (int32_t i = 0; i < f->n; i++)
    f->h[i] = is_binary ? 2 * m->linear_i64[i] + f->sum[i] : m->linear_i64[i];
  const int64_t divisor = common_divisor(f);
  return divisor < 2 || (divide(f, divisor, run, p) && sum_rows(f, size, p));
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

static bool load_real(spin_form *f, int64_t size[], lehr_run *run, poll *p) {
  const lehr_model_view *m = run->model;
  int64_t *J = run->alloc(run, (size_t)m->row[m->n] * sizeof *J);
  if (!J) return false;
  f->J = J;
  const bool is_binary = m->vartype == LEHR_BINARY;
  const extent x = measure(m);
  f->unit = is_binary ? 0.25 : 1;
  if (x.field == 0) return true;
  const int shift = choose_shift(m, &x);
  const double factor = ldexp(1, shift);
  for (int32_t i = 0; i < m->n; i++) {
    double sum = 0;
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const double weight = scaled(&x, m->weight_f64[k]);
      J[k] = round_to_int(weight * factor);
      sum += weight;
    }
    const double linear = scaled(&x, m->linear_f64[i]);
    f->h[i] = round_to_int((is_binary ? 2 * linear + sum : linear) * factor);
    if (poll_stops(p, 1 + 2 * (m->row[i + 1] - m->row[i]))) return false;
  }
  f->unit = ldexp(f->unit, x.exponent - shift);
  return sum_rows(f, size, p);
}

static int64_t bound_of_exact(const lehr_model_view *m) {
  uint64_t divisor = 0, largest = 0;
  for (int32_t i = 0; i < m->n; i++) {
    int64_t sum = 0;
    uint64_t sizes = 0;
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const uint64_t size = magnitude_of(m->weight_i64[k]);
      sum += m->weight_i64[k];
      sizes += size;
      if (divisor != 1) divisor = divisor_with(size, divisor);
    }
    const int64_t linear = m->linear_i64[i];
    const uint64_t h = magnitude_of(m->vartype == LEHR_BINARY ? 2 * linear + sum : linear);
    if (divisor != 1) divisor = divisor_with(h, divisor);
    if (h + sizes > largest) largest = h + sizes;
  }
  return (int64_t)(divisor > 1 ? largest / divisor : largest);
}

int64_t spin_form_bound(const lehr_model_view *m) {
  enum { SMALL = 64 };
  if (m->n <= SMALL) return INT64_MAX;
  if (m->is_exact) return bound_of_exact(m);
  const extent x = measure(m);
  if (x.field == 0) return 0;
  int field_exponent;
  frexp(x.field, &field_exponent);
  /* Twice what is scaled to: for the rounding of each coupling. */
  const bool is_narrow = choose_shift(m, &x) == NARROW_BITS - field_exponent;
  return is_narrow ? INT64_C(2) << NARROW_BITS : INT64_MAX;
}

bool spin_form_make(spin_form *f, lehr_run *run) {
  const lehr_model_view *m = run->model;
  poll p = {.run = run};
  *f = (spin_form){.n = m->n, .row = m->row, .col = m->col};
  f->h = run->alloc(run, (size_t)m->n * sizeof *f->h);
  f->sum = run->alloc(run, (size_t)m->n * sizeof *f->sum);
  int64_t *size = run->alloc(run, (size_t)m->n * sizeof *size);
  if (!f->h || !f->sum || !size) return false;
  if (!(m->is_exact ? load_exact(f, size, run, &p) : load_real(f, size, run, &p))) return false;
  for (int32_t i = 0; i < f->n; i++) {
    const int64_t field = (int64_t)magnitude_of(f->h[i]) + size[i];
    if (field > f->largest_field) f->largest_field = field;
  }
  return true;
}
