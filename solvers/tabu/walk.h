/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/walk.h - one searcher: tabu walks and path relinking.
 *
 * A tabu walk (Glover 1989) always makes the best allowed flip, uphill too; the variable is barred
 * for tenure + (random below spread) moves. Barred variables wait in a ring of lists by the move
 * that frees them, so that a move costs O(1) beside its flip. */
#ifndef LEHR_SOLVERS_TABU_WALK_H
#define LEHR_SOLVERS_TABU_WALK_H

#include "base/memory.h"
#include "solvers/tabu/flips.h"

/* How walks of one run go. */
typedef struct walk_rules {
  int32_t tenure, spread; /* >= 1; walks may have shorter tenures */
  int64_t patience;       /* a walk ends after so many moves without a better state */
} walk_rules;

typedef struct walk {
  flips state;
  lehr_run *run;
  walk_rules rules;
  int32_t tenure; /* of the walk now, 1..rules.tenure */
  int32_t *ring;  /* [tenure + spread + 1] first of the variables freed by a move, or -1 */
  int32_t *next;  /* [n] */
  int32_t *trail; /* [n] flips since the best state; beyond n they are only counted */
  int64_t trailed;
  uint8_t *best_bits;  /* [n] of the best state since walk_enter */
  int64_t best_energy; /* as flips.energy */
  int64_t moves, most; /* made and allowed since walk_enter */
  int64_t unpolled;    /* work since the last question whether to stop */
  THREAD_APART;
} walk;

uint64_t walk_bytes(const lehr_model_view *m, const walk_rules *rules);
/* Memory from run; false when refused. level as in flips_make. */
bool walk_make(walk *w, const flip_model *m, const walk_rules *rules, lehr_run *run, int level);

/* Begins at bits[n] with a random stream of its own and the tenure of the rules, to make at most so
 * many moves. */
void walk_enter(walk *w, const uint8_t bits[], uint64_t key, int64_t most);
/* Walks until patience or the moves are used up or the run should stop. */
void walk_tabu(walk *w);
/* Goes from the current state towards to[n], always by the best flip that leads there, and returns
 * to the best state met between a third and two thirds of the way (Wang, Lu, Glover, Hao 2012,
 * PR1), which counts as the best from then on. */
void walk_relink(walk *w, const uint8_t to[]);

#endif
