/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/rows.h"

#include <string.h>

#define FIELD int8_t
#define WORD uint8_t
#define REAL float
#define QUANTILE narrow
#define LARGEST 126
#define NAME(x) x##_8
#include "solvers/anneal/lanes_scalar.inc"
#undef FIELD
#undef WORD
#undef LARGEST
#undef NAME
#define FIELD int16_t
#define WORD uint16_t
#define LARGEST 32766
#define NAME(x) x##_16
#include "solvers/anneal/lanes_scalar.inc"
#include "solvers/anneal/rows_scalar.inc"
#undef FIELD
#undef WORD
#undef LARGEST
#undef NAME
#define FIELD int32_t
#define WORD uint32_t
#define LARGEST 2147483520 /* largest float below 2^31 */
#define NAME(x) x##_32
#include "solvers/anneal/lanes_scalar.inc"
#include "solvers/anneal/rows_scalar.inc"
#undef FIELD
#undef WORD
#undef REAL
#undef QUANTILE
#undef LARGEST
#undef NAME
#define FIELD int64_t
#define WORD uint64_t
#define REAL double
#define QUANTILE wide
#define LARGEST 0x1p62
#define NAME(x) x##_64
#include "solvers/anneal/lanes_scalar.inc"

#define KERNEL(bits)                                                                               \
  { 1, enter_##bits, sweep_##bits, fill_##bits, false }
const lane_kernel lanes_scalar[LANES_TYPES] = {KERNEL(8), KERNEL(16), KERNEL(32), KERNEL(64)};
#define ROWS(bits)                                                                                 \
  { ROWS_READS, row_enter_##bits, row_sweep_##bits, fill_##bits, true }
const row_kernel_set rows_scalar = {ROWS(16), ROWS(32)};
