/* SPDX-License-Identifier: Apache-2.0 */
/* The derivative of Z by an entry of a table is the sum over the states of all that is not in the
 * table's past, so that table times derivative is Z times the probability of the front. Derivatives
 * are taken backwards through the program, on a stack of tables like that of the program itself. */
#include "base/error.h"
#include "base/memory.h"
#include "tn/semiring/sums.h"
#include "tn/semiring/wide.h"
#include "tn/slots.h"
#include "tn/sumproduct.h"

#include <stdlib.h>
#include <string.h>

static const double least_total = 0x1p-900; /* below, products may have underflowed */

typedef struct marginals {
  const tn_program *p;
  const semiring *s;
  semiring_context *c;
  double beta, log_z;
  bool fronts;
  region region;
  machine adjoint;
  tn_table factor; /* of the widest factor */
  tn_slots slots;  /* before the operation that is read */
  const tn_marginals *out;
  int64_t n_pairs;
} marginals;

static tn_table *top(const marginals *m) { return machine_top(&m->adjoint); }

/* The stack after the last operation: one table of width 0, d log Z / dZ = 1 / Z, up to a factor.
 */
static lehr_status begin(void *user, const tn_table *root) {
  marginals *m = user;
  const double *mantissa = root->plane[0];
  m->log_z = sums_log(m->p, m->s, m->beta, root);
  m->n_pairs = 0;
  m->adjoint.depth = 1;
  m->s->one(top(m));
  if (m->s->kind != SUM_WIDE) return LEHR_OK;
  *(double *)top(m)->plane[0] = 1 / *mantissa;
  *(int32_t *)top(m)->plane[1] = -*(const int32_t *)root->plane[1];
  return LEHR_OK;
}

static void add_pair(marginals *m, int32_t i, int32_t j, double correlation) {
  m->out->pairs[m->n_pairs++] = (tn_pair){i < j ? i : j, i < j ? j : i, correlation};
}

static void note(marginals *m, const tn_op *op, const correlations *c) {
  const tn_table_slots *slots = slots_top(&m->slots);
  if (!(c->total >= least_total)) {
    m->c->is_exact = false;
    return;
  }
  m->out->mean[op->leaves] = c->mean / c->total;
  for (int32_t k = 0; k < op->width && m->fronts; k++)
    if (k != op->slot) add_pair(m, op->leaves, slots->variable[k], c->slot[k] / c->total);
  for (int32_t k = 0; k < op->n_terms && !m->fronts; k++) {
    const tn_term *term = &m->p->terms[op->first_term + k];
    add_pair(m, op->leaves, term->variable, c->slot[term->slot] / c->total);
  }
  if (op->enter_coupling != 0) add_pair(m, op->leaves, op->enters, c->enters / c->total);
}

static void read_leaving(marginals *m, const tn_op *op, const tn_table *before) {
  correlations c;
  const semiring_back back = {.p = m->p, .op = op, .a = top(m), .was_a = before, .out = &c};
  m->s->adjoint(m->c, &back);
  if (!m->c->is_stopped && m->c->is_exact) note(m, op, &c);
}

static wide entry_at(const semiring *s, const tn_table *t, int64_t e) {
  const double *m = t->plane[0];
  return s->kind == SUM_WIDE ? (wide){m[e], ((const int32_t *)t->plane[1])[e]} : wide_from(m[e]);
}

/* The factor times its derivative is, up to a common factor, the probability of its entries. */
static void read_factor(marginals *m, const tn_op *op) {
  const tn_factor f = factors_at(&m->p->factors, op->factor);
  double *const p = m->out->entries + m->p->factors.entry[op->factor];
  const int64_t count = (int64_t)1 << f.width;
  wide sum = {0, WIDE_LOWEST};
  m->factor.width = f.width;
  m->factor.exponent = 0;
  m->s->factor(m->c, f, &m->factor);
  for (int64_t e = 0; e < count; e++)
    sum = wide_plus(sum, wide_times(entry_at(m->s, &m->factor, e), entry_at(m->s, top(m), e)));
  for (int64_t e = 0; e < count; e++) {
    const wide own = wide_times(entry_at(m->s, &m->factor, e), entry_at(m->s, top(m), e));
    p[e] = wide_real((wide){own.m / sum.m, own.e - sum.e});
  }
}

static lehr_status read_op(void *user, const tn_op *op, const tn_table *before,
                           const tn_table *below) {
  marginals *m = user;
  slots_backward(&m->slots, m->p, op);
  switch (op->kind) {
  case TN_FACTOR:
    if (m->out->entries) read_factor(m, op);
    m->adjoint.depth--;
    break;
  case TN_PUSH:
    m->adjoint.depth--;
    break;
  case TN_INTRO:
    m->s->adjoint(m->c, &(semiring_back){.p = m->p, .op = op, .a = top(m)});
    break;
  case TN_JOIN:
    m->adjoint.depth++;
    m->s->adjoint(
        m->c,
        &(semiring_back){
            .p = m->p, .op = op, .a = top(m) - 1, .b = top(m), .was_a = below, .was_b = before});
    break;
  default:
    read_leaving(m, op, before);
    break;
  }
  return LEHR_OK;
}

