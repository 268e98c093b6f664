/* SPDX-License-Identifier: Apache-2.0 */
/* Sums in doubles with exponents of their own: for temperatures at which entries of one table
 * differ by more than doubles can tell. About three times as slow as sum_narrow. */
#include "tn/semiring/levels.h"
#include "tn/semiring/wide.h"

static double *mantissas(const tn_table *t) { return t->plane[0]; }
static int32_t *exponents(const tn_table *t) { return t->plane[1]; }

static void one(tn_table *t) {
  t->width = 0;
  mantissas(t)[0] = 1;
  exponents(t)[0] = 0;
}

typedef struct cursor {
  double *m;
  int32_t *e;
} cursor;

static wide halved(double beta, int64_t energy, int32_t times) {
  wide weight = wide_exp(-beta * (double)energy);
  weight.e -= times;
  return weight;
}

#define VALUE wide
#define WEIGHT wide
#define CURSOR cursor
#define AT(t, i) ((cursor){mantissas(t) + (i), exponents(t) + (i)})
#define LOAD(at, k) ((wide){(at).m[k], (at).e[k]})
#define STORE(at, k, value) ((at).m[k] = (value).m, (at).e[k] = (value).e)
#define PLUS(a, b) wide_plus(a, b)
#define TIMES(a, b) wide_times(a, b)
#define SCALE(value, weight) wide_times(value, weight)
#define WEIGHT_TIMES(v, w) wide_times(v, w)
#define WEIGHT_ONE wide_one()
/* As in sum_narrow, so that log Z is the same sum. */
#define WEIGHT_OF(c, energy)                                                                       \
  ((energy) < 0 ? wide_one() : wide_exp(-2 * (c)->beta * (double)(energy)))
#define FACTOR(a, b) wide_one()
#define ENTRY(c, energy, twice, again) ((void)(again), halved((c)->beta, energy, twice))
/* Probabilities are not above 1 by more than roundings. */
#define REAL(value) ((value).m * wide_power((value).e))
#define IS_LOOKED_AT 0
#define LOOKED(c, t, range) ((void)(range))

#include "tn/semiring/kernel.inc"

#include "tn/semiring/adjoint.inc"

const semiring OF_LEVEL(sum_wide) = {.kind = SUM_WIDE,
                                     .planes = 2,
                                     .bytes = {sizeof(double), sizeof(int32_t)},
                                     .one = one,
                                     .factor = factor_entries,
                                     .forward = forward,
                                     .adjoint = adjoint};
