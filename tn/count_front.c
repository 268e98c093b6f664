/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/count_slices.h"
#include "tn/counter.h"
#include "tn/program_make.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A program with the largest front at its end. */
typedef struct middle {
  const int32_t *order; /* that was given */
  double at_once;       /* seconds of a contraction of pairs by it; HUGE_VAL: does not fit */
  tn_program program;
  int64_t begin;
  mp_range range;
} middle;

static lehr_status middle_make(const tn_network *t, const int32_t order[], middle *m,
                               lehr_error *err) {
  int32_t count = 0;
  *m = (middle){.order = order, .at_once = HUGE_VAL};
  int32_t *const turned = memory_copy(order, (size_t)t->n, sizeof *turned);
  if (!turned) return error_memory(err, (uint64_t)t->n * sizeof *turned);
  lehr_status status = front_order(t, FRONT_MIDDLE, turned, &count, err);
  if (status == LEHR_OK) status = program_from_order(t, turned, &m->program, err);
  if (status == LEHR_OK) status = mp_range_of(&m->program, &m->range, err);
  m->begin = front_begin(&m->program, count);
  free(turned);
  return status;
}

/* The first type from `type` on that may do. */
static mp_type type_from(const middle *m, mp_type type) {
  for (; type <= MP_INT32; type = (mp_type)(type + 1))
    if (mp_range_may_fit(&m->range, type, 0)) return type;
  return MP_INT64;
}

/* Room for networks with slices fixed. */
typedef struct fixing {
  const tn_network *t;
  const count_slices *s;
  int32_t *number; /* [n] */
  int8_t *value;   /* [n] */
} fixing;

static lehr_status fix_slices(const fixing *f, int64_t k, tn_network *rest, lehr_error *err) {
  count_slices_values(f->s, k, f->value);
  return network_condition(f->t, f->value, rest, f->number, err);
}

static lehr_status find_sliced_state(counter *c, const fixing *f, int64_t k, int64_t energy,
                                     int8_t spins[]) {
  tn_network rest;
  int8_t *const rest_spins = memory_array((size_t)f->t->n, 1);
  if (!rest_spins) return error_memory(c->err, (uint64_t)f->t->n);
  lehr_status status = fix_slices(f, k, &rest, c->err);
  if (status == LEHR_OK) {
    status = count_find_state(c, &rest, f->s->order, energy, rest_spins);
    memcpy(spins, f->value, (size_t)f->t->n);
    for (int32_t i = 0; i < rest.n; i++) spins[f->number[i]] = rest_spins[i];
    network_free(&rest);
  }
  free(rest_spins);
  return status;
}

/* The sum over the values that optima may have. */
static lehr_status sum_values(counter *c, const fixing *f, counted *n) {
  counted each = {0};
  int64_t best = 0;
  lehr_status status = LEHR_OK;
  n->energy = INT64_MAX;
  natural_clear(&n->states);
  for (int64_t k = 0; k < f->s->count && status == LEHR_OK && c->out->is_complete; k++) {
    tn_network rest;
    if (guard_should_stop(c->guard)) c->out->is_complete = false;
    if (!c->out->is_complete) break;
    if (c->depth == 1) guard_progress(c->guard, (double)k / (double)f->s->count, "count");
    status = fix_slices(f, k, &rest, c->err);
    if (status != LEHR_OK) break;
    status = count_part(c, &rest, f->s->order, &each);
    network_free(&rest);
    if (status != LEHR_OK || !c->out->is_complete || each.energy > n->energy) continue;
    if (each.energy < n->energy) {
      natural_clear(&n->states);
      best = k;
    }
    n->energy = each.energy;
    status = natural_add(&n->states, &each.states, c->err);
    c->out->fronts++;
  }
  natural_free(&each.states);
  if (status != LEHR_OK || !c->out->is_complete || !n->spins) return status;
  return find_sliced_state(c, f, best, n->energy, n->spins);
}

static lehr_status sum_slices(counter *c, const tn_network *t, const count_slices *s, counted *n) {
  const fixing f = {.t = t,
                    .s = s,
                    .number = memory_array((size_t)t->n, sizeof *f.number),
                    .value = memory_array((size_t)t->n, 1)};
  const lehr_status status =
      f.number && f.value ? sum_values(c, &f, n) : error_memory(c->err, (uint64_t)t->n * 5);
  free(f.number);
  free(f.value);
  return status;
}

