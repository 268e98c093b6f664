/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/kernels.h"

/* int32 leaves one bit free, so that sums of two never wrap. Floats hold integers. Sums of all
 * costs of a network are below the top of int64 (lehr/model.h). */
const mp_type_facts mp_types[MP_TYPES] = {
    [MP_INT8] = {1, 6, UINT8_MAX, "int8"},       [MP_INT16] = {2, 5, UINT16_MAX, "int16"},
    [MP_INT32] = {4, 4, (1 << 30) - 1, "int32"}, [MP_FLOAT] = {4, 4, INT64_MAX / 4, "float"},
    [MP_INT64] = {8, 3, INT64_MAX / 4, "int64"},
};

const mp_kernels *mp_kernels_of(mp_type type, int level) {
  if (level == MP_SCALAR) return &mp_scalar[type];
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &mp_avx2[type];
  if (level == CPU_AVX512) return &mp_avx512[type];
#endif
  return &mp_baseline[type];
}
