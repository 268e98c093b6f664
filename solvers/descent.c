/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/descent.h"

#include <string.h>

enum { POLL_WORK = 1 << 19 };

uint64_t descent_bytes(const lehr_model_view *m) { return (uint64_t)m->n * 9 + 128; }

bool descent_init(descent *d, lehr_run *run) {
  const size_t n = (size_t)run->model->n;
  *d = (descent){.model = run->model, .bits = run->alloc(run, n)};
  if (run->model->is_exact)
    d->gain_i64 = run->alloc(run, n * sizeof *d->gain_i64);
  else
    d->gain_f64 = run->alloc(run, n * sizeof *d->gain_f64);
  return d->bits && (d->gain_i64 || d->gain_f64);
}

/* The value changes by +-1 (binary) or +-2 (spin). */
static int32_t change(const lehr_model_view *m, uint8_t bit) {
  const int32_t up = m->vartype == LEHR_SPIN ? 2 : 1;
  return bit ? -up : up;
}

static int32_t value(const lehr_model_view *m, uint8_t bit) {
  return m->vartype == LEHR_SPIN ? 2 * (bit & 1) - 1 : bit & 1;
}

energy descent_rise(const lehr_model_view *m, const uint8_t bits[], int32_t i) {
  if (m->is_exact) {
    int64_t field = m->linear_i64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
      field += m->weight_i64[k] * value(m, bits[m->col[k]]);
    const int64_t rise = change(m, 0) * field;
    return (energy){.exact = rise, .real = (double)rise * m->scale};
  }
  double field = m->linear_f64[i];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    field += m->weight_f64[k] * value(m, bits[m->col[k]]);
  return (energy){.real = change(m, 0) * field};
}

void descent_start(descent *d, const uint8_t bits[]) {
  const lehr_model_view *m = d->model;
  if (bits != d->bits) memcpy(d->bits, bits, (size_t)m->n);
  for (int32_t i = 0; i < m->n; i++) {
    const energy rise = descent_rise(m, d->bits, i);
    if (d->gain_i64)
      d->gain_i64[i] = d->bits[i] ? -rise.exact : rise.exact;
    else
      d->gain_f64[i] = d->bits[i] ? -rise.real : rise.real;
  }
}

void descent_flip(descent *d, int32_t i) {
  const lehr_model_view *m = d->model;
  const int32_t step = change(m, d->bits[i]);
  d->bits[i] ^= 1;
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
    const int32_t j = m->col[k], factor = step * change(m, d->bits[j]);
    if (d->gain_i64)
      d->gain_i64[j] += factor * m->weight_i64[k];
    else
      d->gain_f64[j] += factor * m->weight_f64[k];
  }
  if (d->gain_i64)
    d->gain_i64[i] = -d->gain_i64[i];
  else
    d->gain_f64[i] = -d->gain_f64[i];
}

/* The variable with the lowest gain, or -1 if none is clearly below zero. */
static int32_t best_flip(const descent *d) {
  int32_t best = -1;
  if (d->gain_i64) {
    for (int32_t i = 0; i < d->model->n; i++)
      if (d->gain_i64[i] < (best < 0 ? 0 : d->gain_i64[best])) best = i;
  } else {
    /* Rounding leaves gains of +-1e-16 relative size; flipping on them could go in circles. */
    for (int32_t i = 0; i < d->model->n; i++)
      if (d->gain_f64[i] < (best < 0 ? 0 : d->gain_f64[best])) best = i;
  }
  return best;
}

int64_t descent_to_minimum(descent *d, lehr_run *run, int64_t most) {
  const int32_t n = d->model->n;
  int64_t attempts = 0, since_poll = 0;
  do {
    const int32_t i = best_flip(d);
    attempts += n;
    if (i < 0) break;
    descent_flip(d, i);
    since_poll += n + (d->model->row[i + 1] - d->model->row[i]);
    if (since_poll < POLL_WORK) continue;
    since_poll = 0;
    if (run->should_stop(run)) break;
  } while (attempts < most);
  run->attempts(run, attempts);
  return attempts;
}
