/* SPDX-License-Identifier: Apache-2.0 */
/* Backward ancestral sampling: the table before v left is proportional to the probability of v and
 * the rest of its front, so that v is drawn from two of its entries once the others are known. */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "base/real.h"
#include "tn/semiring/sums.h"
#include "tn/semiring/walk.h"
#include "tn/semiring/wide.h"
#include "tn/sumproduct.h"

#include <stdlib.h>

/* Of one variable of one read: a lattice of 20 x 20 spins, 10^5 reads. */
static const double DRAW_SECONDS = 22e-9;

/* exp(2 beta f) is tabulated where so few spins decide f. */
enum { MOST_FACTOR_BITS = 10 };

typedef struct sampler {
  const tn_program *p;
  const semiring *s;
  const tn_guard *guard;
  uint64_t key;
  double beta, log_z;
  int64_t first, reads, words;
  uint64_t *spins;      /* [n][words] */
  walk_indices indices; /* [p->depth][reads] */
  atomic_bool is_over;
  int32_t n_factor_bits; /* -1: not tabulated */
  wide *factor;          /* [1 << MOST_FACTOR_BITS] exp(2 beta f) */
  double *narrow;        /* the same as doubles */
} sampler;

static lehr_status begin(void *user, const tn_table *root) {
  sampler *s = user;
  s->log_z = sums_log(s->p, s->s, s->beta, root);
  s->indices.depth = 1;
  for (int64_t r = 0; r < s->reads; r++) s->indices.index[r] = 0;
  return LEHR_OK;
}

/* ---- exp(2 beta f) ---- */

static const tn_term *terms_of(const sampler *s, const tn_op *op) {
  return s->p->terms + op->first_term;
}

static void tabulate(sampler *s, const tn_op *op) {
  const int32_t bits = op->n_terms + (op->kind == TN_REPLACE && op->enter_coupling != 0);
  s->n_factor_bits = bits <= MOST_FACTOR_BITS ? bits : -1;
  for (int32_t k = 0; k < 1 << bits && bits <= MOST_FACTOR_BITS; k++) {
    int64_t f = op->field;
    for (int32_t i = 0; i < bits; i++) {
      const int64_t J = i < op->n_terms ? terms_of(s, op)[i].J : op->enter_coupling;
      f += k >> i & 1 ? J : -J;
    }
    s->factor[k] = wide_exp(2 * s->beta * (double)f);
    s->narrow[k] = wide_real(s->factor[k]);
  }
}

/* Of exp(2 beta f), where it is tabulated. */
static size_t factor_at(const sampler *s, const tn_op *op, uint64_t down, uint64_t after) {
  const tn_term *terms = terms_of(s, op);
  size_t k = 0;
  for (int32_t i = 0; i < op->n_terms; i++) k |= ((down >> terms[i].slot) & 1) << i;
  if (s->n_factor_bits > op->n_terms) k |= ((after >> op->slot) & 1) << op->n_terms;
  return k;
}

/* ---- Drawing ---- */

/* Probability of x = -1 divided by that of x = +1. */
static double odds(const sampler *s, const tn_op *op, const tn_table *t, uint64_t down,
                   uint64_t after) {
  const uint64_t up = down | UINT64_C(1) << op->slot;
  const double *m = t->plane[0];
  const bool is_tabulated = s->n_factor_bits >= 0, is_narrow = s->s->kind == SUM_NARROW;
  const size_t at = is_tabulated ? factor_at(s, op, down, after) : 0;
  if (is_narrow && is_tabulated) return m[down] / m[up] * s->narrow[at];
  const int64_t field = is_tabulated ? 0 : walk_field(op, terms_of(s, op), down, after);
  const wide factor = is_tabulated ? s->factor[at] : wide_exp(2 * s->beta * (double)field);
  if (is_narrow) return m[down] / m[up] * wide_real(factor);
  const int32_t *e = t->plane[1];
  return wide_real((wide){m[down] / m[up] * factor.m, e[down] - e[up] + factor.e});
}

