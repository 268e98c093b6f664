/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/correlate.h"

#include "tn/semiring/wide.h"

enum { BLOCK_SLOTS = 11, BLOCK = 1 << BLOCK_SLOTS, PARTIALS = TN_MOST_SLOTS + 3 };
enum { TOTAL = TN_MOST_SLOTS, MEAN, ENTERS }; /* after the slots */

typedef struct job {
  const semiring *s;
  const tn_op *op;
  const tn_table *t, *d, *after;
  wide odds[2]; /* exp(-2 beta x J), x = -1, +1: of u = +1 against u = -1 */
} job;

static int32_t block_slots(int32_t width) { return width < BLOCK_SLOTS ? width : BLOCK_SLOTS; }

size_t correlate_partials(int32_t width) {
  return (size_t)PARTIALS << (width - block_slots(width));
}

static wide entry(const semiring *s, const tn_table *t, size_t i) {
  const double *m = t->plane[0];
  const int32_t *e = t->plane[1];
  return s->kind == SUM_WIDE ? (wide){m[i], e[i]} : (wide){m[i], 0};
}

/* p of the entries of a block. */
static void products(const job *j, size_t first, size_t size, double p[]) {
  const double *t = j->t->plane[0], *d = j->d->plane[0];
  for (size_t k = 0; k < size; k++) p[k] = t[first + k] * d[first + k];
  if (j->s->kind == SUM_NARROW) return;
  const int32_t *te = j->t->plane[1], *de = j->d->plane[1];
  for (size_t k = 0; k < size; k++) p[k] = wide_real((wide){p[k], te[first + k] + de[first + k]});
}

/* <u> given the other spins, from the two entries after the operation. */
static double mean_entering(const job *j, size_t index) {
  const size_t bit = (size_t)1 << j->op->slot;
  const wide down = entry(j->s, j->after, index & ~bit), up = entry(j->s, j->after, index | bit);
  const wide factor = j->odds[(index & bit) != 0];
  const wide ratio = {up.m / down.m * factor.m, up.e - down.e + factor.e};
  const double odds = wide_real(ratio);
  return odds < 1 ? (odds - 1) / (odds + 1) : 1 - 2 / (odds + 1);
}

static void correlate_block(const job *j, size_t first, int32_t slots, double sum[]) {
  const size_t size = (size_t)1 << slots, x_bit = (size_t)1 << j->op->slot;
  double p[BLOCK];
  products(j, first, size, p);
  for (size_t k = 0; k < size; k++) {
    sum[TOTAL] += p[k];
    if (!((first + k) & x_bit)) p[k] = -p[k];
    if (j->after) sum[ENTERS] += p[k] * mean_entering(j, first + k);
  }
  /* Slot by slot: the upper half less the lower one, then both as one. */
  for (int32_t slot = slots - 1; slot >= 0; slot--) {
    const size_t half = (size_t)1 << slot;
    double difference = 0;
    for (size_t k = 0; k < half; k++) {
      difference += p[half + k] - p[k];
      p[k] += p[half + k];
    }
    sum[slot] += difference;
  }
  for (int32_t slot = slots; slot < j->op->width; slot++)
    sum[slot] += (first >> slot) & 1 ? p[0] : -p[0];
  sum[MEAN] += p[0];
}

void correlate(const semiring_context *c, const semiring *s, const tn_op *op, const tn_table *t,
               const tn_table *d, const tn_table *after, double partial[], correlations *out) {
  const int32_t slots = block_slots(op->width);
  const int64_t blocks = (int64_t)1 << (op->width - slots);
  const int threads = blocks < 16 ? 1 : c->guard->threads;
  job j = {.s = s, .op = op, .t = t, .d = d, .after = after};
  double sum[PARTIALS] = {0};
  const double exponent = 2 * c->beta * (double)op->enter_coupling;
  if (after) {
    j.odds[0] = wide_exp(exponent);
    j.odds[1] = wide_exp(-exponent);
  }
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (int64_t b = 0; b < blocks; b++) {
    double *own = partial + b * PARTIALS;
    for (int32_t k = 0; k < PARTIALS; k++) own[k] = 0;
    if ((b & 15) != 0 || !guard_should_stop(c->guard))
      correlate_block(&j, (size_t)b << slots, slots, own);
  }
  for (int64_t b = 0; b < blocks; b++)
    for (int32_t k = 0; k < PARTIALS; k++) sum[k] += partial[b * PARTIALS + k];
  *out = (correlations){.total = sum[TOTAL], .mean = sum[MEAN], .enters = sum[ENTERS]};
  for (int32_t k = 0; k < op->width; k++) out->slot[k] = sum[k];
}
