/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/minimum.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/range.h"
#include "tn/order_find.h"
#include "tn/parts.h"
#include "tn/program_make.h"
#include "tn/reroot.h"

#include <stdlib.h>
#include <string.h>

typedef struct solver {
  const mp_options *options;
  const tn_guard *guard;
  mp_minimum *out;
  bool only_plans; /* and leaves the bytes in out->peak */
  lehr_error *err;
} solver;

mp_options mp_options_of(mp_orderer orderer) {
  return (mp_options){.orderer = orderer,
                      .order_work = ORDER_WORK,
                      .level = cpu_best_level(),
                      .least = MP_INT8,
                      .decision_bytes = (uint64_t)16 << 20};
}

/* A connected network with what is needed to run it. */
typedef struct piece {
  const tn_network *t;
  tn_program program;
  mp_range range;
  int64_t first_decision;
} piece;

static lehr_status solve(const solver *s, const tn_network *t, const int32_t order[],
                         int8_t spins[], int64_t *bound);

/* ---- Planning ---- */

static lehr_status make_program(piece *p, const int32_t order[], tn_elimination *e,
                                lehr_error *err) {
  LEHR_TRY(elimination_make(network_graph(p->t), order, TN_MOST_SLOTS, e, err));
  return program_make(p->t, e, &p->program, err);
}

/* Decisions from `order_rank` on at least, that is of all variables that leave from there on. */
static void keep_decisions(const solver *s, piece *p, const tn_elimination *e, int32_t order_rank) {
  p->first_decision = mp_first_decision(&p->program, s->options->decision_bytes);
  for (int64_t k = 0; k < p->first_decision; k++) {
    const tn_op *const op = &p->program.ops[k];
    const bool leaves = op->kind == TN_ELIM || op->kind == TN_REPLACE;
    if (leaves && e->rank[op->leaves] >= order_rank) p->first_decision = k;
  }
}

/* How many of the last variables are in one table in the end. */
static int32_t last_front(const tn_elimination *e) {
  int32_t count = 0;
  for (; count < e->n; count++) {
    const int32_t v = e->order[e->n - 1 - count];
    if (e->first[v + 1] - e->first[v] != count) break;
  }
  return count;
}

/* The same tables with the largest at the end, with two of them at a time. */
static lehr_status turn_round(const solver *s, piece *p, const tn_elimination *e) {
  tn_elimination turned = {0};
  int32_t last;
  int32_t *const order = memory_array((size_t)p->t->n, sizeof *order);
  if (!order) return error_memory(s->err, (uint64_t)p->t->n * sizeof *order);
  lehr_status status = elimination_reroot_heaviest(e, order, &last, s->err);
  if (status == LEHR_OK) status = make_program(p, order, &turned, s->err);
  if (status == LEHR_OK) keep_decisions(s, p, &turned, turned.n - last);
  if (status == LEHR_OK) status = mp_range_of(&p->program, &p->range, s->err);
  elimination_free(&turned);
  free(order);
  return status;
}

static lehr_status first_bytes(const solver *s, const piece *p, bool wants_state, uint64_t *bytes);

/* A state, though not all decisions fit: from the middle of the order if the two tables that meet
 * there fit the memory, else from its end. */
static lehr_status keep_some(const solver *s, piece *p, const tn_elimination *e) {
  piece middle = {.t = p->t};
  uint64_t bytes = 0;
  lehr_status status = turn_round(s, &middle, e);
  if (status == LEHR_OK) status = first_bytes(s, &middle, true, &bytes);
  if (status == LEHR_OK && bytes <= s->guard->bytes) {
    const piece end = *p;
    *p = middle;
    middle = end;
  } else if (status == LEHR_OK) {
    keep_decisions(s, p, e, e->n - last_front(e));
  }
  program_free(&middle.program);
  return status;
}

