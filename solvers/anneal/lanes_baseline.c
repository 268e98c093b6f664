/* SPDX-License-Identifier: Apache-2.0 */
/* Lane kernels for instruction set level `baseline` (compile options in CMakeLists.txt). */
#define LANES_LEVEL lanes_baseline
#define ROWS_LEVEL rows_baseline
#define WIDEST 16
#include "solvers/anneal/lanes_levels.inc"
