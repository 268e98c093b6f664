/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/part.h - one connected part of a network, and its divisions from narrow to wide. */
#ifndef LEHR_TN_BOUNDED_PART_H
#define LEHR_TN_BOUNDED_PART_H

#include "tn/bounded/bounded.h"

/* Its states are told as those of the whole network. */
typedef struct part_job {
  const tn_network *t;
  const bounded_options *o;
  const tn_guard *guard;
  bounded_result *all;
  tn_incumbent best;
  int64_t bound;
  const int32_t *member;
  int8_t *spins; /* of the whole */
  lehr_error *err;
} part_job;

double part_updates_left(const part_job *j);
/* Proven, stopped, or all updates are spent. */
bool part_is_over(const part_job *j);
relaxed_options part_options(const part_job *j, int32_t width);

/* One division of the network, and the search by it. */
typedef struct level {
  bool is_too_large; /* for the memory */
  tn_relaxed r;
  int32_t width;   /* that was asked for */
  double promises; /* a bound after few steps, -HUGE_VAL: unknown */
  tn_dual d;
  tn_search s;
} level;

/* *fits: whether there is memory for it, and one run is paid for. ENOMEM. */
lehr_status level_make(part_job *j, int32_t width, level *l, bool *fits);
void level_free(level *l);
/* Once it has begun: from now on by as few threads as it takes to leave memory for another one
 * beside it. *is_possible does not depend on their number. ENOMEM. */
lehr_status level_make_room(const part_job *j, level *l, bool *is_possible);
/* What a search may take before one with larger tables is looked for. */
double level_share(const level *l);
/* Bounds the root. ENOMEM. */
lehr_status level_begin(part_job *j, level *l);
/* Goes on for so many updates. ENOMEM. */
lehr_status level_go_on(part_job *j, level *l, double updates);
/* What the rest of the search may take: nodes grow exponentially with the share of the gap that is
 * closed. */
double level_rest(const part_job *j, const level *l);

/* Before the search: *l becomes another division that is about as quick, if there are some that can
 * be paid for, and one of them has a better bound after few steps. ENOMEM. */
lehr_status level_choose(part_job *j, int32_t width, level *l);

#endif
