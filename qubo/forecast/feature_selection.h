/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/feature_selection.h - choosing k of p regression columns as quadratic models.
 *
 * Contribution model. With coefficients b fixed, the mean squared error of a subset x of the
 * contributions b_i f_i is quadratic:
 *   E(x) = var y - 2 sum_i b_i r_i x_i + sum_ij b_i b_j C_ij x_i x_j,   sum_i x_i = k,
 * C = <f_i, f_j>/n, r_i = <f_i, y>/n. Solve, refit b on the solution (columns outside get the
 * coefficient they would have if they came in alone), build again: by itself the model of full
 * ridge coefficients is no better than greedy choice, iterated it escapes its traps. Several
 * members (hours) with moments and coefficients of their own may share one choice: errors add up.
 * The cardinality is a native group of the model, never a penalty. */
#ifndef LEHR_QUBO_FORECAST_FEATURE_SELECTION_H
#define LEHR_QUBO_FORECAST_FEATURE_SELECTION_H

#include "lehr/model.h"

/* Moments of one member over standardised columns. */
typedef struct selection_member {
  const double *corr;  /* [p*p] symmetric */
  const double *cross; /* [p] */
  double y_variance;
  double ridge; /* > 0, added to the diagonal: alpha / n */
  double *b;    /* [p] coefficients, to begin with those of the full ridge regression */
} selection_member;

typedef struct selection_problem {
  const char *name; /* of the models; NULL: none */
  int32_t p, k;     /* 1 <= k <= p */
  int32_t n_members;
  selection_member *member;
} selection_problem;

/* p binary variables and one cardinality group. ENOMEM. O(p^2 members). */
lehr_status selection_contribution_model(const selection_problem *s, lehr_model **out,
                                         lehr_error *err);
/* The group: k of all p. For models of other objectives. */
lehr_status selection_add_cardinality(const selection_problem *s, lehr_builder *b, lehr_error *err);

/* Greedy choice on the contribution model: bits[p] with k ones. O(k p members). ENOMEM. */
lehr_status selection_greedy(const selection_problem *s, uint8_t bits[], lehr_error *err);

/* Refits every member on the k ones of bits and sets its b. *explained: variance that the fits
 * explain, summed over the members. O(k^2 p members). ENOMEM. */
lehr_status selection_refit(selection_problem *s, const uint8_t bits[], double *explained,
                            lehr_error *err);

/* Exchanges single columns, always the best exchange, while that explains more (at most
 * `most_swaps` times): a local optimum of the true objective. Changes bits and *explained. */
lehr_status selection_polish(const selection_problem *s, int32_t most_swaps, uint8_t bits[],
                             double *explained, lehr_error *err);

/* Forward stepwise: adds the column that explains most, k times; for comparison. */
lehr_status selection_forward(const selection_problem *s, uint8_t bits[], double *explained,
                              lehr_error *err);

#endif
