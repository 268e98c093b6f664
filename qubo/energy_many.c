/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/energy_many.h"

#include "base/bit_columns.h"
#include "base/memory.h"
#include "qubo/scale.h"

#include <stdlib.h>

/* Rows from which on a way is faster than one sum after the other, on Zen 4: counting, for
 * coefficients of one binary digit, and eight rows side by side for others. */
enum { PLANES = 64, GATHERED = 8, COUNTED = 4, SIDE_BY_SIDE = 3, LOOKED_AT = 64 };
/* Variables from which on the masks of eight rows, 64 bytes each, take longer to fill than a few
 * rows to sum. */
enum { LARGE = 1 << 18 };

/* Counters of 64 rows: bit r of plane k is bit k of the sum of row r. Words of a plane are gathered
 * until there are eight, which full adders turn into one word three planes up (Harley and Seal;
 * Warren, Hacker's Delight, 5-1). Sums stay below 2^61 (energy_check_range). */
typedef struct counters {
  uint64_t ones[PLANES + 3];
  uint64_t gathered[PLANES][GATHERED];
  int count[PLANES];
} counters;

/* Adds a and b to a plane; returns the carry. */
static inline uint64_t add(uint64_t *plane, uint64_t a, uint64_t b) {
  const uint64_t half = a ^ b, old = *plane;
  *plane = old ^ half;
  return (a & b) | (half & old);
}

static uint64_t fold(uint64_t plane[3], const uint64_t w[GATHERED]) {
  const uint64_t a = add(&plane[0], w[0], w[1]), b = add(&plane[0], w[2], w[3]);
  const uint64_t c = add(&plane[0], w[4], w[5]), d = add(&plane[0], w[6], w[7]);
  const uint64_t ab = add(&plane[1], a, b), cd = add(&plane[1], c, d);
  return add(&plane[2], ab, cd);
}

static inline void count_word(counters *c, int plane, uint64_t word) {
  for (;;) {
    c->gathered[plane][c->count[plane]++] = word;
    if (c->count[plane] < GATHERED) return;
    c->count[plane] = 0;
    word = fold(c->ones + plane, c->gathered[plane]);
    if (word == 0) return; /* always so beyond the highest plane that sums reach */
    plane += 3;
  }
}

/* Adds what is still gathered: ripples each word up. */
static void finish(counters *c) {
  for (int k = 0; k < PLANES; k++)
    for (int e = 0; e < c->count[k]; e++) {
      uint64_t carry = c->gathered[k][e];
      for (int p = k; carry != 0; p++) carry = add(&c->ones[p], carry, 0);
    }
}

static int64_t sum_of(const counters *c, int row) {
  uint64_t sum = 0;
  for (int k = 0; k < PLANES; k++) sum |= (c->ones[k] >> row & 1) << k;
  return (int64_t)sum;
}

/* Both signs of coefficients. */
typedef struct signed_counters {
  counters plus, minus;
} signed_counters;

static inline void count_term(signed_counters *s, int64_t coefficient, uint64_t word) {
  counters *c = coefficient < 0 ? &s->minus : &s->plus;
  uint64_t digits = coefficient < 0 ? -(uint64_t)coefficient : (uint64_t)coefficient;
  for (; digits != 0; digits &= digits - 1) count_word(c, __builtin_ctzll(digits), word);
}

/* Couples bits by `and`, or spins by `exclusive or`: with s = 2 b - 1,
 *   sum h s + sum J s s' = sum J - sum h + 2 (sum h b - sum J (b xor b')). */
static int64_t count_model(signed_counters *s, const lehr_model_view *m, const uint64_t bits[]) {
  const bool is_spin = m->vartype == LEHR_SPIN;
  int64_t constant = 0;
  for (int32_t i = 0; i < m->n; i++) {
    count_term(s, m->linear_i64[i], bits[i]);
    constant -= m->linear_i64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++) {
      const uint64_t other = bits[m->col[k]];
      if (is_spin)
        count_term(s, -m->weight_i64[k], bits[i] ^ other);
      else
        count_term(s, m->weight_i64[k], bits[i] & other);
      constant += m->weight_i64[k];
    }
  }
  return is_spin ? constant : 0;
}

