/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/part.h - one connected component of the presolved model, the best state known of
 * it and a population of good ones. */
#ifndef LEHR_SOLVERS_HYBRID_PART_H
#define LEHR_SOLVERS_HYBRID_PART_H

#include "qubo/components.h"
#include "qubo/energy.h"
#include "solvers/hybrid/generation.h"

enum { REHEAT_LEVELS = 6, REHEAT_LENGTHS = 3 };

/* What heats and cools. */
typedef enum reheat_means { BY_FLIPS = 0, BY_FORESTS = 1, REHEAT_MEANS = 2 } reheat_means;

/* How a population is improved by heating and annealing it anew (reheat.h). */
typedef struct reheating {
  int64_t reads;              /* of a stage, at least */
  double beta_hot, beta_cold; /* of annealing from random states; 0 = not known yet */
  /* Energy lost per time (in sweeps of a row by flips) by temperature and number of sweeps,
   * smoothed; before a choice was tried, what is hoped for. */
  double yield[REHEAT_MEANS][REHEAT_LEVELS][REHEAT_LENGTHS];
  bool is_tried[REHEAT_MEANS][REHEAT_LEVELS][REHEAT_LENGTHS];
  int64_t rounds;
  double lowest; /* energy of a row that was looked at as the best */
} reheating;

typedef struct part {
  lehr_model *model; /* owned; NULL where the part is all of the presolved model */
  const lehr_model_view *view;
  const int32_t *variables; /* [n] in the presolved model; NULL: all of it */
  bool is_bit_sliced;       /* annealing holds a replica in one bit */
  bool is_dense;            /* tabu search is the engine for it: full rows, wide couplings */
  uint8_t *best;            /* [n] */
  energy best_energy;
  bool has_best;
  bool is_proven; /* best is a minimum */
  generation states;
  uint8_t *bits; /* [n] scratch */
  reheating heat;
} part;

/* Part k of m; where that is all of it the model itself serves. ENOMEM. */
lehr_status part_make(part *p, lehr_run *run, const lehr_model_view *m, const components *c,
                      int32_t k);
void part_release(part *p);
/* Threads for a part: one for those whose stages take about a millisecond, where waiting for each
 * other takes longer than it saves; on processors busy with other work, a hundred times longer. */
int32_t part_threads(const lehr_run *run, const lehr_model_view *m);
/* Makes room for a population; to be called before the first round. ENOMEM, also if the run
 * should stop (poll.h). */
lehr_status part_populate(part *p, lehr_run *run, int32_t capacity);

/* Whether bits[n] is the best so far; then it is kept. O(interactions). */
bool part_consider(part *p, const uint8_t bits[]);
/* Writes the part's values, or reads them, to where they belong in the presolved model. */
void part_put(const part *p, const uint8_t own[], uint8_t all[]);
void part_get(const part *p, const uint8_t all[], uint8_t own[]);

#endif
