/* SPDX-License-Identifier: Apache-2.0 */
/* Oscillators for instruction set level `avx512` (compile options in CMakeLists.txt). */
#define OSCILLATORS_LEVEL oscillators_avx512
#define BYTES 64
#define WIDTHS 4
#include "solvers/bifurcation/oscillators_kernel.inc"
