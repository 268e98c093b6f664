/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bifurcation/bifurcation.h - ballistic and discrete simulated bifurcation: a classical
 * Hamiltonian system whose trajectories end near local minima (oscillators.h), then descent. */
#ifndef LEHR_SOLVERS_BIFURCATION_BIFURCATION_H
#define LEHR_SOLVERS_BIFURCATION_BIFURCATION_H

#include "base/options.h"
#include "solvers/spin_form.h"

typedef struct bifurcation_options {
#define OPT OPTION_MEMBER
#include "solvers/bifurcation/options.def"
#undef OPT
} bifurcation_options;

/* The engine's run() with kernels of a given level (OSCILLATORS_SCALAR or a cpu_level). All levels
 * give the same samples; tests compare them. */
lehr_status bifurcation_run_at(lehr_run *run, int level);

#endif
