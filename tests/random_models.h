/* SPDX-License-Identifier: Apache-2.0 */
/* tests/random_models.h - small random models of every kind, and their optimum by brute force. */
#ifndef LEHR_TESTS_RANDOM_MODELS_H
#define LEHR_TESTS_RANDOM_MODELS_H

#include "base/philox.h"
#include "lehr/lehr.h"

#include <stdbool.h>
#include <stdlib.h>

enum { MODEL_MAX_BITS = 14 };

typedef enum model_values {
  VALUES_UNIT,
  VALUES_SMALL,
  VALUES_BIG,
  VALUES_REAL,
  VALUE_KINDS
} model_values;
typedef enum model_groups {
  GROUPS_NONE,
  GROUPS_DISJOINT,
  GROUPS_OVERLAP,
  GROUP_KINDS
} model_groups;

typedef struct model_recipe {
  int32_t n;
  lehr_vartype vartype;
  model_values values;
  model_groups groups;
  double density;
} model_recipe;

static inline double model_coefficient(philox_stream *s, model_values values) {
  switch (values) {
  case VALUES_UNIT:
    return philox_below(s, 2) ? 1 : -1;
  case VALUES_SMALL:
    return (double)philox_below(s, 21) - 10;
  case VALUES_BIG:
    return (double)(int32_t)philox_u32(s);
  default:
    return philox_normal(s) * 3.1;
  }
}

/* Random groups over random members; disjoint ones cut a shuffled list of variables. */
static inline void model_add_groups(lehr_builder *b, philox_stream *s, const model_recipe *r) {
  int32_t order[MODEL_MAX_BITS + 1], first = 0;
  for (int32_t i = 0; i < r->n; i++) order[i] = i;
  for (int g = 0; g < 4; g++) {
    const int32_t from = r->groups == GROUPS_DISJOINT ? first : 0, left = r->n - from;
    if (left < 1) return;
    for (int32_t i = r->n - 1; i > from; i--) {
      const int32_t j = from + (int32_t)philox_below(s, (uint32_t)(i - from + 1)), t = order[i];
      order[i] = order[j];
      order[j] = t;
    }
    const int32_t size = 1 + (int32_t)philox_below(s, (uint32_t)left);
    const int kind = 1 + (int)philox_below(s, 3);
    const int32_t k = (int32_t)philox_below(s, (uint32_t)size + 1);
    if (lehr_builder_add_group(b, (lehr_group_kind)kind, order + from, size, k, NULL)) abort();
    first += size;
  }
}

static inline lehr_model *model_random(philox_stream *s, const model_recipe *r) {
  lehr_builder *b;
  lehr_model *m;
  if (lehr_builder_create(r->vartype, r->n, &b)) abort();
  for (int32_t i = 0; i < r->n; i++) {
    if (philox_unit(s) < 0.7 &&
        lehr_builder_add_linear(b, i, model_coefficient(s, r->values), NULL))
      abort();
    for (int32_t j = 0; j < i; j++)
      if (philox_unit(s) < r->density &&
          lehr_builder_add(b, i, j, model_coefficient(s, r->values), NULL))
        abort();
  }
  if (lehr_builder_add_offset(b, model_coefficient(s, r->values), NULL)) abort();
  if (r->groups != GROUPS_NONE) model_add_groups(b, s, r);
  if (lehr_builder_finish(b, &m, NULL)) abort();
  lehr_builder_free(b);
  return m;
}

/* Recipe number `index` of an endless list that mixes everything. */
static inline model_recipe model_recipe_at(philox_stream *s, int32_t max_n) {
  return (model_recipe){.n = (int32_t)philox_below(s, (uint32_t)max_n + 1),
                        .vartype = philox_below(s, 2) ? LEHR_SPIN : LEHR_BINARY,
                        .values = (model_values)philox_below(s, VALUE_KINDS),
                        .groups = (model_groups)philox_below(s, GROUP_KINDS),
                        .density = philox_unit(s)};
}

typedef struct model_optimum {
  bool feasible;
  double energy;
  uint8_t bits[MODEL_MAX_BITS + 1]; /* lexicographically first */
} model_optimum;

static inline model_optimum model_brute_force(const lehr_model *m) {
  const int32_t n = lehr_model_look(m)->n;
  model_optimum best = {0};
  uint8_t bits[MODEL_MAX_BITS + 1];
  for (uint32_t x = 0; x < 1u << n; x++) {
    for (int32_t i = 0; i < n; i++) bits[i] = x >> (n - 1 - i) & 1;
    if (!lehr_model_feasible(m, bits)) continue;
    const double e = lehr_model_energy(m, bits);
    if (best.feasible && e >= best.energy) continue;
    best.feasible = true;
    best.energy = e;
    memcpy(best.bits, bits, (size_t)n);
  }
  return best;
}

#endif
