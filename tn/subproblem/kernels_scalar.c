/* SPDX-License-Identifier: Apache-2.0 */
/* Moves of subgraphs for instruction set level `scalar`. */
#define LEVEL sub_scalar
#define WIDEST 0
#include "tn/subproblem/kernels_levels.inc"
