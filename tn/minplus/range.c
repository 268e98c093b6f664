/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/range.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

/* What was charged to the variable in each slot of one table. */
typedef struct charges {
  int width;
  int64_t raised; /* what joined factors may have added to the minimum since the last pass */
  int64_t slot[TN_MOST_SLOTS];
} charges;

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

static int64_t sum_of(const charges *t) {
  int64_t sum = 0;
  for (int k = 0; k < t->width; k++) sum += t->slot[k];
  return sum;
}

static void leave(const tn_program *p, const tn_op *op, charges *t, mp_range *r) {
  int64_t step = magnitude(op->field);
  t->raised = 0;
  for (int32_t k = 0; k < op->n_terms; k++) {
    const tn_term *const term = &p->terms[op->first_term + k];
    t->slot[term->slot] += magnitude(term->J);
    step += magnitude(term->J);
  }
  if (op->kind == TN_REPLACE) {
    t->slot[op->slot] = magnitude(op->enter_coupling);
    step += magnitude(op->enter_coupling);
  } else {
    t->slot[op->slot] = t->slot[--t->width];
  }
  if (step > r->step) r->step = step;
}

/* By how much the flip of one variable can change the table, at most. A minimum of other tables'
 * sum with this one changes by no more. */
static void begin_factor(tn_factor f, charges *t, mp_range *r) {
  *t = (charges){.width = f.width};
  for (int32_t k = 0; k < f.width; k++) {
    for (int64_t e = 0; e < (int64_t)1 << f.width; e++) {
      const int64_t change = magnitude(f.value[e] - f.value[e ^ (int64_t)1 << k]) / 2;
      if (change > t->slot[k]) t->slot[k] = change;
    }
  }
  for (int64_t e = 0; e < (int64_t)1 << f.width; e++)
    if (f.value[e] / 2 > t->raised) t->raised = f.value[e] / 2;
  if (t->raised > r->step) r->step = t->raised;
}

static void apply(const tn_program *p, const tn_op *op, charges **top, mp_range *r) {
  switch (op->kind) {
  case TN_PUSH:
    *++*top = (charges){0};
    return;
  case TN_FACTOR:
    begin_factor(factors_at(&p->factors, op->factor), ++*top, r);
    return;
  case TN_INTRO:
    (*top)->raised = 0;
    (*top)->slot[(*top)->width++] = 0;
    return;
  case TN_JOIN:
    for (int k = 0; k < op->width; k++) (*top)[-1].slot[p->maps[op->map + k]] += (*top)->slot[k];
    (*top)[-1].raised += (*top)->raised;
    --*top;
    if ((*top)->raised > r->step) r->step = (*top)->raised;
    return;
  default:
    leave(p, op, *top, r);
  }
}

lehr_status mp_range_of(const tn_program *p, mp_range *out, lehr_error *err) {
  charges *const stack = memory_array((size_t)p->depth + 1, sizeof *stack), *top = stack;
  *out = (mp_range){0};
  if (!stack) return error_memory(err, ((uint64_t)p->depth + 1) * sizeof *stack);
  for (int64_t k = 0; k < p->n_ops; k++) {
    apply(p, &p->ops[k], &top, out);
    const int64_t range = top == stack ? 0 : sum_of(top);
    if (range > out->table) out->table = range;
  }
  free(stack);
  return LEHR_OK;
}

/* A quarter of the type is left for what a pass adds to the minimum, a sixteenth for what is not
 * subtracted before (pass.h, run.c). */
static int64_t room_of(mp_type type, int shift) {
  const int64_t room = mp_types[type].top / 16 * 11;
  return room > INT64_MAX >> shift ? INT64_MAX : room << shift;
}

bool mp_range_fits(const mp_range *r, mp_type type, int shift) {
  return r->table + r->step <= room_of(type, shift);
}

bool mp_range_may_fit(const mp_range *r, mp_type type, int shift) {
  enum { USUAL = 4 };
  return r->table / USUAL + r->step <= room_of(type, shift);
}

int64_t mp_float_error(const mp_range *r, int64_t n_ops) {
  enum { ROUNDINGS = 6 };
  const double half_ulp = 0x1p-24, entry = 2 * ((double)r->table + 2 * (double)r->step);
  return (int64_t)((double)n_ops * ROUNDINGS * half_ulp * entry) + 1;
}
