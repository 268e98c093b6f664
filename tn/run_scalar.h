/* SPDX-License-Identifier: Apache-2.0 */
/* tn/run_scalar.h - the reference: any program over (min, +) in 64-bit integers, one entry at a
 * time.
 *
 * What all faster executors are compared with. Decisions: a variable leaves with x = +1 only where
 * that is better than -1, so that equal states resolve alike everywhere. */
#ifndef LEHR_TN_RUN_SCALAR_H
#define LEHR_TN_RUN_SCALAR_H

#include "tn/program.h"

/* *value is the lowest energy (without the network's `constant`), spins[n] (nullable) a state that
 * has it. Takes the tables that the program keeps at a time, one more of the largest, and with
 * spins one bit per entry of each result of ELIM and REPLACE; ENOMEM if `limit` bytes or the
 * machine's do not do. O(sum of 2^width over the operations). */
lehr_status run_scalar(const tn_program *p, uint64_t limit, int64_t *value, int8_t spins[],
                       lehr_error *err);

#endif
