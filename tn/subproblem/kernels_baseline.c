/* SPDX-License-Identifier: Apache-2.0 */
/* Moves of subgraphs for instruction set level `baseline`. */
#define LEVEL sub_baseline
#define WIDEST 16
#include "tn/subproblem/kernels_levels.inc"
