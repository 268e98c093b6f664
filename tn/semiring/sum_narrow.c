/* SPDX-License-Identifier: Apache-2.0 */
/* Sums in doubles. The weight of a coupling is exp(-beta (x J s + |J|)), 1 or less, so that values
 * fall only; each operation is scaled by a power of two that brings the largest entry before it to
 * about 1, which rounds nothing. All sums have positive terms: their relative error is a few times
 * 2^-53 for each operation as long as nothing underflows. What was below 2^-700 (where the largest
 * entry is about 1) may underflow later; then `is_exact` turns false. */
#include "tn/semiring/levels.h"

#include "base/real.h"

#include <math.h>
#include <string.h>

static const double least_kept = 0x1p-700;

static double *entries(const tn_table *t) { return t->plane[0]; }

typedef double *cursor;

/* Scales by the power of two that is to be taken out of the tables, and notes it. */
static double take_factor(tn_table *a, const tn_table *b) {
  int64_t exponent = ilogb(a->largest);
  if (b) {
    exponent += ilogb(b->largest);
    a->exponent += b->exponent;
  }
  a->exponent += exponent;
  return ldexp(1, (int)-exponent);
}

/* Turns is_exact off where something may underflow soon. */
static void looked(semiring_context *c, tn_table *t, value_range r) {
  t->largest = r.most;
  if (!(r.least >= least_kept && r.most < 1 / least_kept)) c->is_exact = false;
}

static void one(tn_table *t) {
  t->width = 0;
  t->exponent = 0;
  t->largest = 1;
  entries(t)[0] = 1;
}

#define VALUE double
#define WEIGHT double
#define CURSOR cursor
#define AT(t, i) (entries(t) + (i))
#define LOAD(at, k) ((at)[k])
#define STORE(at, k, value) ((at)[k] = (value))
#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#define SCALE(value, weight) ((value) * (weight))
#define WEIGHT_TIMES(v, w) ((v) * (w))
#define WEIGHT_ONE 1.0
#define WEIGHT_OF(c, energy) ((energy) < 0 ? 1.0 : real_exp(-2 * (c)->beta * (double)(energy)))
#define FACTOR(a, b) take_factor(a, b)
#define ENTRY(c, energy, twice, again)                                                             \
  ((void)(again), ldexp(real_exp(-(c)->beta * (double)(energy)), -(int)(twice)))
#define REAL(value) (value)
#define IS_LOOKED_AT 1
#define LOOK(value) (value)
#define LOOKED(c, t, range) looked(c, t, range)

#include "tn/semiring/kernel.inc"

#include "tn/semiring/adjoint.inc"

const semiring OF_LEVEL(sum_narrow) = {.kind = SUM_NARROW,
                                       .planes = 1,
                                       .bytes = {sizeof(double)},
                                       .one = one,
                                       .factor = factor_entries,
                                       .forward = forward,
                                       .adjoint = adjoint};
