/* SPDX-License-Identifier: Apache-2.0 */
/* tn/sumproduct.h - the Boltzmann distribution of a network, exactly: log Z, marginals, samples.
 *
 * p(s) = exp(-beta energy(s)) / Z. Energies are those of the program, without the network's
 * constant; beta is in units of the network: beta(model) * tn_network.unit. Everything is computed
 * from sums of positive terms in doubles, with exponents of their own where needed, so that results
 * are good to about n 2^-52 relative at any temperature. They depend neither on threads nor on the
 * memory limit. Functions return LEHR_OK with *is_complete false where the guard ended them. What
 * they refuse for its beta, their plans refuse as well. */
#ifndef LEHR_TN_SUMPRODUCT_H
#define LEHR_TN_SUMPRODUCT_H

#include "tn/guard.h"
#include "tn/program.h"

#include <stdbool.h>

/* What a function takes, before it is called. */
typedef struct tn_need {
  uint64_t bytes; /* within the limit that was given, unless !fits */
  double seconds; /* predicted */
  bool fits;
} tn_need;

/* ln Z. Takes the stack of tables: 8 bytes an entry, 12 where wide numbers are needed. ENOMEM above
 * guard->bytes, ERANGE for a beta that is negative or beyond all bounds. O(sum of 2^width) */
lehr_status sum_log_z(const tn_program *p, double beta, const tn_guard *guard, double *log_z,
                      bool *is_complete, lehr_error *err);
lehr_status sum_log_z_plan(const tn_program *p, double beta, tn_need *cost, uint64_t limit,
                           lehr_error *err);

/* Independent samples number first, first + 1, ...; first is a multiple of 64. Spins of read first
 * + r are bit r % 64 of spins[v * words + r / 64], words = (reads + 63) / 64; 1 is +1. A read
 * depends on key and its number only. One contraction with its tables kept (or checkpoints, then
 * two), then backward for all reads together: each variable is drawn given those that left after
 * it. *log_z as above. O(sum of 2^width + n reads). ENOMEM, ERANGE. */
typedef struct tn_reads {
  uint64_t key;
  int64_t first, count;
} tn_reads;
lehr_status sum_sample(const tn_program *p, double beta, tn_reads reads, const tn_guard *guard,
                       uint64_t spins[], double *log_z, bool *is_complete, lehr_error *err);
lehr_status sum_sample_plan(const tn_program *p, double beta, int64_t reads, tn_need *cost,
                            uint64_t limit, lehr_error *err);

/* <s_i s_j>. */
typedef struct tn_pair {
  int32_t i, j; /* i < j */
  double correlation;
} tn_pair;

/* Pairs that sum_marginals reports: those that are coupled, or with `fronts` all pairs of which one
 * variable is in the other's table when it leaves. */
int64_t sum_pairs(const tn_program *p, bool fronts);

/* Arrays for sum_marginals. */
typedef struct tn_marginals {
  double *mean;    /* [n] <s_i> */
  tn_pair *pairs;  /* [sum_pairs()] ascending */
  double *entries; /* of the program's factors, as their values: probability; NULL: not wanted */
} tn_marginals;

/* Forward and backward (Pearl 1988; here as the derivatives of log Z by the entries of the tables).
 * ENOMEM, ERANGE. O(sum of 2^width) */
lehr_status sum_marginals(const tn_program *p, double beta, bool fronts, const tn_guard *guard,
                          const tn_marginals *out, double *log_z, bool *is_complete,
                          lehr_error *err);
lehr_status sum_marginals_plan(const tn_program *p, double beta, tn_need *cost, uint64_t limit,
                               lehr_error *err);

#endif
