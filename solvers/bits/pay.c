/* SPDX-License-Identifier: Apache-2.0 */
/* Which models the bit-sliced kernels are for. */
#include "solvers/bits/bit_model.h"

/* Cycles: a visit takes `visit` and `digit` for each entry with one word of 64 replicas; lanes.h
 * take lane_visit and lane_neighbour for a vector of fields. Bits may be slower for few replicas by
 * `patience`, since they are several times faster for 512. Measured on Zen 4. */
static const double visit = 10, digit = 1.5, lane_visit = 10, lane_neighbour = 1.4, patience = 2;

enum { LARGEST_BITS = 30 };

static uint64_t magnitude(int64_t v) { return v < 0 ? -(uint64_t)v : (uint64_t)v; }

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b != 0) {
    const uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* The field of variable i in the spin form before its division (spin_form.c); *sum: of all that
 * acts on i. */
static uint64_t field_of(const lehr_model_view *m, int32_t i, uint64_t *sum) {
  int64_t field = 0;
  uint64_t size = 0;
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
    field += m->weight_i64[k];
    size += magnitude(m->weight_i64[k]);
  }
  const int64_t linear = m->linear_i64[i];
  field = m->vartype == LEHR_BINARY ? 2 * linear + field : linear;
  *sum = size + magnitude(field);
  return magnitude(field);
}

static uint64_t divisor_of(const lehr_model_view *m) {
  uint64_t divisor = 0, sum;
  for (int32_t i = 0; i < m->n && divisor != 1; i++) divisor = gcd(field_of(m, i, &sum), divisor);
  for (int64_t k = 0; k < m->row[m->n] && divisor != 1; k++)
    divisor = gcd(magnitude(m->weight_i64[k]), divisor);
  return divisor ? divisor : 1;
}

static double digits(uint64_t v) { return __builtin_popcountll(v); }

bool bits_pay(const lehr_model_view *m) {
  if (m->n == 0 || !m->is_exact) return false;
  const uint64_t divisor = divisor_of(m);
  const double n = m->n, bonds = (double)m->row[m->n];
  double entries = 0;
  uint64_t largest = 0;
  for (int32_t i = 0; i < m->n; i++) {
    uint64_t sum;
    entries += digits(field_of(m, i, &sum) / divisor);
    if (sum / divisor > largest) largest = sum / divisor;
  }
  for (int64_t k = 0; k < m->row[m->n]; k++)
    entries += digits(magnitude(m->weight_i64[k]) / divisor);
  if (largest >> LARGEST_BITS || entries > BITS_MOST_DIGITS * (bonds + n)) return false;
  const int lanes = largest < INT8_MAX ? 64 : largest < INT16_MAX ? 32 : 16;
  return (visit + digit * entries / n) / 64 <
         patience * (lane_visit + lane_neighbour * bonds / n) / lanes;
}
