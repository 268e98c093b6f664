/* SPDX-License-Identifier: Apache-2.0 */
/* Slice kernels for instruction set level `baseline` (compile options in CMakeLists.txt). */
#define SLICES_LEVEL slices_baseline
#define SLICES_KERNEL "solvers/sqa/slices_kernel.inc"
#define BYTES 16
#include "solvers/sqa/slices_levels.inc"
