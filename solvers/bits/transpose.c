/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bits/transpose.h"

#include <stddef.h>

void transpose_in(const uint8_t rows[], int count, int32_t n, const int32_t site[],
                  uint64_t words[], int stride) {
  for (int32_t p = 0; p < n; p++) {
    const uint8_t *row = rows + site[p];
    uint64_t word = 0;
    for (int r = 0; r < count; r++) word |= (uint64_t)row[(size_t)r * (size_t)n] << r;
    words[(size_t)p * (size_t)stride] = word;
  }
}

void transpose_out(const uint64_t words[], int stride, const int32_t site[], int32_t n, int count,
                   uint8_t rows[]) {
  for (int32_t p = 0; p < n; p++) {
    uint8_t *row = rows + site[p];
    const uint64_t word = words[(size_t)p * (size_t)stride];
    for (int r = 0; r < count; r++) row[(size_t)r * (size_t)n] = word >> r & 1;
  }
}
