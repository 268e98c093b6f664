/* SPDX-License-Identifier: Apache-2.0 */
/* Oscillators for instruction set level `avx2` (compile options in CMakeLists.txt). */
#define OSCILLATORS_LEVEL oscillators_avx2
#define BYTES 32
#define WIDTHS 2
#include "solvers/bifurcation/oscillators_kernel.inc"
