/* SPDX-License-Identifier: Apache-2.0 */
/* Lane kernels for instruction set level `avx512` (compile options in CMakeLists.txt). */
#define LANES_LEVEL lanes_avx512
#define ROWS_LEVEL rows_avx512
#define WIDEST 64
#include "solvers/anneal/lanes_levels.inc"
