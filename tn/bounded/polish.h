/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/polish.h - a state made as good as single flips make it. */
#ifndef LEHR_TN_BOUNDED_POLISH_H
#define LEHR_TN_BOUNDED_POLISH_H

#include "tn/network.h"

/* Flips spins[n] in passes over all of them until none lowers the energy, which is returned.
 * field[n] is room. O(n + couplings) per pass. */
int64_t polish(const tn_network *t, int8_t spins[], int64_t field[]);

#endif
