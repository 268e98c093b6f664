/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/lanes.h"

const lane_kernel *lanes_kernel(int level, int type, int64_t wanted) {
  const lane_kernel *widths = lanes_baseline[type], *found = NULL;
  if (level == LANES_SCALAR) return &lanes_scalar[type];
#if defined(__x86_64__)
  if (level == CPU_AVX2) widths = lanes_avx2[type];
  if (level == CPU_AVX512) widths = lanes_avx512[type];
#endif
  for (int w = 0; w < LANES_WIDTHS && widths[w].lanes > 0; w++) {
    found = &widths[w];
    if (found->lanes >= wanted) break;
  }
  return found;
}

static int type_for(int64_t largest_field) {
  if (largest_field <= INT8_MAX) return 0;
  if (largest_field <= INT16_MAX) return 1;
  return largest_field <= INT32_MAX ? 2 : 3;
}

/* Stores value as element k; steps may wrap (2 J beyond the type), as the sums do harmlessly. */
static void store(void *array, int type, int64_t k, int64_t value) {
  switch (type) {
  case 0:
    ((int8_t *)array)[k] = (int8_t)value;
    break;
  case 1:
    ((int16_t *)array)[k] = (int16_t)value;
    break;
  case 2:
    ((int32_t *)array)[k] = (int32_t)value;
    break;
  default:
    ((int64_t *)array)[k] = value;
  }
}

uint64_t lanes_bytes(const lehr_model_view *m) {
  return 2 * (uint64_t)m->n_interactions * 8 + (uint64_t)m->n * 16 + 256;
}

/* Neighbours with J > 0 first. */
static void partition_row(const spin_form *f, int32_t i, int32_t col[], int64_t split[]) {
  int64_t next = f->row[i];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
    if (f->J[k] > 0) col[next++] = f->col[k];
  split[i] = next;
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
    if (f->J[k] < 0) col[next++] = f->col[k];
}

static bool prepare_equal(lane_model *out, const spin_form *f, lehr_run *run) {
  int32_t *col = run->alloc(run, (size_t)f->row[f->n] * sizeof *col);
  int64_t *split = run->alloc(run, (size_t)f->n * sizeof *split);
  void *step = run->alloc(run, 8);
  if (!col || !split || !step) return false;
  for (int32_t i = 0; i < f->n; i++) partition_row(f, i, col, split);
  store(step, out->type, 0, 2 * f->magnitude);
  out->col = col;
  out->split = split;
  out->step = step;
  return true;
}

static bool prepare_general(lane_model *out, const spin_form *f, lehr_run *run) {
  void *step = run->alloc(run, (size_t)f->row[f->n] << out->type);
  if (!step) return false;
  for (int64_t k = 0; k < f->row[f->n]; k++) store(step, out->type, k, 2 * f->J[k]);
  out->col = f->col;
  out->step = step;
  return true;
}

bool lanes_prepare(lane_model *out, const spin_form *f, lehr_run *run) {
  *out = (lane_model){.n = f->n, .row = f->row, .type = type_for(f->largest_field)};
  void *rest = run->alloc(run, (size_t)f->n << out->type);
  if (!rest) return false;
  for (int32_t i = 0; i < f->n; i++) {
    int64_t sum = f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) sum += f->J[k];
    store(rest, out->type, i, -sum);
  }
  out->rest_field = rest;
  return f->magnitude ? prepare_equal(out, f, run) : prepare_general(out, f, run);
}
