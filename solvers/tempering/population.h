/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/population.h - population annealing (Hukushima, Iba 2003; Machta 2010).
 *
 * All walkers share one temperature, which falls from hot to cold. At each step from inverse
 * temperature b to b' a walker of energy E gets copies in proportion to exp(-(b' - b) E), the
 * population keeping its size, and then sweeps. Copies are dealt by systematic resampling: a
 * walker whose share is x has floor(x) or ceil(x) of them. */
#ifndef LEHR_SOLVERS_TEMPERING_POPULATION_H
#define LEHR_SOLVERS_TEMPERING_POPULATION_H

#include "solvers/tempering/system.h"

typedef struct population {
  const system_job *job;
  tempering_system *systems; /* [n_systems] of WALKERS each; their ladders are not used */
  int64_t n_systems;
  int32_t threads;
  double *energy;   /* [walkers] */
  int32_t *copies;  /* [walkers] */
  int64_t families; /* first ancestors that have descendants left, by the last round */
  int32_t *family;  /* [walkers] number of the first ancestor */
} population;

uint64_t population_bytes(int64_t n_systems);
/* Memory from job->run; false when refused. */
bool population_make(population *p, const system_job *job, tempering_system *systems,
                     int64_t n_systems, int32_t threads);
/* Copies for each of `count` walkers, which sum up to count, when the inverse temperature rises by
 * `step`; u in (0, 1). O(count). */
void population_deal(const double energy[], int64_t count, double step, double u, int32_t copies[]);
/* Anneals from new random starts in `sweeps` sweeps, with `interval` of them at each temperature.
 * Returns the attempts; cut short when the run should stop. */
int64_t population_anneal(population *p, int64_t round, int64_t sweeps, int64_t interval);

#endif
