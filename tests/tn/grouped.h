/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tn/grouped.h - small models whose variables are in groups of every kind, and all states. */
#ifndef LEHR_TESTS_TN_GROUPED_H
#define LEHR_TESTS_TN_GROUPED_H

#include "base/philox.h"
#include "lehr/lehr.h"

#include <math.h>
#include <stdlib.h>

/* Variables 0, 1, ... in groups of 1, 2, 3, 4, 5 or 8, or in none; real couplings where range is 0,
 * else whole ones up to it. */
static inline lehr_model *grouped_model(philox_stream *s, lehr_vartype type, int32_t n,
                                        uint32_t range) {
  static const int32_t sizes[] = {0, 1, 2, 3, 4, 5, 8, 3};
  lehr_builder *b;
  lehr_model *m;
  if (lehr_builder_create(type, n, &b)) abort();
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j <= i; j++) {
      const double whole = (double)philox_below(s, 2 * range + 1) - range;
      const double value = range > 0 ? whole : philox_normal(s);
      if (i != j && philox_below(s, 2)) continue;
      if (i == j && lehr_builder_add_linear(b, i, value, NULL)) abort();
      if (i != j && lehr_builder_add(b, i, j, value, NULL)) abort();
    }
  for (int32_t first = 0, size; first<n; first += size> 0 ? size : 1) {
    int32_t member[8];
    size = sizes[philox_below(s, 8)];
    if (size > n - first) size = n - first;
    const lehr_group_kind kind = (lehr_group_kind)(1 + philox_below(s, 3));
    for (int32_t k = 0; k < size; k++) member[k] = first + size - 1 - k;
    if (size > 0 && lehr_builder_add_group(b, kind, member, size,
                                           (int32_t)philox_below(s, (uint32_t)size + 1), NULL))
      abort();
  }
  if (lehr_builder_finish(b, &m, NULL)) abort();
  lehr_builder_free(b);
  return m;
}

/* energy[x] of all states, bit i of x is variable i; infinite where a group is broken. Freed by the
 * caller. */
static inline double *grouped_spectrum(const lehr_model *m, int32_t n) {
  double *energy = malloc(sizeof *energy << n);
  uint8_t bits[32];
  if (!energy) abort();
  for (uint32_t x = 0; x < 1u << n; x++) {
    for (int32_t i = 0; i < n; i++) bits[i] = x >> i & 1;
    energy[x] = lehr_model_feasible(m, bits) ? lehr_model_energy(m, bits) : HUGE_VAL;
  }
  return energy;
}

#endif
