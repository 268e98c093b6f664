/* SPDX-License-Identifier: Apache-2.0 */
/* Oscillators for instruction set level `baseline` (compile options in CMakeLists.txt). */
#define OSCILLATORS_LEVEL oscillators_baseline
#define BYTES 16
#define WIDTHS 2
#include "solvers/bifurcation/oscillators_kernel.inc"
