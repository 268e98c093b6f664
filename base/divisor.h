/* SPDX-License-Identifier: Apache-2.0 */
/* base/divisor.h - magnitudes of whole numbers and their greatest common divisor. */
#ifndef LEHR_BASE_DIVISOR_H
#define LEHR_BASE_DIVISOR_H

#include <stdint.h>

/* |v|, of INT64_MIN as well. */
static inline uint64_t magnitude_of(int64_t v) { return v < 0 ? -(uint64_t)v : (uint64_t)v; }

/* The greatest common divisor; that of 0 and a is a. */
static inline uint64_t divisor_with(uint64_t a, uint64_t b) {
  while (b != 0) {
    const uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* v / divisor, where that is mostly 1 and a division takes longer than all else. */
static inline uint64_t divided(uint64_t v, uint64_t divisor) {
  return divisor == 1 ? v : v / divisor;
}

#endif
