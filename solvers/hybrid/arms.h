/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/arms.h - the engines that work on the parts of a model: for which parts each is
 * of use, what an attempt of it costs, and what it has had and done in a run. */
#ifndef LEHR_SOLVERS_HYBRID_ARMS_H
#define LEHR_SOLVERS_HYBRID_ARMS_H

#include "solvers/hybrid/part.h"

typedef enum arm {
  ARM_ANNEAL = 0,
  ARM_SUBGRAPH = 1,
  ARM_TEMPERING = 2,
  ARM_TABU = 3,
  ARM_BLOCKS = 4, /* hybrid itself, at work on a block of a large part */
  ARM_TN = 5,
  ARM_EXACT = 6,
  ARMS = 7
} arm;

typedef struct arm_record {
  int64_t turns, attempts;
  int64_t improvements; /* of the best state of the whole model */
  double seconds;       /* wall */
} arm_record;

const lehr_engine *arm_engine(arm a);
/* The arm that an engine is. */
arm arm_of(const lehr_engine *engine);

/* Couplings so few that clusters of differing sites come in pieces and forests hold many sites. */
bool arm_is_sparse(const lehr_model_view *m);
/* Whether the arm should have turns on a part, beside the annealing that every part begins with. */
bool arm_fits(arm a, const part *p);
/* Seconds per attempt on one core of Zen 4 with AVX-512. */
double arm_price(arm a, const part *p);
/* The fewest attempts with which a turn can do anything. */
double arm_least(arm a, const part *p);

/* Tells the host what every arm that had a turn did, and which one found the best state (ARMS:
 * none). */
void arms_report(const arm_record records[ARMS], arm best, lehr_run *run);

#endif
