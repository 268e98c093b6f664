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

static lehr_status solve(const solver *s, const tn_network *t, int8_t spins[], int64_t *bound);

/* ---- Planning ---- */

static lehr_status make_program(piece *p, const int32_t order[], tn_elimination *e,
                                lehr_error *err) {
  LEHR_TRY(elimination_make(network_graph(p->t), order, TN_MOST_SLOTS, e, err));
  return program_make(p->t, e, &p->program, err);
}

/* The same tables with the largest at the end; decisions from there on at least. */
static lehr_status turn_round(const solver *s, piece *p, tn_elimination *e, int32_t order[]) {
  int32_t last;
  LEHR_TRY(elimination_reroot_heaviest(e, order, &last, s->err));
  elimination_free(e);
  program_free(&p->program);
  LEHR_TRY(make_program(p, order, e, s->err));
  p->first_decision = mp_first_decision(&p->program, s->options->decision_bytes);
  for (int64_t k = 0; k < p->first_decision; k++) {
    const tn_op *const op = &p->program.ops[k];
    const bool leaves = op->kind == TN_ELIM || op->kind == TN_REPLACE;
    if (leaves && e->rank[op->leaves] >= e->n - last) p->first_decision = k;
  }
  return LEHR_OK;
}

/* The caller's order, or the best that a search finds. */
static lehr_status find_order(const solver *s, const tn_network *t, int32_t order[]) {
  const mp_orderer *const by = &s->options->orderer;
  if (by->find) return by->find(by->user, t, order, s->err);
  const order_limits limits = {.most_entries = (double)s->guard->bytes,
                               .bytes = 1,
                               .work = s->options->order_work,
                               .seed = 1,
                               .time_index = t->time_index};
  order_found found;
  LEHR_TRY(order_find(network_graph(t), &limits, &found, s->err));
  memcpy(order, found.order, (size_t)t->n * sizeof *order);
  free(found.order);
  return LEHR_OK;
}

static lehr_status plan_piece(const solver *s, piece *p, bool wants_state) {
  tn_elimination e = {0};
  int32_t *const order = memory_array((size_t)p->t->n, sizeof *order);
  if (!order) return error_memory(s->err, (uint64_t)p->t->n * sizeof *order);
  lehr_status status = find_order(s, p->t, order);
  if (status == LEHR_OK) status = make_program(p, order, &e, s->err);
  if (status == LEHR_OK)
    p->first_decision =
        wants_state ? mp_first_decision(&p->program, s->options->decision_bytes) : p->program.n_ops;
  if (status == LEHR_OK && wants_state && p->first_decision > 0)
    status = turn_round(s, p, &e, order);
  if (status == LEHR_OK) status = mp_range_of(&p->program, &p->range, s->err);
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

static lehr_status run_attempt(const solver *s, const piece *p, const attempt *a, int8_t spins[],
                               int64_t *bound) {
  mp_setup setup = mp_setup_of(a->type, a->shift);
  mp_result result;
  setup.level = s->options->level;
  setup.first_decision = p->first_decision;
  LEHR_TRY(mp_run(&p->program, &setup, s->guard, spins, &result, s->err));
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
    status = solve(s, &rest, rest_spins, &bound);
    for (int32_t k = 0; k < rest.n; k++) spins[number[k]] = rest_spins[k];
    network_free(&rest);
  }
  free(number);
  free(rest_spins);
  return status;
}

static lehr_status solve_piece(const solver *s, const tn_network *t, int8_t spins[],
                               int64_t *bound) {
  piece p = {.t = t};
  lehr_status status = plan_piece(s, &p, spins != NULL);
  mp_type type = s->options->least;
  while (status == LEHR_OK) {
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

/* Part by part; *bound is without t's constant. */
static lehr_status solve(const solver *s, const tn_network *t, int8_t spins[], int64_t *bound) {
  tn_parts parts;
  int8_t *const some = spins ? memory_array((size_t)t->n, 1) : NULL;
  *bound = 0;
  if (spins && !some) return error_memory(s->err, (uint64_t)t->n);
  lehr_status status = parts_find(t, &parts, s->err);
  for (int32_t k = 0; status == LEHR_OK && k < parts.count && !s->out->is_stopped; k++) {
    const int32_t size = parts.first[k + 1] - parts.first[k],
                  *member = parts.member + parts.first[k];
    tn_network part;
    int64_t its_bound = 0;
    if (size == 1) {
      const int64_t h = t->h[member[0]];
      *bound -= h < 0 ? -h : h;
      if (spins) spins[member[0]] = h < 0 ? 1 : -1;
      continue;
    }
    status = part_network(t, &parts, k, &part, s->err);
    if (status != LEHR_OK) break;
    status = solve_piece(s, &part, some, &its_bound);
    network_free(&part);
    *bound += its_bound;
    for (int32_t i = 0; spins && i < size; i++) spins[member[i]] = some[i];
  }
  if (parts.first) parts_free(&parts);
  free(some);
  return status;
}

lehr_status mp_minimize(const tn_network *t, const mp_options *o, const tn_guard *guard,
                        int8_t spins[], mp_minimum *out, lehr_error *err) {
  const solver s = {.options = o, .guard = guard, .out = out, .err = err};
  *out = (mp_minimum){0};
  LEHR_TRY(solve(&s, t, spins, &out->bound));
  out->bound += t->constant;
  out->energy = spins && !out->is_stopped ? network_energy(t, spins) : out->bound;
  return LEHR_OK;
}