static double unit(const philox_block *b, int half) {
  const uint64_t bits = (uint64_t)b->v[2 * half] << 32 | b->v[2 * half + 1];
  return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

/* Their entries are anywhere in the table: all are asked for before the first one is needed. */
static void fetch(const tn_op *op, const tn_table *t, const uint64_t after[], int64_t reads) {
  const double *m = t->plane[0];
  for (int64_t r = 0; r < reads; r++) {
    const uint64_t down = walk_down(op, after[r]);
    __builtin_prefetch(&m[down]);
    __builtin_prefetch(&m[down | UINT64_C(1) << op->slot]);
  }
}

/* 64 reads. */
static uint64_t draw_word(const sampler *s, const tn_op *op, const tn_table *t, int64_t word) {
  const int64_t first = 64 * word, end = first + 64 < s->reads ? first + 64 : s->reads;
  uint64_t *index = walk_top(&s->indices, 0), drawn = 0;
  philox_block random = {{0}};
  fetch(op, t, index + first, end - first);
  for (int64_t r = first; r < end; r++) {
    const uint64_t after = index[r], down = walk_down(op, after);
    if ((r & 1) == 0)
      random = philox_at(s->key, (uint64_t)op->leaves, (uint64_t)(s->first + r) >> 1);
    const bool is_up = unit(&random, (int)(r & 1)) * (1 + odds(s, op, t, down, after)) < 1;
    drawn |= (uint64_t)is_up << (r - first);
    index[r] = down | (uint64_t)is_up << op->slot;
  }
  return drawn;
}

static void draw(sampler *s, const tn_op *op, const tn_table *t) {
  const int64_t words = s->words;
  const int threads = words < 8 ? 1 : s->guard->threads;
  uint64_t *spins = s->spins + (int64_t)op->leaves * words;
  tabulate(s, op);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (int64_t w = 0; w < words; w++) {
    if ((w & 255) == 0 && guard_should_stop(s->guard))
      atomic_store_explicit(&s->is_over, true, memory_order_relaxed);
    if (!atomic_load_explicit(&s->is_over, memory_order_relaxed)) spins[w] = draw_word(s, op, t, w);
  }
}

static lehr_status read_op(void *user, const tn_op *op, const tn_table *before,
                           const tn_table *below) {
  sampler *s = user;
  (void)below;
  if (!walk_back(&s->indices, op, s->p->maps)) draw(s, op, before);
  return LEHR_OK;
}

static lehr_status run(void *user, const semiring *s, semiring_context *c, bool *is_complete,
                       lehr_error *err) {
  sampler *self = user;
  const tape_reader reader = {.user = self, .begin = begin, .read = read_op};
  self->s = s;
  return tape_read(self->p, s, c, &reader, is_complete, err);
}

static uint64_t own_bytes(const tn_program *p, int64_t reads) {
  return (uint64_t)p->depth * (uint64_t)reads * sizeof(uint64_t) +
         ((uint64_t)(sizeof(wide) + sizeof(double)) << MOST_FACTOR_BITS);
}

lehr_status sum_sample(const tn_program *p, double beta, tn_reads reads, const tn_guard *guard,
                       uint64_t spins[], double *log_z, bool *is_complete, lehr_error *err) {
  const uint64_t own = own_bytes(p, reads.count);
  tn_guard rest = *guard;
  rest.bytes = guard->bytes > own ? guard->bytes - own : 0;
  sampler s = {.p = p, .guard = &rest, .key = reads.key, .first = reads.first, .beta = beta};
  s.reads = reads.count;
  s.words = (reads.count + 63) / 64;
  s.spins = spins;
  uint64_t *const index = memory_array((size_t)p->depth * (size_t)reads.count, sizeof *index);
  s.indices =
      (walk_indices){.index = index, .count = reads.count, .state = 1, .table = reads.count};
  s.factor = memory_array((size_t)1 << MOST_FACTOR_BITS, sizeof *s.factor);
  s.narrow = memory_array((size_t)1 << MOST_FACTOR_BITS, sizeof *s.narrow);
  lehr_status status = index && s.factor && s.narrow ? LEHR_OK : error_memory(err, own);
  *is_complete = false;
  if (status == LEHR_OK) status = sums_run(p, beta, &rest, run, &s, is_complete, err);
  *log_z = s.log_z;
  free(index);
  free(s.factor);
  free(s.narrow);
  return status;
}

lehr_status sum_sample_plan(const tn_program *p, double beta, int64_t reads, tn_need *cost,
                            uint64_t limit, lehr_error *err) {
  const uint64_t own = own_bytes(p, reads);
  const semiring *numbers;
  tape_cost tape;
  LEHR_TRY(sums_numbers(p, beta, &numbers, err));
  LEHR_TRY(tape_plan(p, numbers, false, limit > own ? limit - own : 0, &tape, err));
  *cost = (tn_need){.bytes = own + tape.bytes, .fits = tape.fits};
  const semiring_work work = tape_work(p, &tape);
  cost->seconds = semiring_seconds(numbers, &work) + DRAW_SECONDS * (double)p->n * (double)reads;
  return LEHR_OK;
}
