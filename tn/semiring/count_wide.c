/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of states as wide numbers: exact below 2^53, and the size of the number above. */
#include "tn/semiring/levels.h"
#include "tn/semiring/wide.h"

typedef struct wide_cursor {
  double *m;
  int32_t *e;
} wide_cursor;

static wide_cursor states_at(const tn_table *t, size_t i) {
  return (wide_cursor){(double *)t->plane[1] + i, (int32_t *)t->plane[2] + i};
}

static void store_states(wide_cursor at, size_t k, wide states) {
  at.m[k] = states.m;
  at.e[k] = states.e;
}

#define STATES wide
#define STATES_ONE wide_one()
#define STATES_CURSOR wide_cursor
#define STATES_AT(t, i) states_at(t, i)
#define LOAD_STATES(at, k) ((wide){(at).m[k], (at).e[k]})
#define STORE_STATES(at, k, states) store_states(at, k, states)
#define RING int
#define RING_OF(c) 0
#define STATES_PLUS(ring, a, b) wide_plus(a, b)
#define STATES_TIMES(ring, a, b) wide_times(a, b)
#define STATES_HALVED(ring, times) ((wide){1, -(times)})

#include "tn/semiring/counted.inc"

const semiring OF_LEVEL(count_wide) = {.kind = COUNT_WIDE,
                                       .planes = 3,
                                       .bytes = {sizeof(int64_t), sizeof(double), sizeof(int32_t)},
                                       .one = one,
                                       .factor = factor_entries,
                                       .forward = forward};
