/* SPDX-License-Identifier: Apache-2.0 */
/* The lowest energy and how many states have it (Liu, Wang, Zhang 2021), as a wide number: exact
 * below 2^53, and the size of the number above. */
#include "tn/semiring/levels.h"
#include "tn/semiring/wide.h"

typedef struct counted {
  int64_t energy;
  wide states;
} counted;

static int64_t *energies(const tn_table *t) { return t->plane[0]; }
static double *mantissas(const tn_table *t) { return t->plane[1]; }
static int32_t *exponents(const tn_table *t) { return t->plane[2]; }

typedef struct cursor {
  int64_t *energy;
  double *m;
  int32_t *e;
} cursor;

static cursor place(const tn_table *t, size_t i) {
  return (cursor){energies(t) + i, mantissas(t) + i, exponents(t) + i};
}

static counted load(cursor at, size_t k) { return (counted){at.energy[k], {at.m[k], at.e[k]}}; }

static void store(cursor at, size_t k, counted value) {
  at.energy[k] = value.energy;
  at.m[k] = value.states.m;
  at.e[k] = value.states.e;
}

static void one(tn_table *t) {
  t->width = 0;
  store(place(t, 0), 0, (counted){0, wide_one()});
}

static counted plus(counted a, counted b) {
  if (a.energy == b.energy) return (counted){a.energy, wide_plus(a.states, b.states)};
  return a.energy < b.energy ? a : b;
}

static counted times(counted a, counted b) {
  return (counted){a.energy + b.energy, wide_times(a.states, b.states)};
}

#define VALUE counted
#define WEIGHT int64_t
#define CURSOR cursor
#define AT(t, i) place(t, i)
#define LOAD(at, k) load(at, k)
#define STORE(at, k, value) store(at, k, value)
#define PLUS(a, b) plus(a, b)
#define TIMES(a, b) times(a, b)
#define SCALE(value, weight) ((counted){(value).energy + (weight), (value).states})
#define WEIGHT_TIMES(v, w) ((v) + (w))
#define WEIGHT_ONE INT64_C(0)
#define WEIGHT_OF(c, energy) ((void)(c), (energy))
#define FACTOR(a, b) INT64_C(0)
#define ENTRY(c, energy, twice, again) ((void)(c), (void)(again), (counted){energy, {1, -(twice)}})
#define IS_LOOKED_AT 0
#define LOOKED(c, t, range) ((void)(range))

#include "tn/semiring/kernel.inc"

const semiring OF_LEVEL(count_wide) = {.kind = COUNT_WIDE,
                                       .planes = 3,
                                       .bytes = {sizeof(int64_t), sizeof(double), sizeof(int32_t)},
                                       .one = one,
                                       .factor = factor_entries,
                                       .forward = forward};
