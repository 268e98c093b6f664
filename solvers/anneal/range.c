/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/range.h"

#include <math.h>

const double range_hot_acceptance = 0.4, range_cold_acceptance = 2e-3;

enum { TRIAL_SWEEPS = 10, TRIAL_ROUND = -1, TRIAL_BYTES = 16, BISECTIONS = 12 };

/* (1 + x/256)^-256: close to exp(-x), made of exact operations, quick. */
static double decay(double x) {
  double y = 1 / (1 + x * (1.0 / 256));
  for (int k = 0; k < 8; k++) y *= y;
  return y;
}

static double mean_acceptance(const double cost[], int32_t count, double temperature) {
  double part[4] = {0}; /* four chains of additions run side by side */
  const double beta = 1 / temperature;
  int32_t k = 0;
  for (; k + 4 <= count; k += 4)
    for (int l = 0; l < 4; l++) part[l] += decay(cost[k + l] * beta);
  for (; k < count; k++) part[0] += decay(cost[k] * beta);
  return (part[0] + part[1] + (part[2] + part[3])) / count;
}

double range_fit(const double cost[], int32_t count, double acceptance) {
  double largest = 0;
  for (int32_t k = 0; k < count; k++) largest = fmax(largest, cost[k]);
  if (largest == 0) return 0;
  double low = largest * 0x1p-40, high = largest * 0x1p20;
  /* The mean rises with the temperature; halve on the logarithmic scale. */
  for (int k = 0; k < BISECTIONS; k++) {
    const double middle = sqrt(low) * sqrt(high);
    if (mean_acceptance(cost, count, middle) < acceptance)
      low = middle;
    else
      high = middle;
  }
  return sqrt(low) * sqrt(high);
}

/* Root mean square field of variable i over all states of its neighbours. */
static double typical_field(const spin_form *f, int32_t i) {
  double sum = (double)f->h[i] * (double)f->h[i];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) sum += (double)f->J[k] * (double)f->J[k];
  return sqrt(sum);
}

static double find_hot(const spin_form *f, double cost[]) {
  const int32_t stride = f->n / RANGE_COSTS + 1;
  int32_t count = 0;
  for (int32_t i = 0; i < f->n; i += stride) cost[count++] = typical_field(f, i);
  return range_fit(cost, count, range_hot_acceptance);
}

/* Costs in the local minima of strip `index`, put where they belong in cost[variable][lane], so
 * that sums do not depend on the width of a strip. Returns the number of variables looked at. */
static int32_t collect(const strip_job *job, const strip_space *s, int64_t index, double cost[]) {
  const int64_t lanes = job->kernel->lanes;
  const int32_t stride = (int32_t)(job->model->n * job->reads / RANGE_COSTS) + 1;
  int32_t count = 0;
  for (int32_t i = 0; i < job->model->n; i += stride, count++)
    for (int64_t l = 0; l < lanes; l++)
      cost[count * job->reads + index * lanes + l] =
          fabs((double)strip_field(s->strip.field, job->model->type, i * lanes + l));
  return count;
}

bool range_find(range *r, const spin_form *f, const strip_job *job) {
  double *cost = job->run->alloc(job->run, (RANGE_COSTS + TRIAL_BYTES) * sizeof *cost);
  strip_job trial = *job;
  strip_space space;
  trial.kernel = job->trial_kernel;
  trial.reads = TRIAL_BYTES >> job->model->type;
  trial.round = TRIAL_ROUND;
  trial.kind = SCHEDULE_GEOMETRIC;
  trial.sweeps = TRIAL_SWEEPS;
  if (!cost || !strip_space_make(&space, &trial)) return false;
  trial.hot = r->hot = find_hot(f, cost);
  if (r->hot == 0) return true;
  trial.cold = r->hot / 32;
  const int64_t strips = trial.reads / trial.kernel->lanes;
  int32_t count = 0;
  for (int64_t k = 0; k < strips; k++) {
    strip_enter(&trial, &space, k);
    strip_anneal(&trial, &space, k);
    strip_quench(&trial, &space);
    count = collect(&trial, &space, k, cost);
  }
  r->cold = range_fit(cost, count * (int32_t)trial.reads, range_cold_acceptance);
  return true;
}

void range_repair(range *r, double coldest) {
  if (!(r->hot > 0)) r->hot = 1;
  if (!(r->cold > 0)) r->cold = r->hot / 64;
  if (r->cold < coldest) r->cold = coldest;
  if (r->cold > r->hot / 2) r->hot = 2 * r->cold;
}