/* Of all the memory. */
static lehr_status price_at_once(const counter *c, const tn_network *t, const int32_t order[],
                                 double *seconds) {
  tn_program p;
  count_price price;
  LEHR_TRY(program_from_order(t, order, &p, c->err));
  const tn_guard all = counter_guard(c, c->guard->bytes);
  const lehr_status status = count_price_of(&p, all.bytes, &price, c->err);
  *seconds = price.fits ? price.seconds : HUGE_VAL;
  program_free(&p);
  return status;
}

static lehr_status count_at_once(counter *c, const tn_network *t, const int32_t order[],
                                 counted *n) {
  const tn_guard all = counter_guard(c, c->guard->bytes);
  tn_program p;
  LEHR_TRY(program_from_order(t, order, &p, c->err));
  const lehr_status status = count_directly(c, t, order, &p, &all, n);
  program_free(&p);
  return status;
}

/* The front is let go, the list of its values is held. */
static lehr_status count_slices_of(counter *c, const tn_network *t, const count_slices *s,
                                   counted *n) {
  const uint64_t list = count_slices_bytes(s);
  c->held += list;
  c->depth++;
  const lehr_status status = sum_slices(c, t, s, n);
  c->depth--;
  c->held -= list;
  return status;
}

static lehr_status refuse(const counter *c, const count_slices *s) {
  return error_set(c->err, LEHR_EUNAVAILABLE,
                   "too many ground states for the memory: they have %" PRId64
                   " values of %d variables",
                   s->values, (int)s->width);
}

/* By one type; *is_proven says whether the number is one. */
static lehr_status count_by_type(counter *c, const tn_network *t, const middle *m, mp_type type,
                                 counted *n, bool *is_proven) {
  const tn_guard all = counter_guard(c, c->guard->bytes);
  mp_front front;
  count_slices slices = {0};
  bool is_stopped;
  lehr_status status = front_make(&m->program, m->begin, type, &all, &front, &is_stopped, c->err);
  *is_proven = false;
  if (status == LEHR_EUNAVAILABLE) return LEHR_OK;
  LEHR_TRY(status);
  const int64_t bound = front.bound + t->constant;
  if (c->held + front.peak > c->usual) c->usual = c->held + front.peak;
  const tn_guard usual = counter_guard(c, c->usual);
  c->out->updates += program_cost(&m->program, 1).entries;
  if (!is_stopped) status = count_slices_make(t, &front, m->at_once, &usual, &slices, c->err);
  front_free(&front);
  c->out->is_complete = !is_stopped && !slices.is_stopped;
  if (status == LEHR_OK && c->out->is_complete) {
    if (slices.order)
      status = count_slices_of(c, t, &slices, n);
    else
      status = m->at_once < HUGE_VAL ? count_at_once(c, t, m->order, n) : refuse(c, &slices);
    *is_proven = !slices.order || n->energy == bound;
  }
  count_slices_free(&slices);
  return status;
}

lehr_status count_by_front(counter *c, const tn_network *t, const int32_t order[], counted *n) {
  middle m;
  lehr_status status = middle_make(t, order, &m, c->err);
  if (status == LEHR_OK && c->direct_seconds > 0) status = price_at_once(c, t, order, &m.at_once);
  mp_type type = type_from(&m, MP_INT8);
  bool is_proven = false;
  while (status == LEHR_OK && !is_proven && c->out->is_complete) {
    status = count_by_type(c, t, &m, type, n, &is_proven);
    if (is_proven || type == MP_INT64) break;
    type = type_from(&m, type == MP_INT32 ? MP_INT64 : (mp_type)(type + 1));
  }
  if (status == LEHR_OK && c->out->is_complete && !is_proven)
    status = error_set(c->err, LEHR_EINTERNAL, "numbers of states do not add up");
  program_free(&m.program);
  return status;
}

lehr_status count_front_plan(const tn_network *t, const int32_t order[], const tn_guard *guard,
                             uint64_t *bytes, double *seconds, lehr_error *err) {
  middle m;
  uint64_t sweeps = 0;
  lehr_status status = middle_make(t, order, &m, err);
  const mp_type type = type_from(&m, MP_INT8);
  if (status == LEHR_OK) status = front_bytes(&m.program, m.begin, type, guard, &sweeps, err);
  *seconds += program_cost(&m.program, mp_types[type].bytes).seconds;
  if (sweeps > *bytes) *bytes = sweeps;
  program_free(&m.program);
  return status;
}
