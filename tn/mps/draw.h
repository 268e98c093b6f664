/* SPDX-License-Identifier: Apache-2.0 */
/* tn/mps/draw.h - states drawn by approximate conditional probabilities, and what they weigh.
 *
 * Along a walk each variable is drawn by the ranks of its two values, so that a state comes with
 * the probability q(s) with which it is drawn. exp(-beta E(s)) / q(s) has the mean Z, however bad
 * the tables are: the mean of these weights estimates Z without bias, and how much they differ says
 * how good the tables are (importance sampling; Kong 1992: effective number of samples). */
#ifndef LEHR_TN_MPS_DRAW_H
#define LEHR_TN_MPS_DRAW_H

#include "tn/guard.h"
#include "tn/mps/sweep.h"

typedef struct mps_weights {
  double log_z;     /* logarithm of the mean weight, without the network's constant */
  double effective; /* (sum of weights)^2 / sum of squares: 1 .. count */
  bool is_complete; /* the guard did not end it */
} mps_weights;

/* count >= 1 states from random numbers of `key`. spins[count][n], or NULL where nobody wants them;
 * log_weight[count]. ENOMEM. O(count n w bond^2). */
lehr_status mps_draw(const mps_sweep *s, uint64_t key, int64_t count, const tn_guard *guard,
                     int8_t spins[], double log_weight[], mps_weights *out, lehr_error *err);

#endif
