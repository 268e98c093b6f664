/* SPDX-License-Identifier: Apache-2.0 */
/* Tree kernels for instruction set level `baseline`. */
#define TREES_LEVEL trees_baseline
#define WIDEST 16
#include "solvers/subgraph/tree_levels.inc"
