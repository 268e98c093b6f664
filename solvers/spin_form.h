/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/spin_form.h - any model as integers over spins:
 *
 *   E(s) = constant + unit * ( sum_i h_i s_i + sum_{i<j} J_ij s_i s_j )
 *
 * Binary models are taken four times (x = (1+s)/2 leaves quarters), exact ones are divided by the
 * greatest common divisor of all coefficients. So a model, the same model over the other variable
 * type, and the same model times a constant have one and the same form and one trajectory.
 * Real models are rounded: to 2^-60 of the largest field in general, to 2^-29 where that still
 * resolves nearly all coefficients. The form only steers the search; energies are the host's. */
#ifndef LEHR_SOLVERS_SPIN_FORM_H
#define LEHR_SOLVERS_SPIN_FORM_H

#include "lehr/plugin.h"

#include <stdbool.h>

typedef struct spin_form {
  int32_t n;
  const int64_t *row;    /* [n+1], the model's */
  const int32_t *col;    /* the model's */
  int64_t *h;            /* [n] */
  const int64_t *J;      /* [row[n]], the model's where they are the same */
  int64_t *sum;          /* [n] of the couplings of each variable */
  int64_t largest_field; /* max_i |h_i| + sum_j |J_ij|, below 2^62 */
  int64_t magnitude;     /* |J| if all couplings have the same, else 0 */
  double unit;           /* > 0 */
} spin_form;

/* A bound on largest_field, before there is a form: not more than what decides between fields of 1,
 * 2, 4 and 8 bytes. INT64_MAX for models so small that it is not worth looking. O(n +
 * interactions). */
int64_t spin_form_bound(const lehr_model_view *m);
/* Bytes that spin_form_make takes. */
uint64_t spin_form_bytes(const lehr_model_view *m);
/* Takes its memory from run; false when that is refused, or the run should stop (poll.h).
 * O(n + interactions). */
bool spin_form_make(spin_form *f, lehr_run *run);

#endif
