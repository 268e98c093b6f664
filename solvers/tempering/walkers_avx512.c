/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels for instruction set level `avx512` (compile options in CMakeLists.txt). */
#define WALKERS_LEVEL walkers_avx512
#define BYTES 64
#include "solvers/tempering/walkers_levels.inc"
