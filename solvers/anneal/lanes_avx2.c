/* SPDX-License-Identifier: Apache-2.0 */
/* Lane kernels for instruction set level `avx2` (compile options in CMakeLists.txt). */
#define LANES_LEVEL lanes_avx2
#define ROWS_LEVEL rows_avx2
#define WIDEST 32
#include "solvers/anneal/lanes_levels.inc"
