/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/partials.h - a growing list of partial states with their bounds, for lowest.c. */
#ifndef LEHR_TN_SEMIRING_PARTIALS_H
#define LEHR_TN_SEMIRING_PARTIALS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct partials {
  int64_t count, room;
  int64_t most;  /* kept by partials_prune */
  int32_t depth; /* tables of the stack, at most */
  int64_t words; /* of the spins of a state */
  int64_t *bound;
  int64_t *excess;  /* of the other value of the spin that is decided */
  uint64_t *index;  /* [room][depth] */
  uint64_t *spins;  /* [room][words] */
  int64_t limit;    /* bounds above it are of no interest */
  int64_t complete; /* everything with a bound below it is there */
} partials;

/* Bytes of one partial state. */
uint64_t partials_bytes(int32_t depth, int64_t words);
/* Room for one more; false when memory is short. */
bool partials_reserve(partials *p);
/* Where more than p->most are there: drops all but those with the lowest bounds, among equal ones
 * those that came first. Lowers `limit` and `complete`. False when memory is short. */
bool partials_prune(partials *p);
/* A partial state with a bound above the limit was left out. */
static inline void partials_leave_out(partials *p, int64_t bound) {
  if (bound < p->complete) p->complete = bound;
}
void partials_free(partials *p);

#endif
