/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/generate/generate.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GENERATOR(function, name, summary)                                                         \
  lehr_status generate_##function(const generate_request *q, lehr_builder **b, generated *out,     \
                                  lehr_error *err);
#include "qubo/generate/generators.def"
#undef GENERATOR

static const generator generators[] = {
#define GENERATOR(function, name, summary) {name, summary, generate_##function},
#include "qubo/generate/generators.def"
#undef GENERATOR
};
enum { N_GENERATORS = sizeof generators / sizeof generators[0] };

static const int64_t most_variables = INT64_C(1) << 30;

const generator *generator_at(int index) {
  return index >= 0 && index < N_GENERATORS ? &generators[index] : NULL;
}

const generator *generator_find(const char *name) {
  for (int k = 0; k < N_GENERATORS; k++)
    if (strcmp(generators[k].name, name) == 0) return &generators[k];
  return NULL;
}

lehr_status generate_model(const generator *g, const generate_request *q, generated *out,
                           lehr_error *err) {
  lehr_builder *b = NULL;
  *out = (generated){.objective = {.factor = 1}};
  if (!(q->density <= 1))
    return error_set(err, LEHR_EUSAGE, "density %g is not a share of all pairs, 0..1", q->density);
  lehr_status status = g->make(q, &b, out, err);
  if (status == LEHR_OK && lehr_builder_set_name(b, g->name) != LEHR_OK)
    status = error_memory(err, 0);
  if (status == LEHR_OK) status = lehr_builder_finish(b, &out->model, err);
  lehr_builder_free(b);
  return status;
}

lehr_status generate_check_count(const char *what, int64_t n, lehr_error *err) {
  if (n >= 1 && n <= most_variables) return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "%s %" PRId64 " outside 1..%" PRId64, what, n, most_variables);
}

lehr_status generate_cut_builder(int64_t n, lehr_builder **b, generated *out, lehr_error *err) {
  LEHR_TRY(generate_check_count("number of variables", n, err));
  out->objective.factor = -1;
  if (lehr_builder_create(LEHR_SPIN, (int32_t)n, b) != LEHR_OK ||
      lehr_builder_set_scale(*b, 0.5) != LEHR_OK)
    return error_memory(err, 0);
  return LEHR_OK;
}

lehr_status generate_add_edge(lehr_builder *b, int64_t i, int64_t j, int64_t w, lehr_error *err) {
  LEHR_TRY(lehr_builder_add_int(b, (int32_t)i, (int32_t)j, w, err));
  return lehr_builder_add_offset_int(b, -w, err);
}

/* ---- Distinct pairs ---- */

/* Open addressing; 0 is an empty place, so pairs are stored as i * n + j with j > i >= 0. */
typedef struct pair_set {
  uint64_t *places;
  uint64_t mask;
} pair_set;

static bool insert(pair_set *s, uint64_t pair) {
  uint64_t k = (pair * UINT64_C(0x9e3779b97f4a7c15)) >> 17 & s->mask;
  for (; s->places[k] != 0; k = (k + 1) & s->mask)
    if (s->places[k] == pair) return false;
  s->places[k] = pair;
  return true;
}

/* Draws until `count` pairs are distinct; calls for at most half of all pairs. */
static void draw(uint64_t key, uint32_t n, int64_t count, pair_set *s, int32_t pairs[]) {
  philox_stream random = philox_stream_at(key, 0);
  for (int64_t k = 0; k < count;) {
    uint32_t i = philox_below(&random, n), j = philox_below(&random, n - 1);
    if (j >= i) {
      j++;
    } else {
      const uint32_t swap = i;
      i = j;
      j = swap;
    }
    if (!insert(s, (uint64_t)i * n + j)) continue;
    pairs[2 * k] = (int32_t)i;
    pairs[2 * k + 1] = (int32_t)j;
    k++;
  }
}

/* More than half of all pairs: draws the ones to be left out. */
static int64_t complement(const pair_set *out, uint32_t n, int32_t pairs[]) {
  pair_set s = *out;
  int64_t count = 0;
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = i + 1; j < n; j++) {
      const uint64_t pair = (uint64_t)i * n + j;
      uint64_t k = (pair * UINT64_C(0x9e3779b97f4a7c15)) >> 17 & s.mask;
      while (s.places[k] != 0 && s.places[k] != pair) k = (k + 1) & s.mask;
      if (s.places[k] == pair) continue;
      pairs[2 * count] = (int32_t)i;
      pairs[2 * count + 1] = (int32_t)j;
      count++;
    }
  }
  return count;
}

lehr_status generate_pairs(uint64_t key, int64_t n, int64_t count, int32_t **pairs,
                           lehr_error *err) {
  const int64_t all = n * (n - 1) / 2;
  if (count < 0 || count > all)
    return error_set(err, LEHR_EUSAGE, "%" PRId64 " edges, but only %" PRId64 " pairs", count, all);
  const bool is_dense = count > all / 2;
  const int64_t drawn = is_dense ? all - count : count;
  uint64_t places = 16;
  while (places < (uint64_t)drawn * 2) places *= 2;
  pair_set s = {memory_array(places, sizeof *s.places), places - 1};
  *pairs = memory_array((size_t)(drawn > count ? drawn : count) + 1, 2 * sizeof **pairs);
  lehr_status status = LEHR_OK;
  if (!s.places || !*pairs)
    status = error_memory(err, places * sizeof *s.places + (uint64_t)count * 8);
  else if (n > 1)
    draw(key, (uint32_t)n, drawn, &s, *pairs);
  if (status == LEHR_OK && is_dense) complement(&s, (uint32_t)n, *pairs);
  free(s.places);
  if (status != LEHR_OK) {
    free(*pairs);
    *pairs = NULL;
  }
  return status;
}
