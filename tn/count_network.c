/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/count_network.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/count.h"
#include "tn/count_slices.h"
#include "tn/minplus/minimum.h"
#include "tn/minplus/range.h"
#include "tn/parts.h"
#include "tn/program_make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pieces may always take so much. */
enum { LEAST_BYTES = 32 << 20 };

typedef struct counter {
  const tn_guard *guard;
  tn_count *out;
  tn_guard pieces; /* of contractions of pairs */
  double direct_seconds;
  int32_t depth;
  lehr_error *err;
} counter;

/* Of a part. */
typedef struct counted {
  int64_t energy;
  natural states;
  int8_t *spins; /* of one of them, or NULL: not wanted */
} counted;

static lehr_status count_part(counter *c, const tn_network *t, const int32_t order[], counted *n);

/* ---- One of the states ---- */

/* Two ways to the lowest energy, which must be the same. */
static lehr_status find_state(counter *c, const tn_network *t, const int32_t order[],
                              int64_t energy, int8_t spins[]) {
  mp_options options = mp_options_of((mp_orderer){0});
  mp_minimum minimum;
  options.order = order;
  LEHR_TRY(mp_minimize(t, &options, c->guard, spins, &minimum, c->err));
  c->out->is_complete = !minimum.is_stopped;
  c->out->updates += minimum.updates;
  if (minimum.is_stopped || minimum.energy == energy) return LEHR_OK;
  return error_set(c->err, LEHR_EINTERNAL, "lowest energies of two contractions differ");
}

/* ---- One contraction ---- */

static lehr_status count_directly(counter *c, const tn_network *t, const int32_t order[],
                                  const tn_program *p, counted *n) {
  LEHR_TRY(count_ground_states(p, c->guard, &n->energy, &n->states, &c->out->is_complete, c->err));
  n->energy += t->constant;
  c->out->updates += program_cost(p, 8).entries;
  return n->spins && c->out->is_complete ? find_state(c, t, order, n->energy, n->spins) : LEHR_OK;
}

static lehr_status count_at_once(counter *c, const tn_network *t, const int32_t order[],
                                 counted *n) {
  tn_program p;
  LEHR_TRY(program_from_order(t, order, &p, c->err));
  const lehr_status status = count_directly(c, t, order, &p, n);
  program_free(&p);
  return status;
}

/* ---- Two sweeps and what is between them ---- */

/* A program with the largest front at its end. */
typedef struct middle {
  tn_program program;
  int64_t begin;
  mp_range range;
} middle;

