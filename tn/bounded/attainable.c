/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/attainable.h"

static int64_t gcd(int64_t a, int64_t b) {
  a = a < 0 ? -a : a;
  b = b < 0 ? -b : b;
  while (a != 0) {
    const int64_t rest = b % a;
    b = a;
    a = rest;
  }
  return b;
}

tn_attainable attainable_of(const tn_network *t) {
  tn_attainable a = {.some = t->constant};
  int64_t half = 0; /* sums of couplings may be doubled, not taken four times (network.h) */
  for (int32_t i = 0; i < t->n; i++) {
    int64_t field = t->h[i];
    a.some += t->h[i];
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) {
      field += t->J[k];
      if (t->col[k] < i) a.some += t->J[k];
      half = gcd(2 * t->J[k], half);
    }
    half = gcd(field, half);
  }
  a.step = 2 * half;
  return a;
}

int64_t attainable_from(const tn_attainable *a, int64_t bound) {
  if (a->step == 0) return a->some;
  int64_t above = (bound - a->some) % a->step;
  if (above < 0) above += a->step;
  return above == 0 ? bound : bound + (a->step - above);
}
