/* SPDX-License-Identifier: Apache-2.0 */
/* Tree kernels for instruction set level `scalar`. */
#define TREES_LEVEL trees_scalar
#define WIDEST 0
#include "solvers/subgraph/tree_levels.inc"
