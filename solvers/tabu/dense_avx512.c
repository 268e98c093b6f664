/* SPDX-License-Identifier: Apache-2.0 */
/* Passes for instruction set level `avx512` (compile options in CMakeLists.txt). */
#define DENSE_LEVEL dense_avx512
#define WIDEST 64
#include "solvers/tabu/dense_levels.inc"
