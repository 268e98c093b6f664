/* SPDX-License-Identifier: Apache-2.0 */
/* tn/beam/buckets.h - lower bounds on the cost to go, by mini-buckets.
 *
 * Variables leave in the reverse order of the walk. What a variable is part of when it leaves - its
 * couplings, and the tables that those before it left behind - is split into groups over at most
 * `most` other variables; each is minimised by itself, which is a lower bound (mini-buckets:
 * Dechter, Rish 2003). The tables left behind that are over variables with values are a bound for
 * the rest (Kask, Dechter 2001); a child costs more than its parent by
 *
 *   sum over groups  B(s, x) - min_x' B(s, x')  >= 0,
 *
 * so that only the difference B(s,+1) - B(s,-1), the *gap*, is kept. Before the groups of a
 * variable are minimised their costs are shifted among each other so that all of them gain as much
 * by its flip (moment matching: Ihler, Flerova, Dechter, Otten 2012). Whole frontiers in one group
 * are an exact cost to go. */
#ifndef LEHR_TN_BEAM_BUCKETS_H
#define LEHR_TN_BEAM_BUCKETS_H

#include "tn/beam/guide.h"
#include "tn/guard.h"
#include "tn/network.h"

enum { BUCKET_MOST = 24 };

typedef struct beam_bucket {
  int32_t size;   /* of the scope */
  int32_t heir;   /* the bucket that inherits `floor`; -1: nobody, it is a number */
  int32_t next;   /* list of tables that the scope's last variable inherits; -1: end */
  int64_t scope;  /* variables scope[..] of beam_buckets, ascending by rank, without its own */
  int64_t *gap;   /* [2^size] bit j of the index is the j-th of the scope, 1 = +1 */
  int64_t *floor; /* [2^size] the minimum over its own variable, until it is inherited */
} beam_bucket;

typedef struct beam_buckets {
  const beam_walk *walk;
  int32_t *begin, *end; /* [n] buckets of order[k] */
  int32_t *inherits;    /* [n] by variable: list of buckets; -1: none */
  beam_bucket *bucket;
  int64_t count, room;
  int32_t *scopes;
  int64_t n_scopes, scopes_room;
  int32_t most, grain;
  int64_t bound;  /* of all states, times 2^grain, without the network's constant */
  uint64_t bytes; /* of all gaps, and of the floors that exist at a time */
  double entries; /* visited to fill them */
  bool is_exact;  /* no variable was split */
} beam_buckets;

/* What buckets may take. */
typedef struct bucket_limits {
  int32_t most; /* variables of a scope, 1..BUCKET_MOST */
  uint64_t bytes;
  double entries;
} bucket_limits;

/* EUNAVAILABLE where sums of coefficients do not fit into costs: before anything below. */
lehr_status buckets_check(const tn_network *t, lehr_error *err);

/* Scopes only: what it will take. EUNAVAILABLE beyond the limits; ENOMEM. */
lehr_status buckets_shape(const tn_network *t, const beam_walk *w, const bucket_limits *limits,
                          beam_buckets *out, lehr_error *err);
/* The largest scopes that are within limits->bytes and entries; single variables if none are. */
lehr_status buckets_fit(const tn_network *t, const beam_walk *w, const bucket_limits *limits,
                        beam_buckets *out, lehr_error *err);
/* The tables. *is_complete is false where the guard ended it. ENOMEM. O(entries). */
lehr_status buckets_fill(beam_buckets *b, const tn_network *t, const tn_guard *guard,
                         bool *is_complete, lehr_error *err);
void buckets_free(beam_buckets *b);

/* Valid as long as b. */
beam_guide buckets_guide(const beam_buckets *b);

#endif
