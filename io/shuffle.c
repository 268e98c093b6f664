/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen values at a time as vectors, interleaved like the merging steps of a transposition; the
 * compiler makes plain code of them where a machine has no such instructions. */
#include "io/shuffle.h"

#include <stdint.h>
#include <string.h>

typedef uint8_t bytes16 __attribute__((vector_size(16)));

static bytes16 load(const unsigned char *from) {
  bytes16 v;
  memcpy(&v, from, sizeof v);
  return v;
}

static bytes16 low(bytes16 a, bytes16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static bytes16 high(bytes16 a, bytes16 b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                                 31);
}

/* Interleaving plane p with plane p + half, then the results in the same way, leaves the bytes of
 * each value side by side. `planes` is a power of two up to 8; v holds 16 values. */
static inline void interleave(bytes16 v[8], int planes) {
  for (int half = planes / 2, round = planes; round > 1; round /= 2) {
    bytes16 next[8];
    for (int p = 0; p < half; p++) {
      next[2 * p] = low(v[p], v[p + half]);
      next[2 * p + 1] = high(v[p], v[p + half]);
    }
    memcpy(v, next, (size_t)planes * sizeof *v);
  }
}

/* All whole sixteens of values; returns how many values that are. */
static inline size_t unshuffle_16(const unsigned char *planes, size_t values, size_t value_bytes,
                                  size_t count, unsigned char *out) {
  size_t k = 0;
  for (; k + 16 <= count; k += 16) {
    bytes16 v[8];
    for (size_t p = 0; p < value_bytes; p++) v[p] = load(planes + p * values + k);
    interleave(v, (int)value_bytes);
    memcpy(out + k * value_bytes, v, 16 * value_bytes);
  }
  return k;
}

void unshuffle(const unsigned char *planes, size_t values, size_t value_bytes, size_t first,
               size_t count, unsigned char *out) {
  size_t done = 0;
  planes += first;
  if (value_bytes == 8) done = unshuffle_16(planes, values, 8, count, out);
  if (value_bytes == 4) done = unshuffle_16(planes, values, 4, count, out);
  for (size_t k = done; k < count; k++)
    for (size_t p = 0; p < value_bytes; p++) out[k * value_bytes + p] = planes[p * values + k];
}

void shuffle(const unsigned char *from, size_t values, size_t value_bytes, unsigned char *planes) {
  for (size_t p = 0; p < value_bytes; p++)
    for (size_t k = 0; k < values; k++) planes[p * values + k] = from[k * value_bytes + p];
}
