/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/range.h"

#include "solvers/anneal/rows.h"

#include <math.h>
#include <string.h>

const double range_hot_acceptance = 0.2, range_cold_acceptance = 1.5e-3;

#define HUGE_COST 1e37f

enum {
  TRIAL_SWEEPS = 6,
  LARGE_SWEEPS = 3,
  LARGE = 1 << 17,
  SURVEY_SITES = 512,
  TRIAL_QUENCH = 4,
  TRIAL_ROUND = -1,
  TRIAL_BYTES = 16,
  BISECTIONS = 8
};

typedef float float4 __attribute__((vector_size(16)));
typedef int32_t mask4 __attribute__((vector_size(16)));

/* (1 - x/256)^256, close to exp(-x) and made of exact operations; constant beyond x = 64, where it
 * is 1e-32, so that no subnormal numbers arise. */
static inline float4 decay(float4 x) {
  const float4 least = {0.75f, 0.75f, 0.75f, 0.75f};
  float4 y = 1 - x * (1.0f / 256);
  const mask4 is_above = y > least;
  y = (float4)(((mask4)y & is_above) | ((mask4)least & ~is_above));
  for (int k = 0; k < 8; k++) y *= y;
  return y;
}

/* cost[] is 16-byte aligned and padded with HUGE_COST to a multiple of 8. The order of additions
 * is the same on every machine. */
static float mean_acceptance(const float cost[], int32_t count, float temperature) {
  const float4 *c = (const float4 *)cost;
  float4 even = {0}, odd = {0};
  const float beta = 1 / temperature;
  for (int32_t k = 0; k < (count + 7) / 8; k++) {
    even += decay(c[2 * k] * beta);
    odd += decay(c[2 * k + 1] * beta);
  }
  even += odd;
  return ((even[0] + even[1]) + (even[2] + even[3])) / (float)count;
}

double range_fit(float cost[], int32_t count, double acceptance) {
  float largest = 0, smallest = HUGE_COST;
  int32_t positive = 0;
  for (int32_t k = 0; k < count; k++) {
    largest = cost[k] > largest ? cost[k] : largest;
    smallest = cost[k] > 0 && cost[k] < smallest ? cost[k] : smallest;
    cost[positive] = cost[k];
    positive += cost[k] > 0;
  }
  if (positive == 0) return 0;
  count = positive;
  for (int32_t k = count; k % 8 != 0; k++) cost[k] = HUGE_COST;
  float low = largest * 0x1p-20f, high = largest * 0x1p4f;
  /* Few costs far above the others must not hide them. */
  if (low > smallest * 0x1p-6f) low = smallest * 0x1p-6f;
  /* The mean rises with the temperature; halve on the logarithmic scale. */
  for (int k = 0; k < BISECTIONS; k++) {
    const float middle = sqrtf(low) * sqrtf(high);
    if (mean_acceptance(cost, count, middle) < (float)acceptance)
      low = middle;
    else
      high = middle;
  }
  return sqrtf(low) * sqrtf(high);
}

void range_of_minima(range *r, float cost[], int32_t count) {
  float copy[RANGE_COSTS + RANGE_PADDING] __attribute__((aligned(16)));
  memcpy(copy, cost, (size_t)count * sizeof *copy);
  r->cold = range_fit(cost, count, range_cold_acceptance);
  if (r->reheat > 0) r->hot = range_fit(copy, count, r->reheat);
}

/* Root mean square field of variable i over all states of its neighbours. Two sums, which do not
 * wait for each other. */
static double typical_field(const spin_form *f, int32_t i) {
  const int64_t end = f->row[i + 1];
  double even = (double)f->h[i] * (double)f->h[i], odd = 0;
  int64_t k = f->row[i];
  for (; k + 1 < end; k += 2) {
    even += (double)f->J[k] * (double)f->J[k];
    odd += (double)f->J[k + 1] * (double)f->J[k + 1];
  }
  if (k < end) even += (double)f->J[k] * (double)f->J[k];
  return sqrt(even + odd);
}

double range_hot(const spin_form *f, float cost[]) {
  const int32_t stride = f->n / RANGE_COSTS + 1;
  int32_t count = 0;
  for (int32_t i = 0; i < f->n; i += stride) cost[count++] = (float)typical_field(f, i);
  return range_fit(cost, count, range_hot_acceptance);
}

/* Costs in the local minima of strip `index`, put where they belong in cost[variable][lane], so
 * that sums do not depend on the width of a strip. Returns the number of variables looked at. */
