/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-sliced kernels for instruction set level `avx512`. */
#define BITS_LEVEL bits_avx512
#define WIDEST 8
#include "solvers/bits/bits_levels.inc"
