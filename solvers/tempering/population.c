/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/population.h"

#include "base/philox.h"
#include "base/real.h"
#include "solvers/tempering/bit_rows.h"

#include <math.h>
#include <string.h>

uint64_t population_bytes(int64_t n_systems) { return (uint64_t)n_systems * WALKERS * 16 + 192; }

bool population_make(population *p, const system_job *job, tempering_system *systems,
                     int64_t n_systems, int32_t threads) {
  const size_t count = (size_t)n_systems * WALKERS;
  *p = (population){.job = job, .systems = systems, .n_systems = n_systems, .threads = threads};
  p->energy = job->run->alloc(job->run, count * sizeof *p->energy);
  p->copies = job->run->alloc(job->run, count * sizeof *p->copies);
  p->family = job->run->alloc(job->run, count * sizeof *p->family);
  return p->energy && p->copies && p->family;
}

void population_deal(const double energy[], int64_t count, double step, double u,
                     int32_t copies[]) {
  double least = HUGE_VAL, total = 0, passed = 0;
  for (int64_t k = 0; k < count; k++) least = fmin(least, energy[k]);
  for (int64_t k = 0; k < count; k++) total += real_exp(step * (least - energy[k]));
  /* Walker k holds a stretch of a line of length count; marks lie at u, u + 1, u + 2, ... */
  int64_t dealt = 0;
  for (int64_t k = 0; k < count; k++) {
    passed += real_exp(step * (least - energy[k]));
    int64_t upto = k + 1 == count ? count : (int64_t)(passed / total * (double)count - u + 1);
    upto = upto < dealt ? dealt : upto > count ? count : upto;
    copies[k] = (int32_t)(upto - dealt);
    dealt = upto;
  }
}

static uint64_t *row_of(const population *p, int64_t walker) {
  return p->systems[walker / WALKERS].rows + walker % WALKERS * cluster_words(p->job->form->n);
}

/* Walkers with copies keep one in place; what they have beyond goes where there are none. */
static void copy_states(population *p) {
  const int64_t count = p->n_systems * WALKERS;
  const size_t bytes = (size_t)cluster_words(p->job->form->n) * sizeof(uint64_t);
  int64_t source = 0;
  for (int64_t to = 0; to < count; to++) {
    if (p->copies[to] > 0) continue;
    while (p->copies[source] < 2) source++;
    p->copies[source]--;
    p->copies[to] = 1;
    p->family[to] = p->family[source];
    memcpy(row_of(p, to), row_of(p, source), bytes);
  }
}

static void resample(population *p, double step, double u) {
  const int32_t n = p->job->form->n;
#pragma omp parallel for num_threads(p->threads) schedule(dynamic)
  for (int64_t k = 0; k < p->n_systems; k++) {
    tempering_system *s = &p->systems[k];
    p->job->kernel->energies(&s->w, p->energy + k * WALKERS);
    bit_rows_from_sites(n, s->w.spin, s->rows);
  }
  population_deal(p->energy, p->n_systems * WALKERS, step, u, p->copies);
  copy_states(p);
#pragma omp parallel for num_threads(p->threads) schedule(dynamic)
  for (int64_t k = 0; k < p->n_systems; k++) {
    tempering_system *s = &p->systems[k];
    bit_rows_to_sites(n, s->rows, s->w.spin);
    s->is_entered = false;
  }
}

static int64_t sweep_all(population *p, double T, int64_t sweeps) {
  int64_t attempts = 0;
#pragma omp parallel for num_threads(p->threads) schedule(dynamic) reduction(+ : attempts)
  for (int64_t k = 0; k < p->n_systems; k++) {
    system_heat(&p->systems[k], T);
    attempts += system_sweep(&p->systems[k], sweeps);
  }
  return attempts;
}

static void count_families(population *p) {
  const int64_t count = p->n_systems * WALKERS;
  memset(p->copies, 0, (size_t)count * sizeof *p->copies);
  p->families = 0;
  for (int64_t k = 0; k < count; k++) p->families += p->copies[p->family[k]]++ == 0;
}

int64_t population_anneal(population *p, int64_t round, int64_t sweeps, int64_t interval) {
  const system_job *job = p->job;
  const int64_t steps = (sweeps + interval - 1) / interval;
  const double log_ratio = steps > 1 ? real_log(job->cold / job->hot) / (double)(steps - 1) : 0;
  philox_stream random = philox_stream_at(philox_subkey(job->run->key, 0x706f70), (uint64_t)round);
  int64_t attempts = 0;
  double T = steps > 1 ? job->hot : job->cold;
  for (int64_t k = 0; k < p->n_systems; k++)
    if (!system_start(&p->systems[k], round)) return 0;
  for (int64_t k = 0; k < p->n_systems * WALKERS; k++) p->family[k] = (int32_t)k;
  for (int64_t t = 0; t < steps; t++) {
    const double next = t > 0 ? job->hot * real_exp(log_ratio * (double)t) : T;
    const double u = philox_unit(&random);
    if (t > 0) resample(p, 0.5 / next - 0.5 / T, u);
    T = next;
    attempts += sweep_all(p, T, t + 1 < steps ? interval : sweeps - (steps - 1) * interval);
    job->run->progress(job->run, (double)(t + 1) / (double)steps, "population annealing");
    if (strip_should_stop(job->limits)) break;
  }
  count_families(p);
  return attempts;
}
