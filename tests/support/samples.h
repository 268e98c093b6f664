/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/samples.h - whether two solves gave the same samples. */
#ifndef LEHR_TESTS_SUPPORT_SAMPLES_H
#define LEHR_TESTS_SUPPORT_SAMPLES_H

#include "check.h"
#include "lehr/solve.h"

#include <stdbool.h>
#include <stdlib.h>

static inline bool samples_row_is_same(const lehr_sampleset *a, const lehr_sampleset *b,
                                       int64_t row, uint8_t bits_a[], uint8_t bits_b[]) {
  lehr_sampleset_bits(a, row, bits_a);
  lehr_sampleset_bits(b, row, bits_b);
  return memcmp(bits_a, bits_b, (size_t)lehr_sampleset_variables(a)) == 0 &&
         lehr_sampleset_energy(a, row) == lehr_sampleset_energy(b, row) &&
         lehr_sampleset_occurrences(a, row) == lehr_sampleset_occurrences(b, row);
}

/* Rows in which bits, energy or occurrences differ, and what only one of the sets has. */
static inline int64_t samples_differing(const lehr_sampleset *a, const lehr_sampleset *b) {
  const int64_t size_a = lehr_sampleset_size(a), size_b = lehr_sampleset_size(b);
  const int64_t common = size_a < size_b ? size_a : size_b;
  int64_t differing = size_a + size_b - 2 * common;
  if (lehr_sampleset_variables(a) != lehr_sampleset_variables(b)) return size_a + size_b + 1;
  uint8_t *bits = malloc(2 * (size_t)lehr_sampleset_variables(a) + 1);
  if (!bits) abort();
  for (int64_t row = 0; row < common; row++)
    differing += !samples_row_is_same(a, b, row, bits, bits + lehr_sampleset_variables(a));
  free(bits);
  return differing;
}

static inline void check_same_samples(const lehr_sampleset *a, const lehr_sampleset *b) {
  CHECK(lehr_sampleset_size(a) > 0);
  CHECK_INT(samples_differing(a, b), 0);
}

#endif
