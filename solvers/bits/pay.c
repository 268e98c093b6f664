/* SPDX-License-Identifier: Apache-2.0 */
/* Which models the bit-sliced kernels are for. */
#include "solvers/bits/bit_model.h"

#include "base/divisor.h"

/* Cycles: a visit takes `visit` and `digit` for each entry with one word of 64 replicas; lanes.h
 * take lane_visit and lane_neighbour for a vector of fields. Bits may be slower for few replicas by
 * `patience`, since they are several times faster for 512. Measured on Zen 4. */
static const double visit = 10, digit = 1.5, lane_visit = 10, lane_neighbour = 1.4, patience = 2;

enum { LARGEST_BITS = 30 };

/* 1 for each binary digit that is 1: without a call where processors may lack the instruction. */
static inline uint64_t digits(uint64_t v) {
  v -= v >> 1 & UINT64_C(0x5555555555555555);
  v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
  v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  v += v >> 8;
  v += v >> 16;
  return (v + (v >> 32)) & 127;
}

/* What acts on variable i: its field in the spin form before its division (spin_form.c), that and
 * all couplings together, and digits of the couplings behind their division. */
typedef struct pull {
  uint64_t field, sum, digits;
} pull;

static pull pull_of(const lehr_model_view *m, int32_t i, uint64_t divisor) {
  const int64_t linear = m->linear_i64[i];
  int64_t field = 0;
  pull p = {0};
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
    const uint64_t size = magnitude_of(m->weight_i64[k]);
    field += m->weight_i64[k];
    p.sum += size;
    p.digits += digits(divided(size, divisor));
  }
  p.field = magnitude_of(m->vartype == LEHR_BINARY ? 2 * linear + field : linear);
  p.sum += p.field;
  return p;
}

static uint64_t divisor_of(const lehr_model_view *m) {
  uint64_t divisor = 0;
  for (int32_t i = 0; i < m->n && divisor != 1; i++)
    divisor = divisor_with(pull_of(m, i, 1).field, divisor);
  for (int64_t k = 0; k < m->row[m->n] && divisor != 1; k++)
    divisor = divisor_with(magnitude_of(m->weight_i64[k]), divisor);
  return divisor ? divisor : 1;
}

bool bits_pay(const lehr_model_view *m) {
  if (m->n == 0 || !m->is_exact) return false;
  const uint64_t divisor = divisor_of(m);
  const double n = m->n, bonds = (double)m->row[m->n];
  uint64_t entries = 0, largest = 0;
  for (int32_t i = 0; i < m->n; i++) {
    const pull p = pull_of(m, i, divisor);
    entries += p.digits + digits(divided(p.field, divisor));
    if (p.sum > largest) largest = p.sum;
  }
  largest = divided(largest, divisor);
  if (largest >> LARGEST_BITS || (double)entries > BITS_MOST_DIGITS * (bonds + n)) return false;
  const int lanes = largest < INT8_MAX ? 64 : largest < INT16_MAX ? 32 : 16;
  return (visit + digit * (double)entries / n) / 64 <
         patience * (lane_visit + lane_neighbour * bonds / n) / lanes;
}