static lehr_status middle_make(const tn_network *t, const int32_t order[], middle *m,
                               lehr_error *err) {
  int32_t count = 0;
  *m = (middle){0};
  int32_t *const turned = memory_copy(order, (size_t)t->n, sizeof *turned);
  if (!turned) return error_memory(err, (uint64_t)t->n * sizeof *turned);
  lehr_status status = front_order(t, turned, &count, err);
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
    status = find_state(c, &rest, f->s->order, energy, rest_spins);
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

/* By one type; *is_proven says whether the number is one. */
static lehr_status count_by_type(counter *c, const tn_network *t, const middle *m, mp_type type,
                                 counted *n, bool *is_proven) {
  mp_front front;
  count_slices slices = {0};
  bool is_stopped;
  lehr_status status =
      front_make(&m->program, m->begin, type, c->guard, &front, &is_stopped, c->err);
  *is_proven = false;
  if (status == LEHR_EUNAVAILABLE) return LEHR_OK;
  LEHR_TRY(status);
  const int64_t bound = front.bound + t->constant;
  c->out->is_complete = !is_stopped;
  c->out->updates += program_cost(&m->program, 1).entries;
  if (!is_stopped) status = count_slices_make(t, &front, &c->pieces, &slices, c->err);
  front_free(&front);
  if (status == LEHR_OK && !is_stopped) {
    c->depth++;
    status = slices.fixed ? sum_slices(c, t, &slices, n) : count_at_once(c, t, slices.order, n);
    c->depth--;
    *is_proven = n->energy == bound;
  }
  count_slices_free(&slices);
  return status;
}

static lehr_status count_in_the_middle(counter *c, const tn_network *t, const int32_t order[],
                                       counted *n) {
  middle m;
  lehr_status status = middle_make(t, order, &m, c->err);
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

/* ---- Parts ---- */

typedef struct part {
  tn_network network;
  int32_t *order; /* [network.n] */
  int8_t *spins;  /* the same */
} part;

static void part_free(part *p) {
  network_free(&p->network);
  free(p->order);
  free(p->spins);
}

/* Part number k, with the order that its variables have among all. */
static lehr_status part_make(const tn_network *t, const tn_parts *parts, int32_t k,
                             const int32_t order[], part *out, lehr_error *err) {
  int32_t count = 0;
  const size_t size = (size_t)(parts->first[k + 1] - parts->first[k]);
  uint8_t *const is_member = memory_array((size_t)t->n, 1);
  *out = (part){.order = memory_array(size, sizeof *out->order), .spins = memory_array(size, 1)};
  lehr_status status = LEHR_ENOMEM;
  if (is_member && out->order && out->spins) status = part_network(t, parts, k, &out->network, err);
  if (status == LEHR_OK) {
    for (int32_t i = parts->first[k]; i < parts->first[k + 1]; i++) is_member[parts->member[i]] = 1;
    for (int32_t i = 0; i < t->n; i++)
      if (is_member[order[i]]) out->order[count++] = parts->place[order[i]];
  } else {
    part_free(out);
  }
  free(is_member);
  return status == LEHR_OK ? status : error_memory(err, (uint64_t)t->n * 5);
}

static lehr_status count_parts(counter *c, const tn_network *t, const tn_parts *parts,
                               const int32_t order[], counted *n) {
  n->energy = t->constant;
  natural_clear(&n->states);
  lehr_status status = natural_multiply_add(&n->states, 0, 1, c->err);
  for (int32_t k = 0; k < parts->count && status == LEHR_OK && c->out->is_complete; k++) {
    part p;
    counted own = {0};
    status = part_make(t, parts, k, order, &p, c->err);
    if (status != LEHR_OK) break;
    if (n->spins) own.spins = p.spins;
    status = count_part(c, &p.network, p.order, &own);
    n->energy += own.energy;
    if (status == LEHR_OK) status = natural_multiply(&n->states, &own.states, c->err);
    for (int32_t i = 0; i < p.network.n && n->spins; i++)
      n->spins[parts->member[parts->first[k] + i]] = p.spins[i];
    natural_free(&own.states);
    part_free(&p);
  }
  return status;
}

static lehr_status count_part(counter *c, const tn_network *t, const int32_t order[], counted *n) {
  tn_program p;
  tn_parts parts;
  count_price price;
  LEHR_TRY(program_from_order(t, order, &p, c->err));
  lehr_status status = count_price_of(&p, c->pieces.bytes, &price, c->err);
  const bool is_short = price.fits && (p.width < 2 || price.seconds < c->direct_seconds);
  if (status == LEHR_OK && is_short) status = count_directly(c, t, order, &p, n);
  program_free(&p);
  if (status != LEHR_OK || is_short) return status;
  LEHR_TRY(parts_find(t, &parts, c->err));
  status =
      parts.count == 1 ? count_in_the_middle(c, t, order, n) : count_parts(c, t, &parts, order, n);
  parts_free(&parts);
  return status;
}

lehr_status count_network(const tn_network *t, const int32_t order[], count_limits l,
                          const tn_guard *guard, int8_t spins[], tn_count *out, lehr_error *err) {
  counter c = {
      .guard = guard, .out = out, .pieces = *guard, .direct_seconds = l.seconds, .err = err};
  if (l.bytes < c.pieces.bytes) c.pieces.bytes = l.bytes;
  counted n = {.spins = spins};
  *out = (tn_count){.is_complete = true};
  const lehr_status status = count_part(&c, t, order, &n);
  out->energy = n.energy;
  out->states = n.states;
  return status;
}

/* ---- Plan ---- */

static lehr_status plan_part(const tn_network *t, const int32_t order[], const tn_guard *guard,
                             uint64_t *bytes, double *seconds, lehr_error *err) {
  middle m;
  uint64_t tables = 0;
  lehr_status status = middle_make(t, order, &m, err);
  const mp_type type = type_from(&m, MP_INT8);
  if (status == LEHR_OK) status = front_bytes(&m.program, m.begin, type, guard, &tables, err);
  *seconds += program_cost(&m.program, mp_types[type].bytes).seconds;
  if (tables > *bytes) *bytes = tables;
  program_free(&m.program);
  return status;
}

lehr_status count_network_plan(const tn_network *t, const int32_t order[], const tn_guard *guard,
                               uint64_t *bytes, double *seconds, lehr_error *err) {
  tn_parts parts;
  *bytes = LEAST_BYTES;
  *seconds = 0;
  LEHR_TRY(parts_find(t, &parts, err));
  lehr_status status = LEHR_OK;
  for (int32_t k = 0; k < parts.count && status == LEHR_OK; k++) {
    part p;
    status = part_make(t, &parts, k, order, &p, err);
    if (status != LEHR_OK) break;
    status = plan_part(&p.network, p.order, guard, bytes, seconds, err);
    part_free(&p);
  }
  parts_free(&parts);
  return status;
}
