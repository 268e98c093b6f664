/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels for instruction set level `baseline` (compile options in CMakeLists.txt). */
#define WALKERS_LEVEL walkers_baseline
#define BYTES 16
#include "solvers/tempering/walkers_levels.inc"
