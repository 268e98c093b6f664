/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/turn.h - a turn of another engine on a part, from its best states.
 *
 * What the engine finds is crossed into the population: the worst rows give way to what is new. */
#ifndef LEHR_SOLVERS_HYBRID_TURN_H
#define LEHR_SOLVERS_HYBRID_TURN_H

#include "solvers/hybrid/spend.h"

/* Tabu search with the given slice; *gain is by how much the best energy fell, in real units. */
lehr_status turn_tabu(hybrid *h, part *p, slice budget, double *gain, stage_result *result);

#endif
