/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/wide.h - positive doubles with an exponent of 32 bits more: m 2^e, 1 <= m < 2, and 0.
 *
 * exp(-beta E) leaves the range of doubles already at beta E = 710. Adding and multiplying take
 * some ten integer instructions, no branches and no logarithms, so that loops become vectors. */
#ifndef LEHR_TN_SEMIRING_WIDE_H
#define LEHR_TN_SEMIRING_WIDE_H

#include "base/real.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct wide {
  double m;
  int32_t e;
} wide;

enum { WIDE_LOWEST = -(1 << 30) }; /* exponent of 0; others must stay above */

static inline wide wide_one(void) { return (wide){1, 0}; }

/* m in [1, 4) or 0 brought to [1, 2). */
static inline wide wide_normal(double m, int32_t e) {
  const int32_t is_high = m >= 2;
  return (wide){is_high ? 0.5 * m : m, e + is_high};
}

/* 2^d for d <= 0; 0 below -1000, which is nothing beside a number of about 1. */
static inline double wide_power(int32_t d) {
  const uint64_t bits = (uint64_t)(int64_t)(d < -1000 ? 0 : 1023 + d) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

static inline wide wide_plus(wide a, wide b) {
  const int32_t e = a.e > b.e ? a.e : b.e;
  return wide_normal(a.m * wide_power(a.e - e) + b.m * wide_power(b.e - e), e);
}

static inline wide wide_times(wide a, wide b) { return wide_normal(a.m * b.m, a.e + b.e); }

/* m > 0 finite, any size. */
static inline wide wide_from(double m) {
  int e;
  m = frexp(m, &e);
  return (wide){2 * m, e - 1};
}

/* e^x for |x| < 2^28. */
static inline wide wide_exp(double x) {
  static const double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
  const double k = nearbyint(x * 0x1.71547652b82fep+0);
  wide result = wide_from(real_exp((x - k * ln2_high) - k * ln2_low));
  result.e += (int32_t)k;
  return result;
}

static inline double wide_log(wide a) { return real_log(a.m) + a.e * 0x1.62e42fefa39efp-1; }

/* As a double: 0 or infinity where it does not fit. */
static inline double wide_real(wide a) {
  return ldexp(a.m, a.e < -3000 ? -3000 : a.e > 3000 ? 3000 : a.e);
}

#endif
