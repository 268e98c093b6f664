/* SPDX-License-Identifier: Apache-2.0 */
/* Tree kernels for instruction set level `avx512`. */
#define TREES_LEVEL trees_avx512
#define WIDEST 64
#include "solvers/subgraph/tree_levels.inc"
