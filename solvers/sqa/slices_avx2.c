/* SPDX-License-Identifier: Apache-2.0 */
/* Slice kernels for instruction set level `avx2` (compile options in CMakeLists.txt). */
#define SLICES_LEVEL slices_avx2
#define SLICES_KERNEL "solvers/sqa/slices_kernel.inc"
#define BYTES 32
#include "solvers/sqa/slices_levels.inc"
