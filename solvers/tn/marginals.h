/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tn/marginals.h - from means of spins and of factors to probabilities of variables. */
#ifndef LEHR_SOLVERS_TN_MARGINALS_H
#define LEHR_SOLVERS_TN_MARGINALS_H

#include "solvers/tn/engine.h"
#include "tn/sumproduct.h"

/* Of 1; of 00, 01, 10, 11. */
double marginals_one(double mean);
void marginals_pair(const double mean[], const tn_pair *p, double probability[4]);

/* Tells the host of the variables and pairs behind the codes of legs (tn/legs.h): of all
 * pairs that the model couples, but for those of 2-state legs whose couplings cancel. n_pairs: in
 * m->pairs. */
lehr_status tn_tell_leg_marginals(tn_job *j, const tn_marginals *m, int64_t n_pairs);

#endif
