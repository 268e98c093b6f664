/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/bit_columns.h"
#include "base/philox.h"

#include <stdbool.h>
#include <stdlib.h>

enum { MOST = 100 };

static void every_bit_has_its_place(void) {
  philox_stream s = philox_stream_at(1, 2);
  for (int64_t n = 0; n < MOST; n += 1 + n / 9)
    for (int count = 0; count <= BIT_ROWS; count += 1 + count / 7) {
      uint8_t *rows = malloc((size_t)(n * count) + 1), *back = malloc((size_t)(n * count) + 1);
      uint64_t *words = malloc((size_t)n * sizeof *words + 1);
      for (int64_t k = 0; k < n * count; k++) rows[k] = philox_u32(&s) & 1;
      bit_columns_pack(rows, count, n, words);
      bool is_right = true;
      for (int64_t i = 0; i < n; i++)
        for (int r = 0; r < BIT_ROWS; r++)
          is_right &= (words[i] >> r & 1) == (r < count ? rows[r * n + i] : 0);
      CHECK(is_right);
      bit_columns_unpack(words, n, count, back);
      CHECK(memcmp(rows, back, (size_t)(n * count)) == 0);
      free(rows);
      free(back);
      free(words);
    }
}

static const check_test tests[] = {{"every bit has its place", every_bit_has_its_place}};
CHECK_MAIN("bit columns", tests)
