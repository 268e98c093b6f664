/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/subgraph/subgraph.h - moves of whole induced subgraphs (Hamze, de Freitas 2004; Selby
 * 2014): annealing by exact draws of random induced forests, ended by their exact minimisation.
 *
 * A forest takes half to two thirds of the sites of sparse graphs, and its sites find their best
 * arrangement together, over any barrier between them. */
#ifndef LEHR_SOLVERS_SUBGRAPH_SUBGRAPH_H
#define LEHR_SOLVERS_SUBGRAPH_SUBGRAPH_H

#include "base/options.h"
#include "lehr/plugin.h"

typedef enum subgraph_goal { SUBGRAPH_OPTIMISE = 0, SUBGRAPH_SAMPLE = 1 } subgraph_goal;

typedef struct subgraph_options {
#define OPT OPTION_MEMBER
#include "solvers/subgraph/options.def"
#undef OPT
} subgraph_options;

/* The engine's run() with kernels of a given level (TREE_SCALAR or a cpu_level). All levels give
 * the same samples; tests compare them. */
lehr_status subgraph_run_at(lehr_run *run, int level);

#endif