/* What the caller's function says, or the best that a search finds. */
static lehr_status find_order(const solver *s, const tn_network *t, int32_t order[]) {
  const mp_orderer *const by = &s->options->orderer;
  if (by->find) return by->find(by->user, t, order, s->err);
  const order_limits limits = {.most_entries = (double)s->guard->bytes,
                               .bytes = 1,
                               .work = s->options->order_work,
                               .seed = 1,
                               .time_index = t->time_index,
                               .guard = s->guard};
  order_found found;
  LEHR_TRY(order_find(network_graph(t), &limits, &found, s->err));
  memcpy(order, found.order, (size_t)t->n * sizeof *order);
  free(found.order);
  return LEHR_OK;
}

/* given: an order, or NULL. */
static lehr_status plan_piece(const solver *s, piece *p, const int32_t given[], bool wants_state) {
  tn_elimination e = {0};
  int32_t *const order = memory_array((size_t)p->t->n, sizeof *order);
  if (!order) return error_memory(s->err, (uint64_t)p->t->n * sizeof *order);
  lehr_status status = LEHR_OK;
  if (given)
    memcpy(order, given, (size_t)p->t->n * sizeof *order);
  else
    status = find_order(s, p->t, order);
  if (status == LEHR_OK) status = make_program(p, order, &e, s->err);
  if (status == LEHR_OK)
    p->first_decision =
        wants_state ? mp_first_decision(&p->program, s->options->decision_bytes) : p->program.n_ops;
  if (status == LEHR_OK) status = mp_range_of(&p->program, &p->range, s->err);
  if (status == LEHR_OK && wants_state && p->first_decision > 0) status = keep_some(s, p, &e);
  if (p->program.width > s->out->width) s->out->width = p->program.width;
  elimination_free(&e);
  free(order);
  return status;
}

/* ---- Types ---- */

/* One after the other until the state proves the value. */
typedef struct attempt {
  mp_type type;
  int shift;
  bool is_exact; /* cannot saturate, nothing rounded */
} attempt;

static bool is_worth_it(const piece *p, mp_type type, bool wants_state) {
  return wants_state ? mp_range_may_fit(&p->range, type, 0) : mp_range_fits(&p->range, type, 0);
}

/* The next attempt from `type` on. */
static attempt attempt_from(const solver *s, const piece *p, mp_type type, bool wants_state) {
  for (; type <= MP_INT32; type = (mp_type)(type + 1))
    if (is_worth_it(p, type, wants_state))
      return (attempt){.type = type, .is_exact = mp_range_fits(&p->range, type, 0)};
  if (s->options->tolerance > 0 && type <= MP_FLOAT) {
    int shift = 0;
    while (!mp_range_fits(&p->range, MP_INT32, shift)) shift++;
    if (type == MP_FLOAT && s->options->least != MP_FLOAT)
      return (attempt){.type = MP_INT32, .shift = shift};
    if (s->options->least == MP_FLOAT) return (attempt){.type = MP_FLOAT};
  }
  return (attempt){.type = MP_INT64, .is_exact = true};
}

static mp_setup setup_of(const solver *s, const piece *p, const attempt *a) {
  mp_setup setup = mp_setup_of(a->type, a->shift);
  setup.level = s->options->level;
  setup.first_decision = p->first_decision;
  return setup;
}

/* Of the first attempt. */
static lehr_status first_bytes(const solver *s, const piece *p, bool wants_state, uint64_t *bytes) {
  const attempt a = attempt_from(s, p, s->options->least, wants_state);
  const mp_setup setup = setup_of(s, p, &a);
  int32_t threads = s->guard->threads;
  return mp_fit_threads(&p->program, &setup, s->guard->bytes, &threads, bytes, s->err);
}

