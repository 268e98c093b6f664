/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/facts.h - what exact engines tell beside samples, checked and kept: degeneracy, log Z,
 * marginals, lowest states. The callbacks of lehr_run; see lehr/plugin.h. */
#ifndef LEHR_SOLVERS_FACTS_H
#define LEHR_SOLVERS_FACTS_H

#include "solvers/host.h"

lehr_status facts_degeneracy(lehr_run *run, const char *decimal);
lehr_status facts_log_z(lehr_run *run, double beta, double log_z);
lehr_status facts_marginals(lehr_run *run, const double ones[], int64_t n_pairs,
                            const lehr_pair_marginal pairs[]);
lehr_status facts_lowest(lehr_run *run, const uint8_t bits[], const char *degeneracy);

/* After the run, before its samples are sorted: sorts the lowest states, and holds all facts
 * against each other and against the best state. EINTERNAL if they contradict it, ENOMEM. */
lehr_status facts_conclude(host *h);

#endif
