/* SPDX-License-Identifier: Apache-2.0 */
/* Moves of subgraphs for instruction set level `avx2`. */
#define LEVEL sub_avx2
#define WIDEST 32
#include "tn/subproblem/kernels_levels.inc"
