/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/walkers.h"

const walker_kernel *walker_kernel_at(int level, int type) {
  if (level == LANES_SCALAR) return &walkers_scalar[type - 1];
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &walkers_avx2[type - 1];
  if (level == CPU_AVX512) return &walkers_avx512[type - 1];
#endif
  return &walkers_baseline[type - 1];
}

int walkers_type(const spin_form *f, double hot) {
  if (f->largest_field < WALKERS_NARROW && hot < WALKERS_NARROW) return 1;
  return f->largest_field < INT32_MAX ? 2 : 3;
}

uint64_t walkers_bytes(int32_t n, int type) {
  const uint64_t fields = type < 3 ? (uint64_t)WALKERS << type : 0;
  return (uint64_t)n * (fields + sizeof(uint64_t)) + 128;
}

bool walkers_make(walkers *w, const lane_model *m, const spin_form *f, lehr_run *run) {
  bool has_h = false;
  for (int32_t i = 0; i < f->n && !has_h; i++) has_h = f->h[i] != 0;
  *w = (walkers){.model = m, .h = has_h ? f->h : NULL, .lanes = WALKERS};
  if (m->type < 3) w->field = run->alloc(run, (size_t)m->n * WALKERS << m->type);
  w->spin = run->alloc(run, (size_t)m->n * sizeof *w->spin);
  return (w->field || m->type == 3) && w->spin;
}

/* Thresholds are (x 2^12) (T 2^bits) >> (12 + bits), of which the upper half of the product takes
 * 16: so bits >= 4, and as many as the hottest temperature leaves. */
static void heat_narrow(walkers *w, double hot, double T[WALKERS]) {
  int bits = 4;
  while (bits < 15 && hot * (double)(2 << bits) < 65535) bits++;
  const double one = 1 << bits;
  w->shift = bits - 4;
  for (int l = 0; l < WALKERS; l++) {
    const double scaled = T[l] * one + 0.5;
    w->narrow[l] = scaled < 1 ? 1 : scaled > 65535 ? 65535 : (uint16_t)scaled;
    T[l] = w->narrow[l] / one;
  }
}

void walkers_heat(walkers *w, double hot, double T[WALKERS]) {
  if (w->model->type == 1) {
    heat_narrow(w, hot, T);
    return;
  }
  for (int l = 0; l < WALKERS; l++) {
    w->middle[l] = (float)T[l];
    w->wide[l] = T[l];
    if (w->model->type == 2) T[l] = w->middle[l];
  }
}
