/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/lanes.h"

#include "solvers/poll.h"

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

int lanes_type_for(int64_t largest) {
  if (largest < INT8_MAX) return 0;
  if (largest < INT16_MAX) return 1;
  return largest < INT32_MAX ? 2 : 3;
}

int lanes_type(const spin_form *f) { return lanes_type_for(f->largest_field); }

/* Stores factor * values; results may wrap (2 J beyond the type), as the sums do harmlessly. */
static void store(void *array, int type, const int64_t values[], int64_t count, int64_t factor) {
#define STORE(field)                                                                               \
  for (int64_t k = 0; k < count; k++) ((field *)array)[k] = (field)(factor * values[k]);           \
  break
  switch (type) {
  case 0:
    STORE(int8_t);
  case 1:
    STORE(int16_t);
  case 2:
    STORE(int32_t);
  default:
    STORE(int64_t);
  }
#undef STORE
}

uint64_t lanes_bytes(const lehr_model_view *m) {
  return 2 * (uint64_t)m->n_interactions * 8 + (uint64_t)m->n * 24 + 256;
}

/* Neighbours with J > 0 first: each goes to both ends of what is left, and one end moves. */
static void partition_row(const spin_form *f, int32_t i, int32_t col[], int64_t split[]) {
  int64_t first = f->row[i], last = f->row[i + 1];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
    const int is_positive = f->J[k] > 0;
    col[first] = col[last - 1] = f->col[k];
    first += is_positive;
    last -= !is_positive;
  }
  split[i] = first;
}

static bool couple_equal(lane_model *out, const spin_form *f, lehr_run *run) {
  int32_t *col = run->alloc(run, (size_t)f->row[f->n] * sizeof *col);
  int64_t *split = run->alloc(run, (size_t)f->n * sizeof *split);
  void *step = run->alloc(run, 8);
  poll p = {.run = run};
  if (!col || !split || !step) return false;
  for (int32_t i = 0; i < f->n; i++) {
    partition_row(f, i, col, split);
    if (poll_stops(&p, 1 + f->row[i + 1] - f->row[i])) return false;
  }
  store(step, out->type, &f->magnitude, 1, 2);
  out->col = col;
  out->split = split;
  out->step = step;
  return true;
}

static bool couple_general(lane_model *out, const spin_form *f, lehr_run *run) {
  enum { PORTION = 1 << 18 };
  const int64_t entries = f->row[f->n];
  char *step = run->alloc(run, (size_t)entries << out->type);
  poll p = {.run = run};
  if (!step) return false;
  for (int64_t k = 0; k < entries; k += PORTION) {
    const int64_t count = entries - k < PORTION ? entries - k : PORTION;
    store(step + (k << out->type), out->type, f->J + k, count, 2);
    if (poll_stops(&p, count)) return false;
  }
  out->col = f->col;
  out->step = step;
  return true;
}

bool lanes_prepare(lane_model *out, const spin_form *f, int type, lehr_run *run) {
  *out = (lane_model){.n = f->n, .row = f->row, .type = type};
  void *rest = run->alloc(run, (size_t)f->n << type);
  int64_t *field = run->alloc(run, (size_t)f->n * sizeof *field);
  if (!rest || !field) return false;
  for (int32_t i = 0; i < f->n; i++) field[i] = f->h[i] + f->sum[i];
  store(rest, type, field, f->n, -1);
  out->rest_field = rest;
  return true;
}

bool lanes_couple(lane_model *m, const spin_form *f, lehr_run *run) {
  return f->magnitude ? couple_equal(m, f, run) : couple_general(m, f, run);
}
