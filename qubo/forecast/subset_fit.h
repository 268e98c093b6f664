/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/subset_fit.h - ridge regression on a subset of columns that grows and shrinks.
 *
 * From standardised moments C = Z'Z/n and r = Z'y/n, with S the subset and A = (C_SS + ridge I)^-1:
 *   b = A r_S                      coefficients
 *   explained = r_S' b             variance that the fit explains, penalty included
 *   U = A C_S,all                  regressions of every column on the subset
 *   residual = r - C_all,S b       what is left of y, seen by every column
 *   spread = C_jj + ridge - C_jS U_Sj   what is left of column j
 * Adding column j gains residual_j^2 / spread_j; removing column a loses b_a^2 / A_aa. Both cost
 * O(k p): a sweep of the moments (Beaton 1964) that keeps the rows it needs. */
#ifndef LEHR_QUBO_FORECAST_SUBSET_FIT_H
#define LEHR_QUBO_FORECAST_SUBSET_FIT_H

#include "lehr/status.h"

#include <stdint.h>

typedef struct subset_fit {
  int32_t p, most;            /* columns; room for the subset */
  const double *corr, *cross; /* C [p*p] symmetric, r [p]; not owned */
  double ridge;
  int32_t k;
  int32_t *member; /* [most] columns of the subset, in order of their coming */
  double explained;
  double *inverse;           /* [most*most] A */
  double *coefficient;       /* [most] b */
  double *regression;        /* [most*p] U */
  double *residual, *spread; /* [p] */
} subset_fit;

/* An empty subset. corr and cross must outlive it. ENOMEM. Release with subset_fit_release. */
lehr_status subset_fit_init(subset_fit *f, int32_t p, int32_t most, const double corr[],
                            const double cross[], double ridge, lehr_error *err);
void subset_fit_clear(subset_fit *f);
/* Adds column j, which is not in the subset; k < most. */
void subset_fit_add(subset_fit *f, int32_t j);
/* Removes the column at position a; the last one takes its place. */
void subset_fit_remove(subset_fit *f, int32_t a);
void subset_fit_release(subset_fit *f);

#endif
