/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/scale.h"

#include <math.h>

/* d if scale is the double nearest to 1/d for a whole d >= 2, else 0. */
static double denominator(double scale) {
  if (!(scale < 1)) return 0;
  const double d = nearbyint(1 / scale);
  return 1 / d == scale ? d : 0;
}

double scale_real(int64_t integer, double scale) {
  const double d = denominator(scale);
  return d != 0 ? (double)integer / d : (double)integer * scale;
}

bool scale_integer(double value, double scale, int64_t *integer) {
  const double d = denominator(scale);
  const double quotient = nearbyint(d != 0 ? value * d : value / scale);
  if (!(fabs(quotient) <= 0x1p53)) return false;
  *integer = (int64_t)quotient;
  return scale_real(*integer, scale) == value;
}

/* Whether all values are integers under `scale` that sum up within 2^53. `*from` remembers the
 * first value that was not, so that the next, finer scale meets its likely failure at once. */
static bool fits(const double values[], int64_t count, double scale, int64_t *from) {
  int64_t integer;
  double sum = 0;
  if (*from < count && !scale_integer(values[*from], scale, &integer)) return false;
  for (int64_t k = 0; k < count; k++) {
    if (!scale_integer(values[k], scale, &integer)) {
      *from = k;
      return false;
    }
    sum += fabs((double)integer);
  }
  return sum <= 0x1p53;
}

bool scale_find(const double values[], int64_t count, double *scale) {
  int64_t from = 0;
  double d = 1;
  for (int k = 0; k <= 18; k++, d *= 10) {
    *scale = 1 / d;
    if (fits(values, count, *scale, &from)) return true;
  }
  d = 2;
  for (int k = 1; k <= 62; k++, d *= 2) {
    *scale = 1 / d;
    if (fits(values, count, *scale, &from)) return true;
  }
  return false;
}
