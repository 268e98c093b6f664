/* SPDX-License-Identifier: Apache-2.0 */
/* Block kernels for instruction set level `avx512` (compile options in CMakeLists.txt). */
#define BLOCK_KERNELS block_avx512
#include "solvers/exhaustive/block.inc"