/* Up to 64 rows of an exact model. */
static void energies_of_block(const lehr_model_view *m, const uint8_t rows[], int count,
                              uint64_t bits[], energy out[]) {
  signed_counters s = {0};
  const int64_t factor = m->vartype == LEHR_SPIN ? 2 : 1;
  bit_columns_pack(rows, count, m->n, bits);
  const int64_t constant = m->offset_i64 + count_model(&s, m, bits);
  finish(&s.plus);
  finish(&s.minus);
  for (int r = 0; r < count; r++) {
    const int64_t exact = constant + factor * (sum_of(&s.plus, r) - sum_of(&s.minus, r));
    out[r] = (energy){.exact = exact, .real = scale_real(exact, m->scale)};
  }
}

/* ---- Eight rows side by side ---- */

/* One number of each row. Aligned like any int64_t, as memory from malloc is. */
typedef int64_t octet __attribute__((vector_size(64), aligned(16)));
enum { OCTET = 8 };

/* masks[i]: all bits of number r where bit i of row r is set (binary) or not (spin: minus one). */
static void make_masks(const lehr_model_view *m, const uint8_t rows[], int count, octet masks[]) {
  const uint8_t marked = m->vartype == LEHR_SPIN ? 0 : 1;
  for (int32_t i = 0; i < m->n; i++) {
    octet mask = {0};
    for (int r = 0; r < count; r++)
      mask[r] = -(int64_t)(rows[(size_t)r * (size_t)m->n + (size_t)i] == marked);
    masks[i] = mask;
  }
}

static void sum_binary(const lehr_model_view *m, const octet masks[], octet *sum) {
  for (int32_t i = 0; i < m->n; i++) {
    octet field = m->linear_i64[i] - (octet){0};
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++)
      field += m->weight_i64[k] & masks[m->col[k]];
    *sum += field & masks[i];
  }
}

static void sum_spins(const lehr_model_view *m, const octet minus[], octet *sum) {
  for (int32_t i = 0; i < m->n; i++) {
    octet field = m->linear_i64[i] - (octet){0};
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++) {
      const octet other = minus[m->col[k]];
      field += (m->weight_i64[k] ^ other) - other;
    }
    *sum += (field ^ minus[i]) - minus[i];
  }
}

/* Up to eight rows of an exact model. */
static void energies_of_octet(const lehr_model_view *m, const uint8_t rows[], int count,
                              octet masks[], energy out[]) {
  octet sum = m->offset_i64 - (octet){0};
  make_masks(m, rows, count, masks);
  if (m->vartype == LEHR_SPIN)
    sum_spins(m, masks, &sum);
  else
    sum_binary(m, masks, &sum);
  for (int r = 0; r < count; r++)
    out[r] = (energy){.exact = sum[r], .real = scale_real(sum[r], m->scale)};
}

/* Whether the first couplings have one binary digit each. */
static bool has_units(const lehr_model_view *m) {
  const int64_t all = 2 * m->n_interactions, looked_at = all < LOOKED_AT ? all : LOOKED_AT;
  uint64_t others = 0;
  for (int64_t k = 0; k < looked_at; k++) {
    const int64_t w = m->weight_i64[k];
    const uint64_t size = w < 0 ? -(uint64_t)w : (uint64_t)w;
    others |= size & (size - 1);
  }
  return others == 0;
}

/* All rows, `at_once` at a time. Where memory is short, or the last rows are few, one by one. */
static void in_blocks(const lehr_model_view *m, const uint8_t rows[], int64_t count,
                      bool is_counted, energy out[]) {
  const size_t n = (size_t)m->n;
  const int at_once = is_counted ? BIT_ROWS : OCTET;
  const int fewest = is_counted ? COUNTED : m->n < LARGE ? SIDE_BY_SIDE : OCTET;
  void *space =
      count < fewest ? NULL : memory_array(n, is_counted ? sizeof(uint64_t) : sizeof(octet));
  for (int64_t done = 0; done < count; done += at_once) {
    const int block = count - done < at_once ? (int)(count - done) : at_once;
    const uint8_t *row = rows + (size_t)done * n;
    if (!space || block < fewest)
      for (int r = 0; r < block; r++) out[done + r] = energy_of(m, row + (size_t)r * n);
    else if (is_counted)
      energies_of_block(m, row, block, space, out + done);
    else
      energies_of_octet(m, row, block, space, out + done);
  }
  free(space);
}

void energy_many(const lehr_model_view *m, const uint8_t rows[], int64_t count, energy out[]) {
  if (m->is_exact)
    in_blocks(m, rows, count, has_units(m), out);
  else
    for (int64_t r = 0; r < count; r++) out[r] = energy_of(m, rows + (size_t)r * (size_t)m->n);
}
