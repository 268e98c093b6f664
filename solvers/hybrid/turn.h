/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/turn.h - a turn of another engine on a part, from its best states.
 *
 * What the engine finds is crossed into the population: row k takes what state k does better, the
 * best of both first. Where there is no population yet the states become one. */
#ifndef LEHR_SOLVERS_HYBRID_TURN_H
#define LEHR_SOLVERS_HYBRID_TURN_H

#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/meter.h"

typedef struct turn {
  const lehr_engine *engine; /* tabu or tempering */
  slice budget;
  bool is_fresh; /* from new states instead */
} turn;

lehr_status turn_take(hybrid *h, part *p, const turn *what, stage_result *result);

#endif
