/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/range.h - where annealing starts and ends, found from the model.
 *
 * Temperatures are in units of cost (lanes.h). Taking them from the largest and smallest
 * coefficient, as annealers used to do, wastes most sweeps on real-valued models; here they come
 * from costs that moves really have: in random states for the start, in local minima reached by a
 * short trial for the end. */
#ifndef LEHR_SOLVERS_ANNEAL_RANGE_H
#define LEHR_SOLVERS_ANNEAL_RANGE_H

#include "solvers/anneal/strip.h"

typedef struct range {
  double hot, cold;
  double
      reheat; /* > 0: hot is where local minima accept this part of uphill moves (initial states) */
} range;

/* Longest list of costs looked at, and what its array must have beyond. */
enum { RANGE_COSTS = 256, RANGE_PADDING = 16 };

/* Temperature at which the positive ones among cost[0..count) are accepted with the given mean
 * probability; 0 if there are none. cost[] is 16-byte aligned and serves as working space, with up
 * to 7 entries behind the last. O(count). */
double range_fit(float cost[], int32_t count, double acceptance);

/* Mean acceptances that range_fit aims at, for random states and for local minima. */
extern const double range_hot_acceptance, range_cold_acceptance;

/* The end, and the start where r->reheat is set, from `count` <= RANGE_COSTS costs in local minima,
 * as in range_fit. */
void range_of_minima(range *r, float cost[], int32_t count);

/* Temperature at which typical fields are flipped with that acceptance; 0 if there are none. cost:
 * RANGE_COSTS + RANGE_PADDING entries, aligned as above. */
double range_hot(const spin_form *f, float cost[]);

/* Fills hot and cold of a model; takes a trial of a few sweeps on one strip of rows or 16 bytes of
 * lanes (so that it does not depend on vector widths). Memory from job->run; false when refused. */
bool range_find(range *r, const spin_form *f, const strip_job *job);
/* The same by a longer trial, of which the mean energies go to *met. */
bool range_survey(range *r, const spin_form *f, const strip_job *job, survey *met);

/* Puts sensible numbers where there was nothing to measure: hot > cold > 0. coldest: temperature
 * below which no threshold reaches the smallest step. */
void range_repair(range *r, double coldest);

/* A temperature as it is used, and told to the host as the inverse temperature `option` in units of
 * the model: the `given` one (1/energy) if it is positive, else the `found` one. It is made from
 * what the host is told, so that giving that back repeats the run. cost_unit: energy of a flip of
 * cost 1.
 */
double range_used(lehr_run *run, const char *option, double given, double found, double cost_unit);

#endif
