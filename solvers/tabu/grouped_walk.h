/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/grouped_walk.h - tabu walks of models with disjoint groups: flips of free variables,
 * exchanges within groups, and at-most-one groups emptied or filled.
 *
 * A move is chosen among those looked at: in each group the exchanges of the cheapest member that
 * may fall with every one that may rise, and the other way round; groups and free variables are
 * taken in turn from a random one on until LOOKS of each were seen (candidate lists, Glover 1989),
 * so that small models are seen whole and large ones in parts. What a move flipped is barred. */
#ifndef LEHR_SOLVERS_TABU_GROUPED_WALK_H
#define LEHR_SOLVERS_TABU_GROUPED_WALK_H

#include "solvers/grouped_state.h"
#include "solvers/tabu/walk.h"

typedef struct grouped_walk {
  grouped_state state;
  lehr_run *run;
  walk_rules rules;
  int64_t *barred_until; /* [n] in moves */
  int32_t *free;         /* [n_free] variables in no group */
  int32_t n_free;
  uint8_t *best_bits; /* [n] of the best state since grouped_walk_enter */
  double balance;     /* sum of costs since then, and of the best state */
  double best_balance;
  uint64_t random;
  int64_t moves;             /* as barred_until counts them */
  int64_t looks, most_looks; /* made and allowed since grouped_walk_enter */
  int64_t unpolled;
  THREAD_APART;
} grouped_walk;

uint64_t grouped_walk_bytes(const lehr_model_view *m);
/* Memory from run; false when refused. */
bool grouped_walk_make(grouped_walk *w, const grouped_model *m, const walk_rules *rules,
                       lehr_run *run);
/* Begins at bits[n], which satisfy the groups. */
void grouped_walk_enter(grouped_walk *w, const uint8_t bits[], uint64_t key, int64_t most_looks);
/* Makes random moves, up to one for each eighth variable; the best state starts anew there. */
void grouped_walk_shake(grouped_walk *w);
void grouped_walk_tabu(grouped_walk *w);

#endif
