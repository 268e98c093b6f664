/* SPDX-License-Identifier: Apache-2.0 */
/* Tree kernels for instruction set level `avx2`. */
#define TREES_LEVEL trees_avx2
#define WIDEST 32
#include "solvers/subgraph/tree_levels.inc"
