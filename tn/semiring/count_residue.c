/* SPDX-License-Identifier: Apache-2.0 */
/* The lowest energy and how many states have it, modulo a prime below 2^62. */
#include "tn/semiring/levels.h"

#include "tn/residue.h"

#include <math.h>

typedef struct counted {
  int64_t energy;
  uint64_t states;
} counted;

static int64_t *energies(const tn_table *t) { return t->plane[0]; }
static uint64_t *residues(const tn_table *t) { return t->plane[1]; }

typedef struct cursor {
  int64_t *energy;
  uint64_t *states;
} cursor;

static cursor place(const tn_table *t, size_t i) {
  return (cursor){energies(t) + i, residues(t) + i};
}

static counted load(cursor at, size_t k) { return (counted){at.energy[k], at.states[k]}; }

static void store(cursor at, size_t k, counted value) {
  at.energy[k] = value.energy;
  at.states[k] = value.states;
}

static void one(tn_table *t) {
  t->width = 0;
  store(place(t, 0), 0, (counted){0, 1});
}

static counted plus(uint64_t prime, counted a, counted b) {
  if (a.energy == b.energy) return (counted){a.energy, residue_add(a.states, b.states, prime)};
  return a.energy < b.energy ? a : b;
}

static counted times(uint64_t prime, counted a, counted b) {
  return (counted){a.energy + b.energy, residue_mul(a.states, b.states, prime)};
}

/* In the functions of kernel.inc the context is f->c, or c where there is no frame. */
#define VALUE counted
#define WEIGHT int64_t
#define CURSOR cursor
#define AT(t, i) place(t, i)
#define LOAD(at, k) load(at, k)
#define STORE(at, k, value) store(at, k, value)
#define PLUS(a, b) plus(f->c->prime, a, b)
#define TIMES(a, b) times(c->prime, a, b)
#define SCALE(value, weight) ((counted){(value).energy + (weight), (value).states})
#define WEIGHT_TIMES(v, w) ((v) + (w))
#define WEIGHT_ONE INT64_C(0)
#define WEIGHT_OF(c, energy) ((void)(c), (energy))
#define FACTOR(a, b) INT64_C(0)
#define ENTRY(c, energy, twice, again)                                                             \
  ((void)(again), (counted){energy, residue_power(((c)->prime + 1) / 2, twice, (c)->prime)})
#define IS_LOOKED_AT 0
#define LOOKED(c, t, range) ((void)(range))

#include "tn/semiring/kernel.inc"

const semiring OF_LEVEL(count_residue) = {.kind = COUNT_RESIDUE,
                                          .planes = 2,
                                          .bytes = {sizeof(int64_t), sizeof(uint64_t)},
                                          .one = one,
                                          .factor = factor_entries,
                                          .forward = forward};
