/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/tabu.h - tabu search with an elite pool and path relinking (Glover 1989; Palubeckis
 * 2004; Glover, Lu, Hao 2010; Wang, Lu, Glover, Hao 2012). */
#ifndef LEHR_SOLVERS_TABU_TABU_H
#define LEHR_SOLVERS_TABU_TABU_H

#include "base/options.h"

typedef struct tabu_options {
#define OPT OPTION_MEMBER
#include "solvers/tabu/options.def"
#undef OPT
} tabu_options;

/* The engine's run() with kernels of a given level (DENSE_SCALAR or a cpu_level). All levels give
 * the same samples; tests compare them. */
lehr_status tabu_run_at(lehr_run *run, int level);

#endif
