/* SPDX-License-Identifier: Apache-2.0 */
/* tn/count.h - how many states have the lowest energy, exactly. */
#ifndef LEHR_TN_COUNT_H
#define LEHR_TN_COUNT_H

#include "tn/guard.h"
#include "tn/natural.h"
#include "tn/program.h"

#include <stdbool.h>

/* *energy: the lowest one, in units of the network without its constant. *states: the number of
 * states that have it. A first contraction over
 * pairs (energy, number in floating point) is exact below 2^53 and tells the size above; then one
 * contraction for each 61 bits, modulo primes below 2^62, put together by the Chinese remainder
 * theorem (counts by residues: Liu et al. 2023). 20 bytes per entry of the stack of tables.
 * *is_complete is false, and *states 0, where the guard ended it. ENOMEM.
 * O(sum of 2^width, times 1 + bits of the number / 61 where that is above 53 bits). */
lehr_status count_ground_states(const tn_program *p, const tn_guard *guard, int64_t *energy,
                                natural *states, bool *is_complete, lehr_error *err);

/* *bytes of that; *entries of one contraction. */
lehr_status count_plan(const tn_program *p, uint64_t *bytes, double *entries, lehr_error *err);

#endif
