/* SPDX-License-Identifier: Apache-2.0 */
/* base/bit_columns.h - up to 64 rows of bytes 0 or 1 as columns of bits, and back.
 *
 * Word i of the columns holds entry i of all rows: bit r is that of row r. Work on 64 rows then
 * takes one operation on a word. */
#ifndef LEHR_BASE_BIT_COLUMNS_H
#define LEHR_BASE_BIT_COLUMNS_H

#include <stdint.h>

enum { BIT_ROWS = 64 };

/* rows[count][n] to words[n], 0 <= count <= 64; bits from `count` on are 0. O(count n / 8). */
void bit_columns_pack(const uint8_t rows[], int count, int64_t n, uint64_t words[]);
/* The inverse: the first `count` rows. */
void bit_columns_unpack(const uint64_t words[], int64_t n, int count, uint8_t rows[]);

#endif
