/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/frozen.h - replicas that cannot move any more.
 *
 * Thresholds come from a table of finite length: at temperature T none is above floor(T q), q the
 * largest quantile in it, some ln(count) + 0.6. A replica all of whose costs are above that for
 * every temperature that is still to come stays as it is to the end, for certain. So a strip that
 * stops when all its replicas are frozen ends in the very states that it would have ended in.
 * Replicas with a site of cost 0 are never frozen. */
#ifndef LEHR_SOLVERS_ANNEAL_FROZEN_H
#define LEHR_SOLVERS_ANNEAL_FROZEN_H

#include "solvers/anneal/course.h"
#include "solvers/anneal/strip.h"

/* Sweeps between two looks. */
enum { FROZEN_PERIOD = 32 };

/* Whether to look after sweep t of so many. */
static inline bool frozen_is_due(int64_t t, int64_t sweeps) {
  return t % FROZEN_PERIOD == FROZEN_PERIOD - 1 && t + 1 < sweeps;
}

/* Replicas of `asked` (bit l: lane l) that could still flip at temperatures up to `hottest`; all of
 * them when the run should stop, and in rows, whose strips are the same on all machines, where one
 * of them could. O(n lanes), but ends early while replicas move freely. */
uint64_t frozen_movable(const strip_job *job, const strip_space *s, uint64_t asked, double hottest);

/* Takes note of `count` replicas that froze after so many attempts of each, of `all`. */
static inline void frozen_count(course *c, int count, int64_t attempts, int64_t all) {
  c->frozen += count;
  c->attempts += count * attempts;
  c->spared += count * (all - attempts);
}

#endif
