/* SPDX-License-Identifier: Apache-2.0 */
/* Lowest energies as int64: min and +. */
#include "tn/semiring/levels.h"

#include <math.h>

static int64_t *energies(const tn_table *t) { return t->plane[0]; }

typedef int64_t *cursor;

static void one(tn_table *t) {
  t->width = 0;
  energies(t)[0] = 0;
}

#define VALUE int64_t
#define WEIGHT int64_t
#define CURSOR cursor
#define AT(t, i) (energies(t) + (i))
#define LOAD(at, k) ((at)[k])
#define STORE(at, k, value) ((at)[k] = (value))
#define PLUS(a, b) ((a) < (b) ? (a) : (b))
#define TIMES(a, b) ((a) + (b) < c->never ? (a) + (b) : c->never)
#define SCALE(value, weight) ((value) + (weight))
#define WEIGHT_TIMES(v, w) ((v) + (w))
#define WEIGHT_ONE INT64_C(0)
#define WEIGHT_OF(c, energy) ((void)(c), (energy))
#define FACTOR(a, b) INT64_C(0)
#define ENTRY(c, energy, twice, again) ((void)(twice), (again) ? (c)->never : (energy))
#define IS_LOOKED_AT 0
#define LOOKED(c, t, range) ((void)(range))

#include "tn/semiring/kernel.inc"

const semiring OF_LEVEL(lowest_energy) = {.kind = LOWEST_ENERGY,
                                          .planes = 1,
                                          .bytes = {sizeof(int64_t)},
                                          .one = one,
                                          .factor = factor_entries,
                                          .forward = forward};
