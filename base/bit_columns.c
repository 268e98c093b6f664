/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bit_columns.h"

#include <string.h>

enum { OCTET = 8 };

/* Transposes 8 x 8 bytes: byte b of word k becomes byte k of word b (three rounds of swaps). */
static void transpose_bytes(uint64_t w[OCTET]) {
  static const uint64_t masks[3] = {UINT64_C(0x00000000ffffffff), UINT64_C(0x0000ffff0000ffff),
                                    UINT64_C(0x00ff00ff00ff00ff)};
  for (int round = 0; round < 3; round++) {
    const int step = 4 >> round, shift = 8 * step;
    const uint64_t mask = masks[round];
    for (int k = 0; k < OCTET; k++) {
      if (k & step) continue;
      const uint64_t swap = (w[k] >> shift ^ w[k + step]) & mask;
      w[k] ^= swap << shift;
      w[k + step] ^= swap;
    }
  }
}

/* Eight entries of 8 rows, one bit each: byte v is entry v, its bit r that of row r. */
static uint64_t load_octet(const uint8_t *row, int rows, int64_t n, size_t width) {
  uint64_t octet = 0;
  for (int r = 0; r < rows; r++) {
    uint64_t bytes = 0;
    memcpy(&bytes, row + (size_t)r * (size_t)n, width);
    octet |= bytes << r;
  }
  return octet;
}

static int at_most(int64_t value, int most) { return value < most ? (int)value : most; }

static uint64_t to_little(uint64_t v) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(v);
#else
  return v;
#endif
}

void bit_columns_pack(const uint8_t rows[], int count, int64_t n, uint64_t words[]) {
  for (int64_t i = 0; i < n; i += OCTET) {
    const int width = at_most(n - i, OCTET);
    uint64_t w[OCTET] = {0};
    for (int r = 0; r < count; r += OCTET)
      w[r / OCTET] = to_little(
          load_octet(rows + (int64_t)r * n + i, at_most(count - r, OCTET), n, (size_t)width));
    transpose_bytes(w);
    memcpy(words + i, w, (size_t)width * sizeof *w);
  }
}

void bit_columns_unpack(const uint64_t words[], int64_t n, int count, uint8_t rows[]) {
  for (int64_t i = 0; i < n; i += OCTET) {
    const int width = at_most(n - i, OCTET);
    uint64_t w[OCTET] = {0};
    memcpy(w, words + i, (size_t)width * sizeof *w);
    transpose_bytes(w);
    for (int r = 0; r < count; r++) {
      const uint64_t bytes = to_little(w[r / OCTET] >> r % OCTET & UINT64_C(0x0101010101010101));
      memcpy(rows + (int64_t)r * n + i, &bytes, (size_t)width);
    }
  }
}
