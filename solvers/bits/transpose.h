/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bits/transpose.h - between states as rows of bytes and as words of 64 replicas. */
#ifndef LEHR_SOLVERS_BITS_TRANSPOSE_H
#define LEHR_SOLVERS_BITS_TRANSPOSE_H

#include <stdint.h>

/* rows[count][n] of 0 and 1, count <= 64, to words[p * stride] for p < n: bit r of that word is
 * variable site[p] of row r. Bits from `count` on are 0. O(64 n) bit operations, a few per byte. */
void transpose_in(const uint8_t rows[], int count, int32_t n, const int32_t site[],
                  uint64_t words[], int stride);
/* The inverse. */
void transpose_out(const uint64_t words[], int stride, const int32_t site[], int32_t n, int count,
                   uint8_t rows[]);

#endif
