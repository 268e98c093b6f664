/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bits/ladder.h"

#include "base/real.h"

static int digits_for(int64_t largest_weight) {
  return largest_weight > 0 ? 64 - __builtin_clzll((uint64_t)largest_weight) : 0;
}

static size_t rows_of(int digits) { return 2 * (size_t)digits + 1; }

uint64_t bits_ladder_bytes(int64_t largest_weight, int words) {
  return (rows_of(digits_for(largest_weight)) * BITS_PRECISION + 2) * (uint64_t)words *
             sizeof(uint64_t) +
         128;
}

bool bits_ladder_make(bit_ladder *l, const bit_model *m, int words, lehr_run *run) {
  l->digits = digits_for(m->largest_weight);
  l->density =
      run->alloc(run, rows_of(l->digits) * BITS_PRECISION * (size_t)words * sizeof(uint64_t));
  l->state = run->alloc(run, 2 * (size_t)words * sizeof(uint64_t));
  return l->density && l->state;
}

void bits_ladder_seed(bit_ladder *l, int words, uint64_t key, int64_t first) {
  bits_seed(l->state, words, key, first);
}

/* The bits from..to-1 of a row of words, those below 64 * word left out. */
static uint64_t part_of(int word, int from, int to) {
  const int low = from - word * BITS_WORD, high = to - word * BITS_WORD;
  if (low >= BITS_WORD || high <= 0) return 0;
  const uint64_t above = low > 0 ? UINT64_MAX << low : UINT64_MAX;
  return high < BITS_WORD ? above & ((UINT64_C(1) << high) - 1) : above;
}

/* Sets the density of one row for some replicas, rounded to the nearest of BITS_PRECISION digits.
 */
static void set_row(uint64_t row[], int words, double density, int from, int to) {
  const double units = density * 0x1p32 + 0.5;
  const uint64_t most = UINT32_MAX, digits = units < 0x1p32 ? (uint64_t)units : most;
  for (int b = 0; b < BITS_PRECISION; b++)
    for (int w = 0; w < words; w++) {
      const uint64_t part = part_of(w, from, to);
      uint64_t *word = &row[b * words + w];
      *word = digits >> b & 1 ? *word | part : *word & ~part;
    }
}

void bits_ladder_set(bit_ladder *l, int words, double temperature, int from, int to) {
  const size_t row = (size_t)BITS_PRECISION * (size_t)words;
  for (int k = 0; k <= l->digits; k++) {
    const double q = real_exp(-(double)(INT64_C(1) << k) / temperature);
    if (k < l->digits) set_row(l->density + (size_t)k * row, words, q / (1 + q), from, to);
    set_row(l->density + (size_t)(l->digits + k) * row, words, q, from, to);
  }
}
