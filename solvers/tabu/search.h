/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/search.h - the elite: walks from starts, then rounds of trips between the best.
 *
 * A round is a fixed number of trips, whatever the number of threads: each takes two members of the
 * pool, goes from one towards the other and walks on from a state between them. With groups it
 * shakes one member instead. What the trips bring home is offered to the pool in their order. When
 * a few rounds have not changed the pool, its members have grown alike: they are put by, and the
 * next pool begins with new starts and nothing of the old one, which would soon be all there is
 * again. */
#ifndef LEHR_SOLVERS_TABU_SEARCH_H
#define LEHR_SOLVERS_TABU_SEARCH_H

#include "solvers/pool.h"
#include "solvers/tabu/grouped_walk.h"
#include "solvers/tabu/tabu.h"

enum { TRIPS = 8 }; /* in a round */

/* One way of a round: a walk from a start where `to` is not set, else a trip. */
typedef struct trip {
  uint8_t *from, *to, *row; /* [n] each; row is what it found */
  bool is_start, is_done;
  bool came_down;   /* it went uphill from row */
  int64_t attempts; /* allowed before, made afterwards */
  energy energy;    /* of row: to be compared with those of other trips only */
} trip;

typedef struct search {
  lehr_run *run;
  bool is_grouped;
  spin_form form;
  flip_model model;
  grouped_model grouped; /* if is_grouped, instead of form and model */
  walk_rules rules;
  walk *walks;                 /* [threads] */
  grouped_walk *grouped_walks; /* [threads] */
  int32_t threads;
  pool elite; /* of the rounds since the last new start */
  pool kept;  /* the best of all earlier ones */
  trip trips[TRIPS];
  int64_t reads, rounds;  /* asked for; rounds -1: until the budget ends */
  int64_t started, begun; /* starts and trips begun so far */
  int64_t attempts;
  bool came_down; /* any trip */
} search;

/* Tenure, spread and patience as the options say or from the model. */
walk_rules search_rules(const lehr_model_view *m, const tabu_options *o);
uint64_t search_bytes(const lehr_model_view *m, const tabu_options *o, int64_t reads,
                      int32_t threads);
/* Memory from run; false when refused, or if the run should stop (poll.h). level as in flips_make.
 */
bool search_make(search *s, lehr_run *run, int level);
/* Fills the pool, makes the rounds, delivers the reads. */
lehr_status search_run(search *s);

#endif
