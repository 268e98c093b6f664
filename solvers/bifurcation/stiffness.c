/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bifurcation/stiffness.h"

#include "base/philox.h"
#include "solvers/poll.h"

#include <math.h>

enum { MOST_PASSES = 16, FEWEST_PASSES = 3, START_KEY = 0x73746966 };
static const double most_work = 1 << 26, stable_share = 0.75;

typedef struct iteration {
  const spin_form *form;
  const double *scale;
  double *v, *next; /* [n] */
  poll poll;
  bool is_cut; /* the run should stop */
} iteration;

/* v := (shift - C) v / |v|, or C v / |v| where shift is negative; returns the growth. */
static double advance(iteration *it, double shift) {
  const spin_form *f = it->form;
  double before = 0, after = 0;
  for (int32_t i = 0; i < f->n; i++) {
    double sum = 0;
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) sum += (double)f->J[k] * it->v[f->col[k]];
    sum *= it->scale[i];
    it->next[i] = shift < 0 ? -sum : shift * it->v[i] + sum;
    before += it->v[i] * it->v[i];
    after += it->next[i] * it->next[i];
    it->is_cut = it->is_cut || poll_stops(&it->poll, 1 + f->row[i + 1] - f->row[i]);
    if (it->is_cut) return 0;
  }
  const double norm = sqrt(after);
  for (int32_t i = 0; i < f->n && norm > 0; i++) it->v[i] = it->next[i] / norm;
  return before > 0 ? sqrt(after / before) : 0;
}

static void restart(iteration *it) {
  philox_stream s = philox_stream_at(START_KEY, 0);
  for (int32_t i = 0; i < it->form->n; i++) it->v[i] = philox_unit(&s) - 0.5;
}

double stiffness_of(const spin_form *f, const double scale[], lehr_run *run) {
  const double affordable = most_work / (2 * ((double)f->row[f->n] + f->n));
  const int passes = affordable > MOST_PASSES     ? MOST_PASSES
                     : affordable < FEWEST_PASSES ? FEWEST_PASSES
                                                  : (int)affordable;
  iteration it = {.form = f,
                  .scale = scale,
                  .v = run->alloc(run, (size_t)f->n * sizeof(double)),
                  .next = run->alloc(run, (size_t)f->n * sizeof(double)),
                  .poll = {.run = run}};
  double largest = 0, range = 0;
  if (f->row[f->n] == 0) return 0;
  if (!it.v || !it.next) return -1;
  restart(&it);
  for (int k = 0; k < passes; k++) largest = advance(&it, -1);
  restart(&it);
  for (int k = 0; k < passes; k++) range = advance(&it, largest);
  if (it.is_cut) return -1;
  return range > largest ? range - largest : 0;
}

double stiffness_step(double stiffness) {
  const double step = stable_share * 2 / sqrt(1 + stiffness);
  return step < 1 ? step : 1;
}
