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
      .kernel = kernel,
      .strip = {.model = m, .field = run->alloc(run, bytes), .spin = run->alloc(run, bytes)},
      .downhill = run->alloc(run, downhill_bytes)};
  if (!s->strip.field || !s->strip.spin || !s->downhill) return false;
  memset(s->downhill, 0xff, downhill_bytes); /* -1 */
  s->strip.threshold = s->downhill;
  return true;
}

/* Lanes without a row repeat the first one. */
static void enter(settling *s, const uint8_t rows[], int64_t count) {
  const lane_model *m = s->strip.model;
  const size_t size = (size_t)1 << m->type, lanes = (size_t)s->kernel->lanes;
  for (size_t l = 0; l < lanes; l++) {
    const uint8_t *row = rows + (l < (size_t)count ? l : 0) * (size_t)m->n;
    uint8_t *spin = (uint8_t *)s->strip.spin + l * size;
    for (int32_t i = 0; i < m->n; i++, spin += lanes * size) memset(spin, row[i] ? 0 : 0xff, size);
  }
  s->kernel->enter(&s->strip);
}

static void leave(const settling *s, uint8_t rows[], int64_t count) {
  const lane_model *m = s->strip.model;
  const size_t size = (size_t)1 << m->type, stride = (size_t)s->kernel->lanes * size;
  for (int64_t l = 0; l < count; l++) {
    const uint8_t *spin = (const uint8_t *)s->strip.spin + (size_t)l * size;
    uint8_t *row = rows + l * m->n;
    for (int32_t i = 0; i < m->n; i++, spin += stride) row[i] = *spin == 0;
  }
}

void settle(settling *s, const rounds *r, uint8_t rows[], int64_t count) {
  const int32_t n = s->strip.model->n, lanes = s->kernel->lanes;
  for (int64_t first = 0; first < count; first += lanes) {
    const int64_t part = count - first < lanes ? count - first : lanes;
    int64_t left = MOST_SWEEPS;
    s->strip.reads = (int32_t)part;
    enter(s, rows + first * n, part);
    while (left-- > 0 && s->kernel->sweep(&s->strip, 0, n))
      if (left > HURRIED_SWEEPS && rounds_should_stop(r)) left = HURRIED_SWEEPS;
    leave(s, rows + first * n, part);
  }
}
