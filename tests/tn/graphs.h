/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tn/graphs.h - lattices and random graphs with shuffled numbers, as networks of unit
 * couplings without fields. */
#ifndef LEHR_TESTS_TN_GRAPHS_H
#define LEHR_TESTS_TN_GRAPHS_H

#include "base/philox.h"
#include "lehr/lehr.h"
#include "tn/networks.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct graph_builder {
  lehr_builder *b;
  int32_t n;
  int32_t *number; /* shuffled */
} graph_builder;

static inline graph_builder graph_begin(int32_t n, uint64_t seed) {
  graph_builder g = {.n = n, .number = malloc((size_t)n * sizeof *g.number)};
  philox_stream s = philox_stream_at(seed, 1);
  if (!g.number || lehr_builder_create(LEHR_SPIN, n, &g.b)) abort();
  for (int32_t i = 0; i < n; i++) {
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)i + 1);
    g.number[i] = g.number[j];
    g.number[j] = i;
  }
  return g;
}

static inline void graph_edge(graph_builder *g, int32_t i, int32_t j) {
  if (lehr_builder_add_int(g->b, g->number[i], g->number[j], 1, NULL)) abort();
}

static inline tn_network graph_end(graph_builder *g) {
  free(g->number);
  return network_of(g->b);
}

static inline tn_network graph_square(int32_t rows, int32_t columns, bool wraps, bool is_king) {
  graph_builder g = graph_begin(rows * columns, 1);
  for (int32_t y = 0; y < rows; y++)
    for (int32_t x = 0; x < columns; x++) {
      const int32_t v = y * columns + x;
      if (x + 1 < columns || wraps) graph_edge(&g, v, y * columns + (x + 1) % columns);
      if (y + 1 < rows || wraps) graph_edge(&g, v, (y + 1) % rows * columns + x);
      if (is_king && y + 1 < rows && x + 1 < columns) graph_edge(&g, v, v + columns + 1);
      if (is_king && y + 1 < rows && x > 0) graph_edge(&g, v, v + columns - 1);
    }
  return graph_end(&g);
}

/* Cells of 4 + 4, the first four coupled along x, the others along y. */
static inline tn_network graph_chimera(int32_t size) {
  graph_builder g = graph_begin(8 * size * size, 2);
  for (int32_t cell = 0; cell < size * size; cell++)
    for (int32_t i = 0; i < 4; i++) {
      const int32_t v = 8 * cell + i;
      for (int32_t j = 0; j < 4; j++) graph_edge(&g, v, 8 * cell + 4 + j);
      if (cell % size + 1 < size) graph_edge(&g, v, v + 8);
      if (cell / size + 1 < size) graph_edge(&g, v + 4, v + 4 + 8 * size);
    }
  return graph_end(&g);
}

/* Every variable has three neighbours: three random perfect matchings that share nothing. */
static inline tn_network graph_three_regular(int32_t n, uint64_t seed) {
  graph_builder g = graph_begin(n, seed);
  philox_stream s = philox_stream_at(seed, 2);
  int32_t *list = malloc((size_t)n * sizeof *list);
  uint8_t *is_pair = calloc((size_t)n * (size_t)n, 1);
  if (!list || !is_pair) abort();
  for (int matching = 0; matching < 3;) {
    for (int32_t i = 0; i < n; i++) {
      const int32_t j = (int32_t)philox_below(&s, (uint32_t)i + 1);
      list[i] = list[j];
      list[j] = i;
    }
    bool is_new = true;
    for (int32_t i = 0; i < n; i += 2) is_new &= !is_pair[list[i] * n + list[i + 1]];
    if (!is_new) continue;
    for (int32_t i = 0; i < n; i += 2) {
      is_pair[list[i] * n + list[i + 1]] = is_pair[list[i + 1] * n + list[i]] = 1;
      graph_edge(&g, list[i], list[i + 1]);
    }
    matching++;
  }
  free(list);
  free(is_pair);
  return graph_end(&g);
}

#endif
