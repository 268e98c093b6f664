/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/generate/generate.h - random and planted models, the same for a seed on every machine.
 *
 * One row per kind in generators.def; each kind is one function in a file of its own family. */
#ifndef LEHR_QUBO_GENERATE_GENERATE_H
#define LEHR_QUBO_GENERATE_GENERATE_H

#include "lehr/file.h"

#include <stdbool.h>

enum { MOST_LABELS = 256 };

/* What the kinds take; 0 (density: < 0) means the kind's default. */
typedef struct generate_request {
  int64_t variables;
  int64_t size, width; /* lattices: size x width, width defaults to size */
  int64_t edges;
  double density; /* of all pairs, 0..1 */
  bool has_signs; /* weights +1 and -1 instead of 1 */
  uint64_t seed;
  int64_t units, hours; /* commitment-chain */
  int tile_class;       /* planted-tile: 1..4 */
  int64_t labels;       /* labels, colouring: of each site, 1..MOST_LABELS */
} generate_request;

typedef struct generated {
  lehr_model *model; /* owned by the caller */
  lehr_objective objective;
  bool has_ground;
  int64_t ground_energy; /* proven by construction */
  char comment[256];     /* for the file: what it is and how it was made */
} generated;

typedef struct generator {
  const char *name;
  const char *summary;
  lehr_status (*make)(const generate_request *q, lehr_builder **b, generated *out, lehr_error *err);
} generator;

/* Rows in order; NULL past the end. */
const generator *generator_at(int index);
const generator *generator_find(const char *name);

/* EUSAGE where the request makes no sense for the kind. */
lehr_status generate_model(const generator *g, const generate_request *q, generated *out,
                           lehr_error *err);

/* ---- For the kinds ---- */

/* Adds an edge of a maximum cut: E = w/2 (s_i s_j - 1), -w when cut. The builder needs
 * generate_cut_scale first. */
lehr_status generate_add_edge(lehr_builder *b, int64_t i, int64_t j, int64_t w, lehr_error *err);
/* Spins, units of one half, objective = cut. */
lehr_status generate_cut_builder(int64_t n, lehr_builder **b, generated *out, lehr_error *err);
/* n within 1..2^30 or EUSAGE naming `what`. */
lehr_status generate_check_count(const char *what, int64_t n, lehr_error *err);

/* Sides of a lattice with their defaults, within least..32768 or EUSAGE. */
lehr_status generate_sides(const generate_request *q, int64_t least, int64_t side[2],
                           lehr_error *err);

/* `count` distinct pairs i < j below n in random order, drawn from (key, stream 0). pairs[2 *
 * count] is owned by the caller; count at most n (n-1) / 2. O(count) expected. */
lehr_status generate_pairs(uint64_t key, int64_t n, int64_t count, int32_t **pairs,
                           lehr_error *err);

#endif
