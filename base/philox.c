/* SPDX-License-Identifier: Apache-2.0 */
#include "base/philox.h"

#include "base/real.h"

#include <math.h>

static uint32_t multiply_high(uint32_t a, uint32_t b, uint32_t *low) {
  const uint64_t product = (uint64_t)a * b;
  *low = (uint32_t)product;
  return (uint32_t)(product >> 32);
}

philox_block philox_at(uint64_t key, uint64_t counter_high, uint64_t counter_low) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  uint32_t c0 = (uint32_t)counter_low, c1 = (uint32_t)(counter_low >> 32);
  uint32_t c2 = (uint32_t)counter_high, c3 = (uint32_t)(counter_high >> 32);
  for (int round = 0; round < 10; round++) {
    uint32_t low0, low1;
    const uint32_t high0 = multiply_high(0xD2511F53u, c0, &low0);
    const uint32_t high1 = multiply_high(0xCD9E8D57u, c2, &low1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u; /* golden ratio */
    k1 += 0xBB67AE85u; /* sqrt(3) - 1 */
  }
  return (philox_block){{c0, c1, c2, c3}};
}

uint64_t philox_subkey(uint64_t key, uint64_t index) {
  const philox_block b = philox_at(key, UINT64_C(0x6c6568722f6b6579), index); /* "lehr/key" */
  return b.v[0] | (uint64_t)b.v[1] << 32;
}

uint64_t philox_key(uint64_t seed, const char *name) {
  uint64_t key = philox_subkey(seed, 0);
  for (const char *c = name; *c; c++) key = philox_subkey(key, (unsigned char)*c);
  return key;
}

philox_stream philox_stream_at(uint64_t key, uint64_t stream) {
  return (philox_stream){.key = key, .stream = stream};
}

uint32_t philox_u32(philox_stream *s) {
  if (s->left == 0) {
    s->block = philox_at(s->key, s->stream, s->position++);
    s->left = 4;
  }
  return s->block.v[--s->left];
}

uint64_t philox_u64(philox_stream *s) {
  const uint64_t high = philox_u32(s);
  return high << 32 | philox_u32(s);
}

double philox_unit(philox_stream *s) { return ((double)(philox_u64(s) >> 12) + 0.5) * 0x1p-52; }

uint32_t philox_below(philox_stream *s, uint32_t bound) {
  /* Lemire 2019: multiply-shift with rejection of the uneven remainder. */
  uint64_t product = (uint64_t)philox_u32(s) * bound;
  if ((uint32_t)product < bound) {
    const uint32_t threshold = (uint32_t)-bound % bound;
    while ((uint32_t)product < threshold) product = (uint64_t)philox_u32(s) * bound;
  }
  return (uint32_t)(product >> 32);
}

double philox_normal(philox_stream *s) {
  for (;;) {
    const double u = 2 * philox_unit(s) - 1, v = 2 * philox_unit(s) - 1;
    const double q = u * u + v * v;
    if (q > 0 && q < 1) return u * sqrt(-2 * real_log(q) / q);
  }
}