/* Slots after the last operation, for slots_backward. */
static lehr_status slots_at_end(marginals *m, lehr_error *err) {
  slots_free(&m->slots);
  m->slots = (tn_slots){0};
  if (!slots_reserve(&m->slots, m->p->depth)) return error_memory(err, sizeof(tn_table_slots));
  for (int64_t k = 0; k < m->p->n_ops; k++) slots_forward(&m->slots, m->p, &m->p->ops[k]);
  return LEHR_OK;
}

static int32_t widest_factor(const tn_program *p) {
  int32_t width = 0;
  for (int32_t k = 0; k < p->factors.count; k++) {
    const tn_factor f = factors_at(&p->factors, k);
    if (f.width > width) width = f.width;
  }
  return width;
}

static lehr_status own_bytes(const tn_program *p, const semiring *s, size_t *bytes,
                             lehr_error *err) {
  LEHR_TRY(machine_bytes(p, s, bytes, err));
  *bytes += table_bytes(s, widest_factor(p));
  return LEHR_OK;
}

static lehr_status run_within(marginals *m, bool *is_complete, lehr_error *err) {
  const tape_reader reader = {.user = m, .wants_joins = true, .begin = begin, .read = read_op};
  LEHR_TRY(machine_make(&m->adjoint, m->p, m->s, &m->region, err));
  m->factor = table_take(&m->region, m->s, widest_factor(m->p));
  const lehr_status status = tape_read(m->p, m->s, m->c, &reader, is_complete, err);
  machine_free(&m->adjoint);
  return status;
}

static lehr_status run_guarded(marginals *m, const semiring *s, semiring_context *c,
                               uint64_t *bytes, bool *is_complete, lehr_error *err) {
  size_t own;
  *is_complete = false;
  LEHR_TRY(own_bytes(m->p, s, &own, err));
  *bytes = *bytes > own ? *bytes - own : 0;
  m->s = s;
  m->c = c;
  LEHR_TRY(slots_at_end(m, err));
  LEHR_TRY(region_make(&m->region, own, err));
  const lehr_status status = run_within(m, is_complete, err);
  region_free(&m->region);
  return status;
}

/* The guard of the caller, less what marginals take themselves. */
static lehr_status run(void *user, const semiring *s, semiring_context *c, bool *is_complete,
                       lehr_error *err) {
  const tn_guard *guard = c->guard;
  tn_guard rest = *guard;
  c->guard = &rest;
  const lehr_status status = run_guarded(user, s, c, &rest.bytes, is_complete, err);
  c->guard = guard;
  return status;
}

static int compare_pairs(const void *left, const void *right) {
  const tn_pair *a = left, *b = right;
  if (a->i != b->i) return a->i < b->i ? -1 : 1;
  return (a->j > b->j) - (a->j < b->j);
}

int64_t sum_pairs(const tn_program *p, bool fronts) {
  int64_t count = 0;
  for (int64_t k = 0; k < p->n_ops; k++) {
    const tn_op *op = &p->ops[k];
    if (op->kind != TN_ELIM && op->kind != TN_REPLACE) continue;
    count += fronts ? op->width - 1 : op->n_terms;
    count += op->enter_coupling != 0;
  }
  return count;
}

lehr_status sum_marginals(const tn_program *p, double beta, bool fronts, const tn_guard *guard,
                          const tn_marginals *out, double *log_z, bool *is_complete,
                          lehr_error *err) {
  marginals m = {.p = p, .beta = beta, .fronts = fronts, .out = out};
  const lehr_status status = sums_run(p, beta, guard, run, &m, is_complete, err);
  slots_free(&m.slots);
  if (status != LEHR_OK || !*is_complete) return status;
  qsort(out->pairs, (size_t)m.n_pairs, sizeof *out->pairs, compare_pairs);
  *log_z = m.log_z;
  return LEHR_OK;
}

lehr_status sum_marginals_plan(const tn_program *p, double beta, tn_need *cost, uint64_t limit,
                               lehr_error *err) {
  const semiring *numbers;
  tape_cost tape;
  size_t own;
  LEHR_TRY(sums_numbers(p, beta, &numbers, err));
  LEHR_TRY(own_bytes(p, numbers, &own, err));
  LEHR_TRY(tape_plan(p, numbers, true, limit > own ? limit - own : 0, &tape, err));
  *cost = (tn_need){.bytes = own + tape.bytes, .fits = tape.fits};
  semiring_work work = tape_work(p, &tape);
  work.operations *= 2;
  work.back = tape.once;
  work.bytes += own;
  cost->seconds = semiring_seconds(numbers, &work);
  return LEHR_OK;
}
