/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/walkers.h"

#define FLUSH 4096

#define KEEPS_FIELDS 1
#define FIELD int16_t
#define WORD uint16_t
#define NAME(x) x##_16
#define LIMIT(w, l, k)                                                                             \
  ((int32_t)((uint32_t)((const uint16_t *)(w)->noise)[k] * (w)->narrow[l] >> 16 >> (w)->shift))
#include "solvers/tempering/walkers_scalar.inc"
#undef FIELD
#undef WORD
#undef NAME
#undef LIMIT

static int32_t limit_32(float value) { return value < 2147483520.0f ? (int32_t)value : 2147483520; }
#define FIELD int32_t
#define WORD uint32_t
#define NAME(x) x##_32
#define LIMIT(w, l, k) limit_32(((const float *)(w)->noise)[k] * (w)->middle[l])
#include "solvers/tempering/walkers_scalar.inc"
#undef FIELD
#undef WORD
#undef NAME
#undef LIMIT

static int64_t limit_64(double value) { return value < 0x1p62 ? (int64_t)value : INT64_C(1) << 62; }
#undef KEEPS_FIELDS
#define KEEPS_FIELDS 0
#define FIELD int64_t
#define WORD uint64_t
#define NAME(x) x##_64
#define LIMIT(w, l, k) limit_64(((const double *)(w)->noise)[k] * (w)->wide[l])
#include "solvers/tempering/walkers_scalar.inc"

#define KERNEL(bits)                                                                               \
  { enter_##bits, sweep_##bits, descend_##bits, energies_##bits }
const walker_kernel_set walkers_scalar = {KERNEL(16), KERNEL(32), KERNEL(64)};
