/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-sliced kernels for instruction set level `avx2`. */
#define BITS_LEVEL bits_avx2
#define WIDEST 4
#include "solvers/bits/bits_levels.inc"
