/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bifurcation/settle.h"

#include <string.h>

enum { WIDEST_LANES = 64, MOST_SWEEPS = 10000, HURRIED_SWEEPS = 2, WIDEST_BYTES = 64 };

uint64_t settling_bytes(const lehr_model_view *m) {
  return (uint64_t)m->n * 2 * WIDEST_BYTES + 2 * BLOCK_LANES * sizeof(int64_t) + 192;
}

bool settling_make(settling *s, const lane_model *m, int level, lehr_run *run) {
  const lane_kernel *kernel = lanes_kernel(level, m->type, WIDEST_LANES);
  const size_t bytes = (size_t)m->n * (size_t)kernel->lanes << m->type;
  const size_t downhill_bytes = (size_t)2 * BLOCK_LANES << m->type;
  *s = (settling){
      .level = level,
      .strip = {.model = m, .field = run->alloc(run, bytes), .spin = run->alloc(run, bytes)},
      .downhill = run->alloc(run, downhill_bytes)};
  if (!s->strip.field || !s->strip.spin || !s->downhill) return false;
  memset(s->downhill, 0xff, downhill_bytes); /* -1 */
  s->strip.threshold = s->downhill;
  return true;
}

/* Spins of a variable in all lanes, those without a row like the first one. */
#define PUT(bits)                                                                                  \
  static void put_##bits(const uint8_t row[], int64_t n, int lanes, int64_t count, void *spins) {  \
    int##bits##_t *spin = spins;                                                                   \
    for (int l = 0; l < lanes; l++) spin[l] = (int##bits##_t)(row[l < count ? l * n : 0] - 1);     \
  }
PUT(8)
PUT(16)
PUT(32)
PUT(64)
#undef PUT

static void enter(settling *s, const lane_kernel *kernel, const uint8_t rows[], int64_t count) {
  static void (*const put[])(const uint8_t *, int64_t, int, int64_t, void *) = {put_8, put_16,
                                                                                put_32, put_64};
  const lane_model *m = s->strip.model;
  const size_t stride = (size_t)kernel->lanes << m->type;
  char *spin = s->strip.spin;
  for (int32_t i = 0; i < m->n; i++, spin += stride)
    put[m->type](rows + i, m->n, kernel->lanes, count, spin);
  kernel->enter(&s->strip);
}

static void leave(const settling *s, const lane_kernel *kernel, uint8_t rows[], int64_t count) {
  const lane_model *m = s->strip.model;
  const size_t size = (size_t)1 << m->type, stride = (size_t)kernel->lanes * size;
  for (int64_t l = 0; l < count; l++) {
    const uint8_t *spin = (const uint8_t *)s->strip.spin + (size_t)l * size;
    uint8_t *row = rows + l * m->n;
    for (int32_t i = 0; i < m->n; i++, spin += stride) row[i] = *spin == 0;
  }
}

void settle(settling *s, const rounds *r, uint8_t rows[], int64_t count) {
  const int32_t n = s->strip.model->n;
  const lane_kernel *kernel = lanes_kernel(s->level, s->strip.model->type, count);
  const int32_t lanes = kernel->lanes;
  for (int64_t first = 0; first < count; first += lanes) {
    const int64_t part = count - first < lanes ? count - first : lanes;
    int64_t left = MOST_SWEEPS;
    s->strip.reads = (int32_t)part;
    enter(s, kernel, rows + first * n, part);
    while (left-- > 0 && kernel->sweep(&s->strip, 0, n))
      if (left > HURRIED_SWEEPS && rounds_should_stop(r)) left = HURRIED_SWEEPS;
    leave(s, kernel, rows + first * n, part);
  }
}
