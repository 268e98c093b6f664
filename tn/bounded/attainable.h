/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/attainable.h - which energies a network can have at all.
 *
 * Flipping s_i changes the energy by 2 s_i (h_i + sum_j J_ij s_j), and the sum in brackets is that
 * of all spins +1 up to multiples of twice the couplings. So all energies are alike modulo the
 * greatest common divisor of 2 (h_i + sum_j J_ij) and 4 J_ij, and a lower bound may be rounded up
 * to the next of them: on a torus with couplings of +-1 to the next multiple of 4. */
#ifndef LEHR_TN_BOUNDED_ATTAINABLE_H
#define LEHR_TN_BOUNDED_ATTAINABLE_H

#include "tn/network.h"

typedef struct tn_attainable {
  int64_t step; /* 0: one energy only */
  int64_t some; /* an energy */
} tn_attainable;

/* O(n + couplings) */
tn_attainable attainable_of(const tn_network *t);

/* The lowest attainable energy that is not below `bound`. */
int64_t attainable_from(const tn_attainable *a, int64_t bound);

#endif
