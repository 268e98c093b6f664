/* SPDX-License-Identifier: Apache-2.0 */
/* tn/guard.h - the limits of a contraction: what it may use, and who may end it. */
#ifndef LEHR_TN_GUARD_H
#define LEHR_TN_GUARD_H

#include <stddef.h>
#include <stdint.h>

typedef struct tn_guard {
  /* Non-zero when the work should end; asked at least every 10 ms, from any thread. NULL: never. */
  int (*should_stop)(void *user);
  /* Part of the work that is done, 0..1; on the calling thread only. NULL: nobody asks. */
  void (*progress)(void *user, double fraction, const char *phase);
  void *user;
  uint64_t bytes;  /* at most so much working memory */
  int32_t threads; /* >= 1 */
} tn_guard;

static inline int guard_should_stop(const tn_guard *g) {
  return g->should_stop != NULL && g->should_stop(g->user) != 0;
}

static inline void guard_progress(const tn_guard *g, double fraction, const char *phase) {
  if (g->progress) g->progress(g->user, fraction, phase);
}

#endif
