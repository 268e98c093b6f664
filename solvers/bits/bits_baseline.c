/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-sliced kernels for instruction set level `baseline`. */
#define BITS_LEVEL bits_baseline
#define WIDEST 2
#include "solvers/bits/bits_levels.inc"
