/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bifurcation/settle.h"

#include "solvers/descent.h"
#include "solvers/poll.h"
#include "solvers/portion.h"

#include <string.h>

enum {
  WIDEST_LANES = 64,
  MOST_SWEEPS = 10000,
  WIDEST_BYTES = 64,
  SITE_WORK = 4,
  PORTION = 1 << 18,
  HURRIED_WORK = 1 << 22 /* once the run should stop */
};

/* Descents on their way. */
typedef struct descending {
  settling *s;
  const lane_kernel *kernel;
  const rounds *rounds;
  poll poll;
  bool is_hurried; /* the run should stop */
} descending;

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

static void put(settling *s, const lane_kernel *kernel, const uint8_t rows[], int64_t count) {
  static void (*const put_row[])(const uint8_t *, int64_t, int, int64_t, void *) = {put_8, put_16,
                                                                                    put_32, put_64};
  const lane_model *m = s->strip.model;
  const size_t stride = (size_t)kernel->lanes << m->type;
  char *spin = s->strip.spin;
  for (int32_t i = 0; i < m->n; i++, spin += stride)
    put_row[m->type](rows + i, m->n, kernel->lanes, count, spin);
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

/* Calls the kernel for all sites, cut where the run should stop unless that is known already;
 * *any: whether a sweep flipped any, NULL for computing fields. False if it was cut. */
static bool pass(descending *d, bool *any) {
  lane_strip *const strip = &d->s->strip;
  const int32_t n = strip->model->n;
  for (int32_t begin = 0, end; begin < n; begin = end) {
    end = portion_end(strip->model->row, begin, n, SITE_WORK, PORTION);
    if (any)
      *any |= d->kernel->sweep(strip, begin, end);
    else
      d->kernel->enter(strip, begin, end);
    const int64_t work = portion_work(strip->model->row, begin, end, SITE_WORK);
    if (!d->is_hurried && poll_is_due(&d->poll, work) && rounds_should_stop(d->rounds))
      return false;
  }
  return true;
}

/* False if there was no time for it. */
static bool descend(descending *d) {
  const lane_model *m = d->s->strip.model;
  int64_t left = MOST_SWEEPS;
  bool any = true;
  if (!pass(d, NULL)) return false;
  while (any && left-- > 0) {
    any = false;
    if (pass(d, &any)) continue;
    d->is_hurried = any = true;
    left = HURRIED_WORK / portion_work(m->row, 0, m->n, SITE_WORK);
  }
  return !any || !d->is_hurried;
}

void settle(settling *s, const rounds *r, uint8_t rows[], int64_t count) {
  const size_t n = (size_t)s->strip.model->n;
  const lane_kernel *kernel = lanes_kernel(s->level, s->strip.model->type, count);
  const int32_t lanes = kernel->lanes;
  descending d = {.s = s, .kernel = kernel, .rounds = r, .poll = {.run = r->run}};
  for (int64_t first = 0; first < count; first += lanes) {
    const int64_t part = count - first < lanes ? count - first : lanes;
    uint8_t *const own = rows + (size_t)first * n;
    s->strip.reads = (int32_t)part;
    put(s, kernel, own, part);
    const bool is_done = descend(&d);
    leave(s, kernel, own, part);
    if (is_done) continue;
    descent_hurried(r->run, own);
    break;
  }
}
