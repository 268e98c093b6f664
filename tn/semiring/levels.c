/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/levels.h"

#define TABLE_OF(level)                                                                            \
  {                                                                                                \
    &LEVEL_NAME(sum_narrow, level), &LEVEL_NAME(sum_wide, level),                                  \
        &LEVEL_NAME(lowest_energy, level), &LEVEL_NAME(count_wide, level),                         \
        &LEVEL_NAME(count_residue, level)                                                          \
  }

const semiring *semiring_of(semiring_kind kind, int level) {
  static const semiring *const scalar[] = TABLE_OF(scalar), *const baseline[] = TABLE_OF(baseline);
  if (level == SEMIRING_SCALAR) return scalar[kind];
#if defined(__x86_64__)
  static const semiring *const avx2[] = TABLE_OF(avx2), *const avx512[] = TABLE_OF(avx512);
  if (level == CPU_AVX2) return avx2[kind];
  if (level == CPU_AVX512) return avx512[kind];
#endif
  return baseline[kind];
}
