/* SPDX-License-Identifier: Apache-2.0 */
/* One lane at a time in plain C: the definition of what the vector kernels compute. */
#include "solvers/bifurcation/oscillators.h"

#include <math.h>

static float force_on(const oscillator_strip *s, int32_t i, int lane) {
  const oscillator_model *m = s->model;
  float force = m->field[i];
  if (m->dense) {
    const int32_t tile = i / TILE_ROWS * TILE_ROWS;
    const float *c = m->dense + (size_t)tile * (size_t)m->n + i % TILE_ROWS;
    for (int32_t j = 0; j < m->n; j++, c += TILE_ROWS)
      force = force + s->v[(int64_t)j * s->lanes + lane] * *c;
    return force;
  }
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    force = force + s->v[(int64_t)m->col[k] * s->lanes + lane] * m->couple[k];
  return force;
}

static void kick(oscillator_strip *s, int32_t begin, int32_t end) {
  for (int32_t i = begin; i < end; i++)
    for (int l = 0; l < s->lanes; l++) {
      const int64_t at = (int64_t)i * s->lanes + l;
      s->y[at] = s->y[at] + (force_on(s, i, l) - s->x[at] * s->pull) * s->step;
    }
}

static void drift(oscillator_strip *s) {
  for (int64_t k = 0; k < (int64_t)s->model->n * s->lanes; k++) {
    float moved = s->x[k] + s->y[k] * s->step;
    const float sign = signbit(moved) ? -1.0f : 1.0f;
    if (fabsf(moved) > 1) {
      moved = sign;
      s->y[k] = 0;
    }
    s->x[k] = moved;
    s->v[k] = s->is_discrete ? sign : moved;
  }
}

const oscillator_kernel oscillators_scalar = {kick, drift};

const oscillator_kernel *oscillators_kernel(int level) {
  if (level == OSCILLATORS_SCALAR) return &oscillators_scalar;
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &oscillators_avx2;
  if (level == CPU_AVX512) return &oscillators_avx512;
#endif
  return &oscillators_baseline;
}
