/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/sqa/sqa.h - simulated quantum annealing by path-integral Monte Carlo.
 *
 * A transverse field falls while the temperature stays (Kadowaki, Nishimori 1998; Martonak,
 * Santoro, Tosatti 2002; Heim, Ronnow, Isakov, Troyer 2015). Every read is a path of Trotter slices
 * (slices.h), the best of which is its sample. */
#ifndef LEHR_SOLVERS_SQA_SQA_H
#define LEHR_SOLVERS_SQA_SQA_H

#include "base/options.h"
#include "solvers/sqa/path.h"

typedef struct sqa_options {
#define OPT OPTION_MEMBER
#include "solvers/sqa/options.def"
#undef OPT
} sqa_options;

/* The engine's run() with kernels of a given level (LANES_SCALAR or a cpu_level). All levels give
 * the same samples; tests compare them. */
lehr_status sqa_run_at(lehr_run *run, int level);

#endif
