/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bits/bits.h"

#include "base/philox.h"

#include <stddef.h>

const bit_kernel *bits_kernel(int level, int64_t wanted) {
  const bit_kernel *widths = bits_baseline, *found = NULL;
  if (level == BITS_SCALAR) return &bits_scalar;
#if defined(__x86_64__)
  if (level == CPU_AVX2) widths = bits_avx2;
  if (level == CPU_AVX512) widths = bits_avx512;
#endif
  for (int w = 0; w < BITS_WIDTHS && widths[w].words > 0; w++) {
    found = &widths[w];
    if ((int64_t)found->words * BITS_WORD >= wanted) break;
  }
  return found;
}

void bits_seed(uint64_t state[], int words, uint64_t key, int64_t first) {
  for (int w = 0; w < words; w++) {
    const philox_block random = philox_at(key, 1, (uint64_t)(first + w));
    state[w] = random.v[0] | (uint64_t)random.v[1] << 32 | 1;
    state[words + w] = random.v[2] | (uint64_t)random.v[3] << 32;
  }
}
