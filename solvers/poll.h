/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/poll.h - asks now and then whether the run should stop, on the way through what is done
 * once before the first sweep: with 10^7 couplings that takes seconds. Functions that poll come
 * back early with what they say where memory is refused; start_instead() tells the two apart. */
#ifndef LEHR_SOLVERS_POLL_H
#define LEHR_SOLVERS_POLL_H

#include "lehr/plugin.h"

#include <stdbool.h>

typedef struct poll {
  lehr_run *run;
  int64_t work; /* since the last question */
} poll;

/* Takes note of work, in entries of rows looked up; whether it is time to ask. That is about every
 * 5 ms, and never in models so small that preparing them takes less. */
static inline bool poll_is_due(poll *p, int64_t work) {
  enum { EACH = 1 << 19 };
  p->work += work;
  if (p->work < EACH) return false;
  p->work = 0;
  return true;
}

/* The same, and asks; whether to stop. */
static inline bool poll_stops(poll *p, int64_t work) {
  return poll_is_due(p, work) && p->run->should_stop(p->run) != 0;
}

#endif
