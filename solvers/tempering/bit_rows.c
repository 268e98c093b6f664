/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/bit_rows.h"

#include <string.h>

/* Exchanges ever smaller off-diagonal blocks (Warren, Hacker's Delight, 7-3). */
static void transpose(uint64_t a[64]) {
  uint64_t mask = UINT64_C(0xffffffff);
  for (int size = 32; size > 0; size /= 2, mask ^= mask << size)
    for (int base = 0; base < 64; base += 2 * size)
      for (int k = base; k < base + size; k++) {
        const uint64_t t = (a[k] >> size ^ a[k + size]) & mask;
        a[k] ^= t << size;
        a[k + size] ^= t;
      }
}

void bit_rows_from_sites(int32_t n, const uint64_t site[], uint64_t rows[]) {
  const int64_t words = ((int64_t)n + 63) / 64;
  uint64_t block[64];
  for (int64_t w = 0; w < words; w++) {
    const int32_t count = n - (int32_t)(w * 64) < 64 ? n - (int32_t)(w * 64) : 64;
    memset(block, 0, sizeof block);
    memcpy(block, site + w * 64, (size_t)count * sizeof *block);
    transpose(block);
    for (int l = 0; l < 64; l++) rows[l * words + w] = block[l];
  }
}

void bit_rows_to_sites(int32_t n, const uint64_t rows[], uint64_t site[]) {
  const int64_t words = ((int64_t)n + 63) / 64;
  uint64_t block[64];
  for (int64_t w = 0; w < words; w++) {
    const int32_t count = n - (int32_t)(w * 64) < 64 ? n - (int32_t)(w * 64) : 64;
    for (int l = 0; l < 64; l++) block[l] = rows[l * words + w];
    transpose(block);
    memcpy(site + w * 64, block, (size_t)count * sizeof *block);
  }
}
