/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/samples.h - whether two solves gave the same samples. */
#ifndef LEHR_TESTS_SUPPORT_SAMPLES_H
#define LEHR_TESTS_SUPPORT_SAMPLES_H

#include "check.h"
#include "lehr/solve.h"

#include <stdlib.h>

/* Rows in which states or numbers of occurrences differ, and what only one of the sets has. */
static inline int64_t samples_differing(const lehr_sampleset *a, const lehr_sampleset *b) {
  const size_t n = (size_t)lehr_sampleset_variables(a);
  const int64_t size_a = lehr_sampleset_size(a), size_b = lehr_sampleset_size(b);
  const int64_t common = size_a < size_b ? size_a : size_b;
  int64_t differing = size_a + size_b - 2 * common;
  if (n != (size_t)lehr_sampleset_variables(b)) return size_a + size_b + 1;
  uint8_t *x = malloc(2 * n + 1), *y = x + n;
  if (!x) abort();
  for (int64_t row = 0; row < common; row++) {
    lehr_sampleset_bits(a, row, x);
    lehr_sampleset_bits(b, row, y);
    differing += memcmp(x, y, n) != 0 ||
                 lehr_sampleset_occurrences(a, row) != lehr_sampleset_occurrences(b, row);
  }
  free(x);
  return differing;
}

static inline void check_same_states(const lehr_sampleset *a, const lehr_sampleset *b) {
  CHECK(lehr_sampleset_size(a) > 0);
  CHECK_INT(samples_differing(a, b), 0);
}

/* Of one model: the same energies as well. */
static inline void check_same_samples(const lehr_sampleset *a, const lehr_sampleset *b) {
  int64_t differing = 0;
  check_same_states(a, b);
  REQUIRE(lehr_sampleset_size(a) == lehr_sampleset_size(b));
  for (int64_t row = 0; row < lehr_sampleset_size(a); row++)
    differing += lehr_sampleset_energy(a, row) != lehr_sampleset_energy(b, row);
  CHECK_INT(differing, 0);
}

#endif
