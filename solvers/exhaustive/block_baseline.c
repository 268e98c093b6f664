/* SPDX-License-Identifier: Apache-2.0 */
/* Block kernels for instruction set level `baseline` (compile options in CMakeLists.txt). */
#define BLOCK_KERNELS block_baseline
#include "solvers/exhaustive/block.inc"
