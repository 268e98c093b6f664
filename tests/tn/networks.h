/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tn/networks.h - small networks of many shapes, and their lowest energy by brute force. */
#ifndef LEHR_TESTS_TN_NETWORKS_H
#define LEHR_TESTS_TN_NETWORKS_H

#include "base/philox.h"
#include "lehr/lehr.h"
#include "tn/network.h"

#include <stdbool.h>
#include <stdlib.h>

typedef enum shape { RANDOM, TREE, SQUARE, TORUS, CHAIN, STAR, COMPLETE, PIECES, SHAPES } shape;

/* Whether i > j are neighbours; lattices are 3 wide. */
static inline bool shape_has(shape kind, philox_stream *s, int32_t i, int32_t j, int32_t n) {
  const int32_t dx = i % 3 - j % 3, dy = i / 3 - j / 3;
  switch (kind) {
  case TREE:
    return j == (i - 1) / 2;
  case SQUARE:
    return dx * dx + dy * dy == 1;
  case TORUS:
    return dx * dx + dy * dy == 1 || (dy == 0 && dx == 2) || (dx == 0 && dy == (n - 1) / 3);
  case CHAIN:
    return j == i - 1;
  case STAR:
    return j == 0;
  case COMPLETE:
    return true;
  case PIECES:
    return i / 4 == j / 4 && i % 4 == j % 4 + 1;
  default:
    return philox_below(s, 3) == 0;
  }
}

/* What was built; frees b. */
static inline tn_network network_of(lehr_builder *b) {
  lehr_model *m;
  tn_network t;
  if (lehr_builder_finish(b, &m, NULL) || network_make(lehr_model_look(m), &t, NULL)) abort();
  lehr_builder_free(b);
  lehr_model_free(m);
  return t;
}

/* Spins, couplings 1..range of either sign, fields if asked for. */
static inline tn_network network_of_shape(shape kind, philox_stream *s, int32_t n, uint32_t range,
                                          bool has_fields) {
  lehr_builder *b;
  if (lehr_builder_create(LEHR_SPIN, n, &b)) abort();
  for (int32_t i = 0; i < n; i++) {
    const int64_t field = (int64_t)philox_below(s, 2 * range + 1) - range;
    if (has_fields && lehr_builder_add_linear_int(b, i, field, NULL)) abort();
    for (int32_t j = 0; j < i; j++) {
      const int64_t J = (int64_t)(1 + philox_below(s, range)) * (philox_below(s, 2) ? 1 : -1);
      if (shape_has(kind, s, i, j, n) && lehr_builder_add_int(b, i, j, J, NULL)) abort();
    }
  }
  return network_of(b);
}

static inline int64_t network_brute_force(const tn_network *t) {
  int64_t best = INT64_MAX;
  int8_t spins[32];
  for (uint32_t x = 0; x < 1u << t->n; x++) {
    for (int32_t i = 0; i < t->n; i++) spins[i] = x >> i & 1 ? 1 : -1;
    const int64_t e = network_energy(t, spins);
    if (e < best) best = e;
  }
  return best;
}

static inline void random_order(philox_stream *s, int32_t n, int32_t order[]) {
  for (int32_t i = 0; i < n; i++) {
    const int32_t j = (int32_t)philox_below(s, (uint32_t)i + 1);
    order[i] = order[j];
    order[j] = i;
  }
}

#endif
