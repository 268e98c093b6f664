/* SPDX-License-Identifier: Apache-2.0 */
/* Moves of subgraphs for instruction set level `avx512`. */
#define LEVEL sub_avx512
#define WIDEST 64
#include "tn/subproblem/kernels_levels.inc"
