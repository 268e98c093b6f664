/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tn/spectrum.h - all energies of a small network, and programs for it. */
#ifndef LEHR_TESTS_TN_SPECTRUM_H
#define LEHR_TESTS_TN_SPECTRUM_H

#include "tn/guard.h"
#include "tn/networks.h"
#include "tn/program_make.h"

/* energy[x], bit i of x is 1 for spin +1; to be freed. */
static inline int64_t *spectrum_of(const tn_network *t) {
  int64_t *energy = malloc(sizeof *energy << t->n);
  int8_t spins[32];
  if (!energy) abort();
  for (uint32_t x = 0; x < 1u << t->n; x++) {
    for (int32_t i = 0; i < t->n; i++) spins[i] = x >> i & 1 ? 1 : -1;
    energy[x] = network_energy(t, spins);
  }
  return energy;
}

/* By an order that is random for odd trials, 0..n-1 for even ones. */
static inline tn_program spectrum_program(const tn_network *t, philox_stream *s, int trial) {
  tn_program p;
  int32_t order[64];
  random_order(s, t->n, order);
  for (int32_t i = 0; i < t->n && trial % 2 == 0; i++) order[i] = i;
  if (program_from_order(t, order, &p, NULL)) abort();
  return p;
}

static const tn_guard no_limits = {.bytes = UINT64_MAX / 4, .threads = 2};

#endif
