/* SPDX-License-Identifier: Apache-2.0 */
/* Block kernels for instruction set level `avx2` (compile options in CMakeLists.txt). */
#define BLOCK_KERNELS block_avx2
#include "solvers/exhaustive/block.inc"
