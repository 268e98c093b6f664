/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/mps/draw.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "base/real.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct draws {
  const mps_sweep *s;
  beam_guide guide;
  uint64_t key;
  int64_t count;
  uint64_t *keys;            /* [count][words] frontiers */
  int64_t *values;           /* [count] energies of what has values */
  int64_t *children, *ranks; /* [2 count] */
  double *log_q;             /* [count] */
} draws;

static bool draws_make(draws *d) {
  const size_t count = (size_t)d->count;
  d->keys = memory_array(count, (size_t)d->s->walk->words * sizeof *d->keys);
  d->values = memory_array(count, sizeof *d->values);
  d->children = memory_array(count, 2 * sizeof *d->children);
  d->ranks = memory_array(count, 2 * sizeof *d->ranks);
  return d->keys && d->values && d->children && d->ranks;
}

static void draws_free(draws *d) {
  free(d->keys);
  free(d->values);
  free(d->children);
  free(d->ranks);
}

/* The probability of +1, kept away from 0 and 1: every state can be drawn. */
static double chance_of(const int64_t ranks[2]) {
  static const double LEAST = 0x1p-40;
  const double difference = ldexp((double)(ranks[1] - ranks[0]), -MPS_GRAIN);
  const double p = difference > 0 ? real_exp(-fmin(difference, 100)) : 1;
  const double q = difference < 0 ? real_exp(fmax(difference, -100)) : 1;
  return fmin(1 - LEAST, fmax(LEAST, p / (p + q)));
}

/* Slots of those that leave the frontier at this step are cleared; the new variable's is set. */
static void enter(const draws *d, int32_t step, uint64_t key[], int x) {
  const beam_walk *const w = d->s->walk;
  const int32_t slot = w->slot[w->order[step]];
  for (int32_t k = w->first_out[step]; k < w->first_out[step + 1]; k++) {
    const int32_t out = w->slot[w->leaves[k]];
    key[out / 64] &= ~(UINT64_C(1) << (out % 64));
  }
  if (slot >= 0) key[slot / 64] |= (uint64_t)x << (slot % 64);
}

static bool draw_step(draws *d, int32_t step, int8_t spins[]) {
  const beam_walk *const w = d->s->walk;
  if (!d->guide.expand(d->guide.self, step, d->count, d->keys, d->values, d->children, d->ranks))
    return false;
  for (int64_t k = 0; k < d->count; k++) {
    const philox_block random = philox_at(d->key, (uint64_t)k, (uint64_t)step);
    const double u = ldexp((double)random.v[0], -32) + ldexp((double)random.v[1], -64);
    const double chance = chance_of(d->ranks + 2 * k);
    const int x = u < chance;
    d->log_q[k] += real_log(x ? chance : 1 - chance);
    d->values[k] = d->children[2 * k + x];
    enter(d, step, d->keys + k * w->words, x);
    if (spins) spins[k * w->n + w->order[step]] = x ? 1 : -1;
  }
  return true;
}

/* From log q to log weights, their mean, and how even they are. */
static void weigh(const draws *d, double log_weight[], mps_weights *out) {
  double top = -INFINITY, sum = 0, squares = 0;
  for (int64_t k = 0; k < d->count; k++) {
    log_weight[k] = -d->s->options.beta * (double)d->values[k] - d->log_q[k];
    top = fmax(top, log_weight[k]);
  }
  for (int64_t k = 0; k < d->count; k++) {
    const double weight = real_exp(log_weight[k] - top);
    sum += weight;
    squares += weight * weight;
  }
  out->log_z = top + real_log(sum / (double)d->count);
  out->effective = sum * sum / squares;
}

lehr_status mps_draw(const mps_sweep *s, uint64_t key, int64_t count, const tn_guard *guard,
                     int8_t spins[], double log_weight[], mps_weights *out, lehr_error *err) {
  draws d = {.s = s, .guide = mps_guide(s), .key = key, .count = count, .log_q = log_weight};
  *out = (mps_weights){0};
  memset(log_weight, 0, (size_t)count * sizeof *log_weight);
  bool is_possible = draws_make(&d);
  int32_t step = 0;
  for (; step < s->walk->n && is_possible && !guard_should_stop(guard); step++)
    is_possible = draw_step(&d, step, spins);
  out->is_complete = is_possible && step == s->walk->n;
  if (out->is_complete) weigh(&d, log_weight, out);
  draws_free(&d);
  return is_possible ? LEHR_OK : error_memory(err, (uint64_t)count * 64);
}
