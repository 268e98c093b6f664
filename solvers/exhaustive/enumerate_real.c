/* SPDX-License-Identifier: Apache-2.0 */
/* Enumeration of real models, in units of the power of two above the largest coefficient, so that
 * no sum overflows. */
#include "solvers/exhaustive/block.h"
#include "solvers/exhaustive/enumerate.h"

#include <math.h>
#include <omp.h>

#define NUMBER double
#define ENUMERATE enumerate_real
#define FILL fill_real
#include "solvers/exhaustive/enumerate.inc"

static double largest(const lehr_model_view *m) {
  double result = fabs(m->offset_f64);
  for (int32_t i = 0; i < m->n; i++) {
    result = fmax(result, fabs(m->linear_f64[i]));
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
      result = fmax(result, fabs(m->weight_f64[k]));
  }
  return result;
}

static void load(tables *t, const lehr_model_view *m) {
  frexp(largest(m), &t->exponent);
  t->offset = ldexp(m->offset_f64, -t->exponent);
  double magnitude = fabs(t->offset);
  for (int32_t i = 0; i < m->n; i++) {
    const int32_t b = m->n - 1 - i;
    t->linear[b] = ldexp(m->linear_f64[i], -t->exponent);
    magnitude += fabs(t->linear[b]);
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      const double weight = ldexp(m->weight_f64[k], -t->exponent);
      t->weight[b][m->n - 1 - m->col[k]] = weight;
      magnitude += fabs(weight);
    }
  }
  /* A value comes from fewer than 2^14 additions (64 steps of a chunk on 32 fields, then one
   * block), each wrong by at most 2^-53 of a partial sum, which is below 4 * magnitude. */
  t->tolerance = magnitude * 0x1p-37;
}

static energy evaluate(const walk *w, uint32_t state, double value) {
  (void)value;
  uint8_t bits[ENUMERATE_MAX];
  enumerate_bits(state, w->t->n, bits);
  return energy_of(w->e->run->model, bits);
}

static double limit_of(const walk *w) {
  if (!w->e->found) return INFINITY;
  return ldexp(w->e->best.real, -w->t->exponent) + w->t->tolerance;
}
