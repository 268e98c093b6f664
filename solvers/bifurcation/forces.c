/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bifurcation/forces.h"

#include "solvers/poll.h"

#include <math.h>

/* Share of couplings from which tiles of the dense matrix are faster than compressed rows. */
static const double dense_share = 0.5;

static bool is_dense(int32_t n, int64_t entries) {
  return n > TILE_ROWS && (double)entries >= dense_share * n * n;
}

static int64_t padded_rows(int32_t n) {
  return ((int64_t)n + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
}

bool forces_are_dense(const lehr_model_view *m) { return is_dense(m->n, 2 * m->n_interactions); }

uint64_t forces_bytes(const lehr_model_view *m) {
  const uint64_t n = (uint64_t)m->n, entries = 2 * (uint64_t)m->n_interactions;
  const uint64_t couple =
      is_dense(m->n, (int64_t)entries) ? (uint64_t)padded_rows(m->n) * n : entries;
  return (couple + n) * sizeof(float) + 128;
}

static double square(double v) { return v * v; }

void forces_scale(const spin_form *f, double strength, bool is_whole, double scale[]) {
  double all = 0;
  for (int32_t i = 0; i < f->n; i++) {
    double sum = square((double)f->h[i]);
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) sum += square((double)f->J[k]);
    all += sum;
    scale[i] = sum > 0 ? strength / sqrt(sum) : 0;
  }
  for (int32_t i = 0; i < f->n && is_whole && all > 0; i++) scale[i] = strength / sqrt(all / f->n);
}

static bool fill_dense(oscillator_model *out, const spin_form *f, const double scale[],
                       lehr_run *run) {
  float *dense = run->alloc(run, (size_t)padded_rows(f->n) * (size_t)f->n * sizeof *dense);
  if (!dense) return false;
  for (int32_t i = 0; i < f->n; i++) {
    float *tile = dense + (size_t)(i / TILE_ROWS * TILE_ROWS) * (size_t)f->n + i % TILE_ROWS;
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
      tile[(size_t)f->col[k] * TILE_ROWS] = (float)(-scale[i] * (double)f->J[k]);
  }
  out->dense = dense;
  return true;
}

bool forces_prepare(oscillator_model *out, const spin_form *f, const double scale[],
                    lehr_run *run) {
  const int64_t entries = f->row[f->n];
  float *field = run->alloc(run, (size_t)f->n * sizeof *field);
  if (!field) return false;
  for (int32_t i = 0; i < f->n; i++) field[i] = (float)(-scale[i] * (double)f->h[i]);
  *out = (oscillator_model){.n = f->n, .row = f->row, .col = f->col, .field = field};
  if (is_dense(f->n, entries)) return fill_dense(out, f, scale, run);
  float *couple = run->alloc(run, (size_t)entries * sizeof *couple);
  poll p = {.run = run};
  for (int32_t i = 0; i < f->n && couple; i++) {
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
      couple[k] = (float)(-scale[i] * (double)f->J[k]);
    if (poll_stops(&p, 1 + f->row[i + 1] - f->row[i])) return false;
  }
  out->couple = couple;
  return couple != NULL;
}
