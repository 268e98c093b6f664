/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/reheat.h - annealing for a part: from random states, and again from the states of
 * its population.
 *
 * A reheated row takes from its descendant every cluster of sites that is better there
 * (generation.h): where couplings are few, a row improves in many places at once although the
 * descendant as a whole is worse. How hot and how long is found by trying: of a table of choices
 * the one is used that lately lowered the energy most per time; since yields fall with time,
 * others get their turn again. A longer reheating is hoped to yield half of what the next shorter
 * one yielded when it was tried first. Instead of single flips, exact draws of forests (subgraph
 * engine) may heat and cool: they take longer, and cross barriers that flips do not. */
#ifndef LEHR_SOLVERS_HYBRID_REHEAT_H
#define LEHR_SOLVERS_HYBRID_REHEAT_H

#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/meter.h"

/* Rows that the population of a part should have at most. */
int32_t reheat_rows(const part *p);
/* Sets the reads of a reheating, heat.reads, for a slice of the budget. In bits a visit costs the
 * same for 1 and for 512 of them: with a time limit, where results depend on the machine anyway,
 * each thread has a word of its own; with work, there are two words where the slice is long. */
void reheat_plan(part *p, slice budget, int32_t threads);
/* Reads of annealing a new population: more than it has rows where heat.reads are more. */
int64_t reheat_starts(const part *p);
/* Anneals `reads` random states in so many sweeps and adds them to the population, or crosses them
 * into it when it is full; *result as in stage.h. */
lehr_status reheat_start(hybrid *h, part *p, int64_t reads, int64_t sweeps, stage_result *result);
/* The same for so many seconds, as many sweeps as they allow. */
lehr_status reheat_timed(hybrid *h, part *p, int64_t reads, double seconds, stage_result *result);
/* One reheating of all rows in the time of about `most` attempts by flips, or less. */
lehr_status reheat_round(hybrid *h, part *p, reheat_means means, double most, stage_result *result);
/* Forgets what was learnt about temperatures and lengths: the population is a new one. */
void reheat_forget(part *p);
/* Crosses the rows with some others, and keeps the best `most` of them. */
void reheat_narrow(part *p, int32_t most);

#endif
