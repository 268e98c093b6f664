/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tn/best.h"

#include "base/error.h"
#include "solvers/start.h"

#include <math.h>
#include <string.h>

uint64_t tn_best_bytes(const lehr_model_view *m) {
  return descent_bytes(m) + 2 * (uint64_t)m->n + 128;
}

static int64_t value_of(const tn_network *t, const int8_t spins[]) {
  return network_energy(t, spins) - t->constant;
}

static void bits_of(const int8_t spins[], int32_t n, uint8_t bits[]) {
  for (int32_t v = 0; v < n; v++) bits[v] = spins[v] > 0;
}

/* The descent's state, if it is better. */
static void take(tn_best *b) {
  const int32_t n = b->t->n;
  int8_t *spins = (int8_t *)b->bits;
  for (int32_t v = 0; v < n; v++) spins[v] = b->walk.bits[v] ? 1 : -1;
  const int64_t value = value_of(b->t, spins);
  if (value >= b->value) return;
  b->value = value;
  memcpy(b->spins, spins, (size_t)n);
  b->run->improved(b->run, b->walk.bits);
}

/* From the descent's state to the next minimum. */
static void descend(tn_best *b) {
  descent_start(&b->walk, b->walk.bits);
  descent_to_minimum(&b->walk, b->run, INT64_MAX);
  take(b);
}

bool tn_best_make(tn_best *b, lehr_run *run, const tn_network *t) {
  const size_t n = (size_t)t->n;
  *b = (tn_best){.run = run, .t = t, .value = INT64_MAX};
  b->spins = run->alloc(run, n);
  b->bits = run->alloc(run, n);
  if (!b->spins || !b->bits || !descent_init(&b->walk, run)) return false;
  for (int64_t r = 0; r < run->n_initial; r++) {
    memcpy(b->walk.bits, run->initial + r * t->n, n);
    take(b);
  }
  start_state(run, 0, 0, b->walk.bits);
  descend(b);
  return true;
}

void tn_best_offer(tn_best *b, const int8_t spins[]) {
  bits_of(spins, b->t->n, b->walk.bits);
  descend(b);
}

void tn_best_bound(const tn_best *b, int64_t bound) {
  bits_of(b->spins, b->t->n, b->bits);
  tn_tell_gap(b->run, b->t, b->value - bound, b->bits);
}

lehr_status tn_best_deliver(const tn_best *b, const int8_t spins[], int64_t count, int64_t reads) {
  const int32_t n = b->t->n;
  bits_of(b->spins, n, b->bits);
  LEHR_TRY(b->run->sample(b->run, b->bits, 1));
  for (int64_t r = 0, told = 1; r < count && told < reads; r++) {
    if (memcmp(spins + r * n, b->spins, (size_t)n) == 0) continue;
    bits_of(spins + r * n, n, b->bits);
    LEHR_TRY(b->run->sample(b->run, b->bits, 1));
    told++;
  }
  return LEHR_OK;
}