static int32_t collect(const strip_job *job, const strip_space *s, int64_t index, float cost[]) {
  const int32_t lanes = job->kernel->lanes;
  const int32_t stride = (int32_t)(job->model->n * job->reads / RANGE_COSTS) + 1;
  int32_t count = 0;
  for (int32_t i = 0; i < job->model->n; i += stride, count++)
    for (int32_t l = 0; l < lanes; l++)
      cost[count * job->reads + index * lanes + l] = fabsf((float)strip_field(job, s, i, l));
  return count;
}

/* Energies in units of cost, up to a factor: of all lanes of a strip and of some SURVEY_SITES
 * variables. Sums of integers, which do not depend on the width of a strip. */
static int64_t local_energies(const strip_job *job, const strip_space *s, const spin_form *f) {
  const int32_t stride = f->n / SURVEY_SITES + 1;
  const int shift = job->model->type == 3 ? 24 : 0;
  int64_t sum = 0;
  for (int32_t i = 0; i < f->n; i += stride)
    for (int32_t l = 0; l < job->kernel->lanes; l++) {
      const int spin = strip_spin(job, s, i, l);
      /* E = sum_i (h_i s_i - s_i g_i) / 2 */
      sum += spin * ((f->h[i] >> shift) - (strip_field(job, s, i, l) >> shift));
    }
  return sum;
}

/* The sweeps of a trial, one by one, with the energies behind each. */
static void anneal_watched(const strip_job *trial, strip_space *space, int64_t strip,
                           const spin_form *f, survey *met) {
  strip_job once = *trial;
  schedule plan;
  schedule_start(&plan, &trial->shape, trial->sweeps);
  once.sweeps = 1;
  met->count = (int32_t)trial->sweeps;
  for (int32_t t = 0; t < met->count; t++) {
    once.round = TRIAL_ROUND - t;
    met->temperature[t] = schedule_next(&plan, t);
    once.shape.hot = once.shape.cold = met->temperature[t];
    strip_anneal(&once, space, strip);
    met->energy[t] += (double)local_energies(trial, space, f);
  }
}

static int64_t trial_sweeps(int32_t n, bool is_watched) {
  if (is_watched) return SURVEY_POINTS;
  return n < LARGE ? TRIAL_SWEEPS : LARGE_SWEEPS;
}

bool range_survey(range *r, const spin_form *f, const strip_job *job, survey *met) {
  float *cost = job->run->alloc(job->run, (RANGE_COSTS + RANGE_PADDING) * sizeof *cost);
  strip_job trial = *job;
  strip_space space;
  trial.kernel = job->trial_kernel;
  trial.rounds = NULL;
  trial.reads = trial.kernel->is_rowwise ? ROWS_READS : TRIAL_BYTES >> job->model->type;
  trial.round = TRIAL_ROUND;
  trial.shape = (schedule_shape){.kind = SCHEDULE_GEOMETRIC};
  trial.sweeps = trial_sweeps(f->n, met != NULL);
  if (!cost || !strip_space_make(&space, &trial)) return false;
  trial.shape.hot = r->hot = range_hot(f, cost);
  if (r->hot == 0) return true;
  trial.shape.cold = r->hot / 32;
  const int64_t strips = trial.reads / trial.kernel->lanes;
  int32_t count = 0;
  for (int64_t k = 0; k < strips; k++) {
    if (!strip_enter(&trial, &space, k)) break;
    if (met)
      anneal_watched(&trial, &space, k, f, met);
    else
      strip_anneal(&trial, &space, k);
    if (strip_should_stop(&trial)) break;
    strip_quench(&trial, &space, TRIAL_QUENCH);
    count = collect(&trial, &space, k, cost);
  }
  range_of_minima(r, cost, count * (int32_t)trial.reads);
  return true;
}

bool range_find(range *r, const spin_form *f, const strip_job *job) {
  return range_survey(r, f, job, NULL);
}

void range_repair(range *r, double coldest) {
  if (!(r->hot > 0)) r->hot = 1;
  if (!(r->cold > 0)) r->cold = r->hot / 64;
  if (r->cold < coldest) r->cold = coldest;
  if (r->cold > r->hot / 2) r->hot = 2 * r->cold;
}

double range_used(lehr_run *run, const char *option, double given, double found, double cost_unit) {
  const double beta = given > 0 ? given : 1 / (found * cost_unit);
  run->used(run, option, beta);
  return 1 / (beta * cost_unit);
}