static lehr_status run_attempt(const solver *s, const piece *p, const attempt *a, int8_t spins[],
                               int64_t *bound) {
  mp_setup setup = setup_of(s, p, a);
  mp_result result;
  pages_kept kept = {0};
  tn_guard guard = *s->guard;
  uint64_t bytes;
  LEHR_TRY(mp_fit_threads(&p->program, &setup, guard.bytes, &guard.threads, &bytes, s->err));
  setup.kept = &kept;
  if (bytes < guard.bytes) guard.bytes = bytes; /* and no more than that is kept */
  const lehr_status status = mp_run(&p->program, &setup, &guard, spins, &result, s->err);
  pages_kept_free(&kept);
  LEHR_TRY(status);
  *bound = result.energy;
  if (a->type == MP_FLOAT) *bound -= mp_float_error(&p->range, p->program.n_ops);
  s->out->runs++;
  s->out->updates += result.updates;
  s->out->is_stopped |= result.is_stopped;
  if (a->type > s->out->type) s->out->type = a->type;
  if (result.peak > s->out->peak) s->out->peak = result.peak;
  return LEHR_OK;
}

/* ---- States ---- */

/* spins[] has 0 where the run did not decide; what is left is solved given the others. */
static lehr_status complete(const solver *s, const tn_network *t, int8_t spins[]) {
  tn_network rest;
  int64_t bound;
  int32_t *const number = memory_array((size_t)t->n, sizeof *number);
  int8_t *const rest_spins = memory_array((size_t)t->n, 1);
  if (!number || !rest_spins) {
    free(number);
    free(rest_spins);
    return error_memory(s->err, (uint64_t)t->n * 5);
  }
  lehr_status status = network_condition(t, spins, &rest, number, s->err);
  if (status == LEHR_OK) {
    status = solve(s, &rest, NULL, rest_spins, &bound);
    for (int32_t k = 0; k < rest.n; k++) spins[number[k]] = rest_spins[k];
    network_free(&rest);
  }
  free(number);
  free(rest_spins);
  return status;
}

static lehr_status solve_piece(const solver *s, const tn_network *t, const int32_t order[],
                               int8_t spins[], int64_t *bound) {
  piece p = {.t = t};
  lehr_status status = plan_piece(s, &p, order, spins != NULL);
  mp_type type = s->options->least;
  if (status == LEHR_OK && s->only_plans) {
    uint64_t bytes = 0;
    status = first_bytes(s, &p, spins != NULL, &bytes);
    if (bytes > s->out->peak) s->out->peak = bytes;
  }
  while (status == LEHR_OK && !s->only_plans) {
    const attempt a = attempt_from(s, &p, type, spins != NULL);
    if (spins) memset(spins, 0, (size_t)t->n);
    status = run_attempt(s, &p, &a, spins, bound);
    if (status != LEHR_OK || s->out->is_stopped || !spins) break;
    if (p.first_decision > 0) status = complete(s, t, spins);
    if (status != LEHR_OK || s->out->is_stopped) break;
    const int64_t gap = network_energy(t, spins) - *bound;
    if (gap <= (a.shift > 0 || a.type == MP_FLOAT ? s->options->tolerance : 0)) break;
    if (a.is_exact) {
      status = error_set(s->err, LEHR_EINTERNAL, "energies of the parts do not add up");
      break;
    }
    s->out->repeated++;
    type = a.shift > 0 || a.type == MP_FLOAT ? MP_INT64 : (mp_type)(a.type + 1);
  }
  program_free(&p.program);
  return status;
}

/* Parts of a network, and the order of all variables part by part. */
typedef struct divided {
  const tn_network *t;
  tn_parts parts;
  int32_t *order; /* [n] numbers within the part, at the places of its members; NULL: none given */
  int8_t *spins;  /* [n] of a part; NULL: not wanted */
} divided;

/* Each part's variables in the order of all. */
static bool divide_order(divided *d, const int32_t order[]) {
  const int32_t n = d->t->n;
  int32_t *const part = memory_array((size_t)n, sizeof *part);
  int32_t *const end = memory_array((size_t)d->parts.count, sizeof *end);
  d->order = memory_array((size_t)n, sizeof *d->order);
  const bool is_made = part && end && d->order;
  for (int32_t k = 0; is_made && k < d->parts.count; k++) {
    end[k] = d->parts.first[k];
    for (int32_t i = end[k]; i < d->parts.first[k + 1]; i++) part[d->parts.member[i]] = k;
  }
  for (int32_t i = 0; is_made && i < n; i++)
    d->order[end[part[order[i]]]++] = d->parts.place[order[i]];
  free(part);
  free(end);
  return is_made;
}

