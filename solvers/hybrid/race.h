/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/race.h - engines in turns on one part, which improve one population.
 *
 * Annealing begins. Then every other arm that suits the part has a short turn; after that the turn
 * goes to the arm that lately lowered the energy of the best rows most per time (a bandit with
 * falling yields: since all of them fall as the population becomes better, none is left out for
 * good). An arm that is chosen again goes on for twice as long. With a work budget times are those
 * of a table (arms.h), and the course depends on the seed only. */
#ifndef LEHR_SOLVERS_HYBRID_RACE_H
#define LEHR_SOLVERS_HYBRID_RACE_H

#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/meter.h"

/* Spends the slice on a part, whose population there is room for. */
lehr_status race_run(hybrid *h, part *p, slice budget);

/* Sweeps of so many reads that attempts afford, at least 1. */
int64_t race_sweeps(double attempts, const part *p, int64_t reads);

#endif
