/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bits/transpose.h - between states as rows of bytes and as words of 64 replicas. */
#ifndef LEHR_SOLVERS_BITS_TRANSPOSE_H
#define LEHR_SOLVERS_BITS_TRANSPOSE_H

#include "solvers/bits/bit_model.h"

/* rows[count][n] of 0 and 1, count <= 64, to words[p * stride] for p < n: bit r of that word is
 * variable site[p] of row r. Bits from `count` on are 0. scratch: [n]. O(count n / 8). */
void transpose_in(const uint8_t rows[], int count, const bit_model *m, uint64_t scratch[],
                  uint64_t words[], int stride);
/* The inverse. */
void transpose_out(const uint64_t words[], int stride, const bit_model *m, uint64_t scratch[],
                   int count, uint8_t rows[]);

#endif
