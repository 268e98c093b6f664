/* SPDX-License-Identifier: Apache-2.0 */
#include "base/real.h"

#include <math.h>

static const double ln2_high = 0x1.62e42fefa38p-1; /* 42 bits: k * ln2_high is exact */
static const double ln2_low = 0x1.ef35793c7673p-45;

double real_log(double x) {
  int exponent;
  double m = frexp(x, &exponent); /* 0.5 <= m < 1 */
  if (m < 0x1.6a09e667f3bcdp-1) { /* sqrt(1/2) */
    m *= 2;
    exponent--;
  }
  /* log m = 2 atanh(t), t = (m-1)/(m+1), |t| < 0.172: 11 odd terms reach 2^-58. */
  const double t = (m - 1) / (m + 1), t2 = t * t;
  double series = 0;
  for (int k = 21; k >= 3; k -= 2) series = (series + 1.0 / k) * t2;
  return exponent * ln2_high + (exponent * ln2_low + (2 * t + 2 * t * series));
}

double real_exp(double x) {
  if (!(x > -745.2)) return x != x ? x : 0;
  if (x > 709.79) return HUGE_VAL;
  const double k = nearbyint(x * 0x1.71547652b82fep+0); /* 1 / ln 2 */
  const double r = (x - k * ln2_high) - k * ln2_low;    /* |r| <= ln 2 / 2 */
  double series = 1;
  for (int i = 14; i >= 1; i--) series = 1 + series * r / i;
  return ldexp(series, (int)k);
}

/* Taylor series at |x| <= pi/4; 2^-58 after nine terms. */
static double cos_series(double x2) {
  double sum = 0;
  for (int k = 18; k >= 2; k -= 2) sum = (1 + sum) * -x2 / (k * (k - 1));
  return 1 + sum;
}

static double sin_series(double x, double x2) {
  double sum = 0;
  for (int k = 19; k >= 3; k -= 2) sum = (1 + sum) * -x2 / (k * (k - 1));
  return x + x * sum;
}

double real_cos_turns(double turns) {
  const double two_pi = 0x1.921fb54442d18p+2;
  double t = fabs(turns - nearbyint(turns)); /* 0..1/2, exact */
  const double sign = t > 0.25 ? -1 : 1;
  if (t > 0.25) t = 0.5 - t;
  if (t <= 0.125) return sign * cos_series(two_pi * t * (two_pi * t));
  const double x = two_pi * (0.25 - t); /* cos t = sin(1/4 - t) */
  return sign * sin_series(x, x * x);
}

void real_sum_add(real_sum *s, double value) {
  const double total = s->sum + value;
  s->correction +=
      fabs(s->sum) >= fabs(value) ? (s->sum - total) + value : (value - total) + s->sum;
  s->sum = total;
}

double real_sum_value(const real_sum *s) { return s->sum + s->correction; }
