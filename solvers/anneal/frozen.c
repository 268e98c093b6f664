/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/frozen.h"

#include "solvers/anneal/rows.h"

enum { POLLED_COSTS = 1 << 20, LOOKED_SITES = 64 };

/* The largest threshold at a temperature, as the kernels' fill() rounds it. */
static int64_t largest_threshold(const lane_quantiles *q, int type, double temperature) {
  static const double largest[LANES_TYPES] = {126, 32766, 2147483520, 0x1p62};
  const double value = type == 3 ? temperature * q->most : (float)temperature * (float)q->most;
  return (int64_t)(value < largest[type] ? value : largest[type]);
}

/* Adds to hit[l] whether a cost of lane l among sites begin..end-1 is at most `limit`. */
#define LOOK(bits)                                                                                 \
  static void look_##bits(const lane_strip *s, int32_t lanes, int32_t begin, int32_t end,          \
                          int64_t limit, uint8_t hit[]) {                                          \
    const int##bits##_t most = (int##bits##_t)limit;                                               \
    const size_t first = (size_t)begin * (size_t)lanes;                                            \
    const int##bits##_t *field = (const int##bits##_t *)s->field + first;                          \
    const int##bits##_t *spin = (const int##bits##_t *)s->spin + first;                            \
    for (int32_t i = begin; i < end; i++, field += lanes, spin += lanes)                           \
      for (int32_t l = 0; l < lanes; l++)                                                          \
        hit[l] |= (int##bits##_t)((field[l] ^ spin[l]) - spin[l]) <= most;                         \
  }
LOOK(8)
LOOK(16)
LOOK(32)
LOOK(64)
#undef LOOK

static uint64_t mask_of(const uint8_t hit[], int32_t lanes) {
  uint64_t mask = 0;
  for (int32_t l = 0; l < lanes; l++) mask |= (uint64_t)hit[l] << l;
  return mask;
}

static uint64_t movable_lanes(const strip_job *job, const strip_space *s, uint64_t asked,
                              int64_t limit) {
  static void (*const look[])(const lane_strip *, int32_t, int32_t, int32_t, int64_t,
                              uint8_t *) = {look_8, look_16, look_32, look_64};
  const int32_t n = job->model->n, lanes = job->kernel->lanes;
  uint8_t hit[BLOCK_LANES] = {0};
  int64_t costs = 0;
  for (int32_t begin = 0; begin < n; begin += LOOKED_SITES) {
    const int32_t end = n - begin < LOOKED_SITES ? n : begin + LOOKED_SITES;
    look[job->model->type](&s->strip, lanes, begin, end, limit, hit);
    if ((mask_of(hit, lanes) & asked) == asked) return asked;
    costs += (int64_t)LOOKED_SITES * lanes;
    if (costs < POLLED_COSTS) continue;
    costs = 0;
    if (strip_should_stop(job)) return asked;
  }
  return mask_of(hit, lanes) & asked;
}

/* Whether a cost of read r, in the layout of rows.h, is at most `limit`. */
static bool is_row_movable(const strip_job *job, const strip_space *s, int32_t r, int64_t limit) {
  for (int32_t i = 0; i < job->model->n; i++)
    if (strip_spin(job, s, i, r) * strip_field(job, s, i, r) <= limit) return true;
  return false;
}

uint64_t frozen_movable(const strip_job *job, const strip_space *s, uint64_t asked,
                        double hottest) {
  const int64_t limit = largest_threshold(job->quantiles, job->model->type, hottest);
  if (!job->kernel->is_rowwise) return movable_lanes(job, s, asked, limit);
  for (int32_t r = 0; r < s->strip.reads; r++)
    if (is_row_movable(job, s, r, limit)) return asked;
  return 0;
}
