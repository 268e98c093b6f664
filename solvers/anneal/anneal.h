/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/anneal.h - simulated annealing of many replicas (Kirkpatrick, Gelatt, Vecchi
 * 1983).
 *
 * Models without groups: one replica per SIMD lane (lanes.h). Models with groups: exchange moves
 * within the groups, one replica at a time (grouped.h). */
#ifndef LEHR_SOLVERS_ANNEAL_ANNEAL_H
#define LEHR_SOLVERS_ANNEAL_ANNEAL_H

#include "base/options.h"
#include "solvers/anneal/range.h"
#include "solvers/budget.h"
#include "solvers/read_rows.h"

typedef struct anneal_options {
#define OPT OPTION_MEMBER
#include "solvers/anneal/options.def"
#undef OPT
} anneal_options;

/* The engine's run() with kernels of a given level (LANES_SCALAR or a cpu_level). All levels give
 * the same samples; tests compare them. */
lehr_status anneal_run_at(lehr_run *run, int level);

/* Applies beta_hot and beta_cold; cost_unit is the energy of a flip of cost 1. */
void anneal_override(range *r, const anneal_options *o, double cost_unit);
/* The option `reheat` where initial states are given, else 0. */
double anneal_reheat(const lehr_run *run);
/* Tells the host the inverse temperatures that are used. */
void anneal_report(const schedule_shape *shape, lehr_run *run, const budget *b, double cost_unit);
/* The budget of a run of this engine. */
budget anneal_budget_of(const lehr_run *run, bool by_bits);

#endif
