/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/tiny.h"

#include <math.h>

/* A component as integers. */
typedef struct tiny {
  int32_t n;
  int64_t step; /* by which a value changes */
  int64_t field[TINY_MOST];
  int64_t weight[TINY_MOST][TINY_MOST]; /* symmetric; a fixed size, for vectors */
} tiny;

/* Real coefficients become integers of 2^-56 of the sum of their magnitudes. */
static int shift_of(const lehr_model_view *m, const components *c, int32_t k) {
  enum { TOTAL_BITS = 56, MOST = 1000 };
  double total = 0;
  int exponent;
  for (int32_t s = c->ptr[k]; s < c->ptr[k + 1]; s++) {
    const int32_t i = c->list[s];
    total += fabs(m->linear_f64[i]);
    for (int64_t e = m->row[i]; e < m->row[i + 1]; e++) total += fabs(m->weight_f64[e] / 2);
  }
  frexp(total, &exponent);
  return TOTAL_BITS - exponent < MOST ? TOTAL_BITS - exponent : MOST;
}

static void read_in(tiny *t, const lehr_model_view *m, const components *c, int32_t k) {
  const int shift = m->is_exact ? 0 : shift_of(m, c, k);
  *t = (tiny){.n = c->ptr[k + 1] - c->ptr[k], .step = m->vartype == LEHR_SPIN ? 2 : 1};
  for (int32_t own = 0; own < t->n; own++) {
    const int32_t i = c->list[c->ptr[k] + own];
    t->field[own] = m->is_exact ? m->linear_i64[i] : (int64_t)ldexp(m->linear_f64[i], shift);
    for (int64_t e = m->row[i]; e < m->row[i + 1]; e++)
      t->weight[own][c->rank[m->col[e]]] =
          m->is_exact ? m->weight_i64[e] : (int64_t)ldexp(m->weight_f64[e], shift);
  }
}

/* The first of the lowest states in the order of a Gray code from all bits 0 on, whose step x flips
 * the lowest bit of x that is 1. */
static uint32_t lowest(tiny *t) {
  uint32_t state = 0, best_state = 0;
  int64_t energy = 0, best = 0; /* relative to the first state */
  for (int32_t i = 0; i < t->n && t->step == 2; i++)
    for (int32_t j = 0; j < t->n; j++) t->field[i] -= t->weight[i][j];
  for (uint32_t x = 1; x < UINT32_C(1) << t->n; x++) {
    const int i = __builtin_ctz(x);
    const int64_t step = state >> i & 1 ? -t->step : t->step;
    energy += step * t->field[i];
    state ^= UINT32_C(1) << i;
    for (int j = 0; j < TINY_MOST; j++) t->field[j] += step * t->weight[i][j];
    if (energy >= best) continue;
    best = energy;
    best_state = state;
  }
  return best_state;
}

void tiny_minimum(const lehr_model_view *m, const components *c, int32_t k, uint8_t bits[]) {
  tiny t;
  read_in(&t, m, c, k);
  const uint32_t state = lowest(&t);
  for (int32_t own = 0; own < t.n; own++) bits[c->list[c->ptr[k] + own]] = state >> own & 1;
}
