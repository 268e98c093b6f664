/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/tempering.h - parallel tempering (Swendsen, Wang 1986; Hukushima, Nemoto 1996)
 * of systems of 64 walkers, with exchange of clusters (exchange.h).
 *
 * A read is the lowest state that a walker's lane descended to; a system makes 64 of them. */
#ifndef LEHR_SOLVERS_TEMPERING_TEMPERING_H
#define LEHR_SOLVERS_TEMPERING_TEMPERING_H

#include "base/options.h"
#include "lehr/plugin.h"

typedef struct tempering_options {
#define OPT OPTION_MEMBER
#include "solvers/tempering/options.def"
#undef OPT
} tempering_options;

/* The engine's run() with kernels of a given level (LANES_SCALAR or a cpu_level). All levels give
 * the same samples; tests compare them. */
lehr_status tempering_run_at(lehr_run *run, int level);

#endif
