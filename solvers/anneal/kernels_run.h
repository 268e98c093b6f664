/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/kernels_run.h - runs of models without groups, one for each family of kernels.
 * level: LANES_SCALAR or a cpu_level of this machine; all give the same samples. */
#ifndef LEHR_SOLVERS_ANNEAL_KERNELS_RUN_H
#define LEHR_SOLVERS_ANNEAL_KERNELS_RUN_H

#include "solvers/budget.h"

lehr_status lanes_run_at(lehr_run *run, budget b, int level);
lehr_status bits_run_at(lehr_run *run, budget b, int level);
/* Working memory of one thread of bits_run_at, for so many reads at once. */
uint64_t bits_space_bytes(const lehr_model_view *m, int64_t reads);

#endif
