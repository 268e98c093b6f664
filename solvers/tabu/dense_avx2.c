/* SPDX-License-Identifier: Apache-2.0 */
/* Passes for instruction set level `avx2` (compile options in CMakeLists.txt). */
#define DENSE_LEVEL dense_avx2
#define WIDEST 32
#include "solvers/tabu/dense_levels.inc"
