/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bits/transpose.h"

#include "base/bit_columns.h"

void transpose_in(const uint8_t rows[], int count, const bit_model *m, uint64_t scratch[],
                  uint64_t words[], int stride) {
  bit_columns_pack(rows, count, m->n, scratch);
  for (int32_t p = 0; p < m->n; p++) words[(size_t)p * (size_t)stride] = scratch[m->site[p]];
}

void transpose_out(const uint64_t words[], int stride, const bit_model *m, uint64_t scratch[],
                   int count, uint8_t rows[]) {
  for (int32_t p = 0; p < m->n; p++) scratch[m->site[p]] = words[(size_t)p * (size_t)stride];
  bit_columns_unpack(scratch, m->n, count, rows);
}