static lehr_status divide(divided *d, const int32_t order[], bool wants_spins, lehr_error *err) {
  LEHR_TRY(parts_find(d->t, &d->parts, err));
  if (wants_spins) d->spins = memory_array((size_t)d->t->n, 1);
  const bool is_made = (!order || divide_order(d, order)) && (!wants_spins || d->spins);
  return is_made ? LEHR_OK : error_memory(err, (uint64_t)d->t->n * 4 * sizeof(int32_t));
}

/* Part number k; *bound grows by what it is. */
static lehr_status solve_part(const solver *s, const divided *d, int32_t k, int8_t spins[],
                              int64_t *bound) {
  const int32_t first = d->parts.first[k], size = d->parts.first[k + 1] - first;
  const int32_t *const member = d->parts.member + first;
  tn_network part;
  int64_t its_bound = 0;
  if (size == 1) {
    const int64_t h = d->t->h[member[0]];
    *bound -= h < 0 ? -h : h;
    if (spins) spins[member[0]] = h < 0 ? 1 : -1;
    return LEHR_OK;
  }
  LEHR_TRY(part_network(d->t, &d->parts, k, &part, s->err));
  const lehr_status status =
      solve_piece(s, &part, d->order ? d->order + first : NULL, d->spins, &its_bound);
  network_free(&part);
  *bound += its_bound;
  for (int32_t i = 0; spins && i < size; i++) spins[member[i]] = d->spins[i];
  return status;
}

/* Part by part, by the order if there is one; *bound is without t's constant. */
static lehr_status solve(const solver *s, const tn_network *t, const int32_t order[],
                         int8_t spins[], int64_t *bound) {
  divided d = {.t = t};
  *bound = 0;
  lehr_status status = divide(&d, order, spins != NULL, s->err);
  for (int32_t k = 0; status == LEHR_OK && k < d.parts.count && !s->out->is_stopped; k++)
    status = solve_part(s, &d, k, spins, bound);
  parts_free(&d.parts);
  free(d.order);
  free(d.spins);
  return status;
}

lehr_status mp_minimize(const tn_network *t, const mp_options *o, const tn_guard *guard,
                        int8_t spins[], mp_minimum *out, lehr_error *err) {
  const solver s = {.options = o, .guard = guard, .out = out, .err = err};
  *out = (mp_minimum){0};
  LEHR_TRY(solve(&s, t, o->order, spins, &out->bound));
  out->bound += t->constant;
  out->energy = spins && !out->is_stopped ? network_energy(t, spins) : out->bound;
  return LEHR_OK;
}

lehr_status mp_minimize_bytes(const tn_plan *p, const mp_options *o, const tn_guard *guard,
                              uint64_t *bytes, lehr_error *err) {
  mp_minimum out = {0};
  const solver s = {.options = o, .guard = guard, .out = &out, .only_plans = true, .err = err};
  int64_t bound;
  int8_t *const spins = memory_array((size_t)p->network.n, 1);
  if (!spins) return error_memory(err, (uint64_t)p->network.n);
  const lehr_status status = solve(&s, &p->network, p->order, spins, &bound);
  free(spins);
  *bytes = out.peak;
  return status;
}

lehr_status mp_minimize_plan(const tn_plan *p, const mp_options *o, const tn_guard *guard,
                             uint8_t bits[], mp_minimum *out, lehr_error *err) {
  mp_options by_plan = *o;
  if (!p->fits) return error_set(err, LEHR_EUNAVAILABLE, "the tables do not fit the memory");
  int8_t *const spins = bits ? memory_array((size_t)p->network.n, 1) : NULL;
  if (bits && !spins) return error_memory(err, (uint64_t)p->network.n);
  by_plan.order = p->order;
  lehr_status status = mp_minimize(&p->network, &by_plan, guard, spins, out, err);
  if (status == LEHR_OK && bits && !out->is_stopped) status = plan_bits(p, spins, bits, err);
  free(spins);
  return status;
}
