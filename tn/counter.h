/* SPDX-License-Identifier: Apache-2.0 */
/* tn/counter.h - between the files of count_network.h: parts are counted by fronts, and what is
 * left of them with a front fixed falls into parts. */
#ifndef LEHR_TN_COUNTER_H
#define LEHR_TN_COUNTER_H

#include "tn/count_network.h"
#include "tn/minplus/front.h"
#include "tn/minplus/range.h"

typedef struct counter {
  const tn_guard *guard;
  tn_count *out;
  uint64_t usual; /* bytes that everything but sweeps in a larger type may take, raised by these */
  uint64_t held;  /* of them: by lists of values that are worked through */
  double direct_seconds;
  int32_t depth;
  lehr_error *err;
} counter;

/* With so many bytes, less what is held. */
static inline tn_guard counter_guard(const counter *c, uint64_t bytes) {
  tn_guard guard = *c->guard;
  guard.bytes = bytes > c->held ? bytes - c->held : 0;
  return guard;
}

/* Of a part. */
typedef struct counted {
  int64_t energy;
  natural states;
  int8_t *spins; /* of one of them, or NULL: not wanted */
} counted;

/* Of any network. Nothing in *n is valid where c->out->is_complete is false. */
lehr_status count_part(counter *c, const tn_network *t, const int32_t order[], counted *n);
/* By one contraction of pairs, p, within guard->bytes. */
lehr_status count_directly(counter *c, const tn_network *t, const int32_t order[],
                           const tn_program *p, const tn_guard *guard, counted *n);
/* A state of the lowest energy. */
lehr_status count_find_state(counter *c, const tn_network *t, const int32_t order[], int64_t energy,
                             int8_t spins[]);

/* Of a connected network, by two sweeps and what is between them. */
lehr_status count_by_front(counter *c, const tn_network *t, const int32_t order[], counted *n);
/* Adds what the sweeps take in the first type that may do. */
lehr_status count_front_plan(const tn_network *t, const int32_t order[], const tn_guard *guard,
                             uint64_t *bytes, double *seconds, lehr_error *err);

#endif
