/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/sums.h"

#include "base/error.h"
#include "base/real.h"
#include "tn/minplus/range.h"
#include "tn/semiring/wide.h"

#include <math.h>
#include <stdlib.h>

static const double narrow_most = 100, wide_most = 1e8; /* beta times a sum of magnitudes */

/* A factor's largest value and halves, as a coupling that makes the same difference. */
static double spread_of(tn_factor f, double beta) {
  int64_t most = 0;
  for (int64_t e = 0; e < (int64_t)1 << f.width; e++)
    if (f.value[e] > most) most = f.value[e];
  return 0.5 * beta * (double)most + f.width;
}

/* Of what an operation adds to energies. */
static double magnitude(const tn_program *p, const tn_op *op) {
  if (op->kind != TN_ELIM && op->kind != TN_REPLACE) return 0;
  double sum = fabs((double)op->field) + fabs((double)op->enter_coupling);
  for (int32_t k = 0; k < op->n_terms; k++) sum += fabs((double)p->terms[op->first_term + k].J);
  return sum;
}

/* *most: what one operation adds to exponents at most. */
static lehr_status check_beta(const tn_program *p, double beta, double *most, lehr_error *err) {
  double total = 0;
  *most = 0;
  for (int64_t k = 0; k < p->n_ops; k++) {
    const tn_op *const op = &p->ops[k];
    const double here = op->kind == TN_FACTOR ? spread_of(factors_at(&p->factors, op->factor), beta)
                                              : beta * magnitude(p, op);
    *most = fmax(*most, here);
    total += here;
  }
  if (beta >= 0 && total <= wide_most) return LEHR_OK;
  return error_set(err, LEHR_ERANGE,
                   "beta must be 0 or more, and not so large that beta times energies is above %g",
                   wide_most);
}

lehr_status sums_run(const tn_program *p, double beta, const tn_guard *guard, sums_fn run,
                     void *user, bool *is_complete, lehr_error *err) {
  double most;
  *is_complete = false;
  LEHR_TRY(check_beta(p, beta, &most, err));
  semiring_context c = {.beta = beta, .guard = guard, .is_exact = true};
  if (most <= narrow_most) {
    LEHR_TRY(run(user, semiring_best(SUM_NARROW), &c, is_complete, err));
    if (c.is_exact) return LEHR_OK;
  }
  c.is_exact = true;
  LEHR_TRY(run(user, semiring_best(SUM_WIDE), &c, is_complete, err));
  if (c.is_exact || c.is_stopped) return LEHR_OK;
  return error_set(err, LEHR_EINTERNAL, "probabilities of a front do not add up");
}

/* Entries of a table differ by a factor of exp(2 beta range) at most, and results are that much
 * below the largest entry or what one operation takes away. */
lehr_status sums_numbers(const tn_program *p, double beta, const semiring **numbers,
                         lehr_error *err) {
  static const double sure = 480; /* ln 2^700, less roundings */
  double most;
  mp_range range;
  LEHR_TRY(check_beta(p, beta, &most, err));
  LEHR_TRY(mp_range_of(p, &range, err));
  const bool is_narrow = 2 * beta * ((double)range.table + (double)range.step) <= sure &&
                         beta * (double)range.step <= narrow_most;
  *numbers = semiring_best(is_narrow ? SUM_NARROW : SUM_WIDE);
  return LEHR_OK;
}

double sums_log(const tn_program *p, const semiring *s, double beta, const tn_table *root) {
  real_sum sum = {0};
  for (int64_t k = 0; k < p->n_ops; k++) real_sum_add(&sum, magnitude(p, &p->ops[k]));
  const double entry = *(const double *)root->plane[0];
  const double exponent =
      s->kind == SUM_WIDE ? *(const int32_t *)root->plane[1] : (double)root->exponent;
  return real_log(entry) + exponent * 0x1.62e42fefa39efp-1 + beta * real_sum_value(&sum);
}
