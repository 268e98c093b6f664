/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/sums.h - partition functions: which numbers, and what is known before the run.
 *
 * beta is in units of the network throughout tn/: beta(model) * tn_network.unit. Sums run in
 * sum_narrow where that can hold them, which is seen on the way, and else again in sum_wide. */
#ifndef LEHR_TN_SEMIRING_SUMS_H
#define LEHR_TN_SEMIRING_SUMS_H

#include "tn/semiring/tape.h"

/* One run over the tables: everything begins anew when it is called again. */
typedef lehr_status (*sums_fn)(void *user, const semiring *s, semiring_context *c,
                               bool *is_complete, lehr_error *err);

/* Calls `run` with sum_narrow, and with sum_wide where that was not exact or is known not to be.
 * ERANGE if beta is negative, not finite, or so large that even wide numbers end (beta times the
 * sum of all magnitudes above 1e8). */
lehr_status sums_run(const tn_program *p, double beta, const tn_guard *guard, sums_fn run,
                     void *user, bool *is_complete, lehr_error *err);

/* The numbers to plan memory for: sum_narrow where the range of entries (minplus/range.h) tells
 * that it holds them, else sum_wide, which may turn out to be needed. ERANGE as above; ENOMEM. */
lehr_status sums_numbers(const tn_program *p, double beta, const semiring **numbers,
                         lehr_error *err);

/* ln of the sum over all states of exp(-beta energy), from the entry that is left. */
double sums_log(const tn_program *p, const semiring *s, double beta, const tn_table *root);

#endif
