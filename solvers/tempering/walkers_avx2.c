/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels for instruction set level `avx2` (compile options in CMakeLists.txt). */
#define WALKERS_LEVEL walkers_avx2
#define BYTES 32
#include "solvers/tempering/walkers_levels.inc"
