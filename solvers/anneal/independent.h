/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/independent.h - strips whose replicas share no random numbers (boltzmann=1).
 *
 * The kernels of lanes.h and rows.h take their thresholds from a table that all replicas read at
 * different places. Here every (replica, sweep, site) has an exponential deviate of its own, at a
 * Philox counter, and the kernel is called with a threshold for each replica (lanes: site by site)
 * or for each site of one replica (rows: chunk by chunk). A sweep visits the sites in order with
 * Metropolis' rule, which leaves the Boltzmann distribution as it is: after enough sweeps at a
 * fixed temperature replicas are independent samples of it. */
#ifndef LEHR_SOLVERS_ANNEAL_INDEPENDENT_H
#define LEHR_SOLVERS_ANNEAL_INDEPENDENT_H

#include "solvers/anneal/strip.h"

/* As strip_anneal, with job->deviates. */
course independent_anneal(const strip_job *job, strip_space *s, int64_t index);

#endif
