/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/noise.h"

#include "base/philox.h"
#include "base/real.h"

uint64_t noise_bytes(int type) { return ((uint64_t)NOISE_SIZE << type) + NOISE_COUNT * 8 + 128; }

bool noise_make(noise *x, int type, lehr_run *run) {
  *x = (noise){.type = type,
               .table = run->alloc(run, (size_t)NOISE_SIZE << type),
               .draft = run->alloc(run, NOISE_COUNT * sizeof *x->draft)};
  return x->table && x->draft;
}

static void shuffle(philox_stream *s, double values[]) {
  for (uint32_t k = NOISE_COUNT - 1; k > 0; k--) {
    /* A remainder is biased by less than 2^-20, which no order of 4096 numbers shows. */
    const uint32_t other = (uint32_t)((uint64_t)philox_u32(s) * (k + 1) >> 32);
    const double t = values[k];
    values[k] = values[other];
    values[other] = t;
  }
}

static void store(noise *x) {
  for (int32_t k = 0; k < NOISE_SIZE; k++) {
    const double value = x->draft[k % NOISE_COUNT];
    if (x->type == 1)
      ((uint16_t *)x->table)[k] = value < 15.999 ? (uint16_t)(value * 4096) : UINT16_MAX;
    else if (x->type == 2)
      ((float *)x->table)[k] = (float)value;
    else
      ((double *)x->table)[k] = value;
  }
}

void noise_draw(noise *x, uint64_t key) {
  philox_stream s = philox_stream_at(key, 0);
  const double phase = philox_unit(&s);
  for (int32_t k = 0; k < NOISE_COUNT; k++)
    x->draft[k] = -real_log((NOISE_COUNT - k - phase) / NOISE_COUNT);
  shuffle(&s, x->draft);
  store(x);
}
