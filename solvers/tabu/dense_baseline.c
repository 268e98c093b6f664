/* SPDX-License-Identifier: Apache-2.0 */
/* Passes for instruction set level `baseline` (compile options in CMakeLists.txt). */
#define DENSE_LEVEL dense_baseline
#define WIDEST 16
#include "solvers/tabu/dense_levels.inc"
