/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/piece.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/front.h"
#include "tn/order_find.h"
#include "tn/program_make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Seconds of a run whose decisions are traced back, per second of one for the energy. */
static const double TRACED = 2.2;
/* Pieces that take more than this share of the whole are no narrower than it. */
static const double WIDE_SHARE = 0.5;
/* What is spent to find that out. */
enum { SHORT_WORK = 10000000 };

/* ---- Types ---- */

static bool is_worth_it(const mp_planner *by, const mp_piece *p, mp_type type) {
  return by->wants_state ? mp_range_may_fit(&p->range, type, 0) : mp_range_fits(&p->range, type, 0);
}

mp_attempt piece_attempt(const mp_planner *by, const mp_piece *p, mp_type type) {
  for (; type <= MP_INT32; type = (mp_type)(type + 1))
    if (is_worth_it(by, p, type))
      return (mp_attempt){.type = type, .is_exact = mp_range_fits(&p->range, type, 0)};
  if (by->options->tolerance > 0 && type <= MP_FLOAT) {
    int shift = 0;
    while (!mp_range_fits(&p->range, MP_INT32, shift)) shift++;
    if (type == MP_FLOAT && by->options->least != MP_FLOAT)
      return (mp_attempt){.type = MP_INT32, .shift = shift};
    if (by->options->least == MP_FLOAT) return (mp_attempt){.type = MP_FLOAT};
  }
  return (mp_attempt){.type = MP_INT64, .is_exact = true};
}

mp_setup piece_setup(const mp_planner *by, const mp_piece *p, const mp_attempt *a) {
  mp_setup setup = mp_setup_of(a->type, a->shift);
  setup.level = by->options->level;
  setup.first_decision = p->first_decision;
  setup.trace_bytes = p->trace_bytes;
  return setup;
}

lehr_status piece_bytes(const mp_planner *by, const mp_piece *p, uint64_t *bytes, lehr_error *err) {
  const mp_attempt a = piece_attempt(by, p, by->options->least);
  const mp_setup setup = piece_setup(by, p, &a);
  int32_t threads = by->guard->threads;
  return mp_fit_threads(&p->program, &setup, by->guard->bytes, &threads, bytes, err);
}

/* ---- Which decisions are kept ---- */

static lehr_status make_program(mp_piece *p, const int32_t order[], tn_elimination *e,
                                lehr_error *err) {
  LEHR_TRY(elimination_make(network_graph(p->t), order, TN_MOST_SLOTS, e, err));
  LEHR_TRY(program_make(p->t, e, &p->program, err));
  return mp_range_of(&p->program, &p->range, err);
}

/* Decisions from `order_rank` on at least, that is of all variables that leave from there on. */
static void keep_decisions(const mp_planner *by, mp_piece *p, const tn_elimination *e,
                           int32_t order_rank) {
  p->first_decision = mp_first_decision(&p->program, by->options->decision_bytes);
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

/* The same tables with a large front at the end. */
static lehr_status turn_round(const mp_planner *by, const tn_elimination *e, front_place place,
                              mp_piece *p, lehr_error *err) {
  tn_elimination turned = {0};
  int32_t last;
  int32_t *const order = memory_copy(e->order, (size_t)e->n, sizeof *order);
  if (!order) return error_memory(err, (uint64_t)e->n * sizeof *order);
  lehr_status status = front_order(p->t, place, order, &last, err);
  if (status == LEHR_OK) status = make_program(p, order, &turned, err);
  if (status == LEHR_OK) keep_decisions(by, p, &turned, turned.n - last);
  elimination_free(&turned);
  free(order);
  return status;
}

/* ---- Pieces or stretches ---- */

order_limits piece_limits(const mp_planner *by, const tn_network *t, int bytes) {
  return (order_limits){.most_entries = (double)by->guard->bytes / bytes,
                        .bytes = bytes,
                        .work = by->options->order_work,
                        .seed = 1,
                        .time_index = t->time_index,
                        .guard = by->guard};
}

static int first_entry_bytes(const mp_planner *by, const mp_piece *p) {
  return mp_types[piece_attempt(by, p, by->options->least).type].bytes;
}

static double program_seconds(const mp_planner *by, const mp_piece *p) {
  return program_cost(&p->program, first_entry_bytes(by, p)).seconds;
}

/* Of the best order that a short search finds. */
static lehr_status search_shortly(const mp_planner *by, const tn_network *t, int bytes,
                                  double *seconds, lehr_error *err) {
  order_limits limits = piece_limits(by, t, bytes);
  order_found found;
  tn_program program;
  if (limits.work > SHORT_WORK) limits.work = SHORT_WORK;
  LEHR_TRY(order_find(network_graph(t), &limits, &found, err));
  const lehr_status status = program_from_order(t, found.order, &program, err);
  free(found.order);
  *seconds = found.cost.seconds;
  if (status != LEHR_OK) return status == LEHR_EUNAVAILABLE ? LEHR_OK : status; /* too wide */
  *seconds = program_cost(&program, bytes).seconds;
  program_free(&program);
  return LEHR_OK;
}

lehr_status piece_rest(const mp_planner *by, const mp_piece *p, int bytes, double *seconds,
                       lehr_error *err) {
  int8_t *const value = memory_array((size_t)p->t->n, 1);
  int32_t *const number = memory_array((size_t)p->t->n, sizeof *number);
  const bool is_possible = value && number;
  tn_network rest;
  lehr_status status = is_possible ? LEHR_OK : error_memory(err, (uint64_t)p->t->n * 5);
  for (int64_t k = p->first_decision; is_possible && k < p->program.n_ops; k++) {
    const tn_op *const op = &p->program.ops[k];
    if (op->kind == TN_ELIM || op->kind == TN_REPLACE) value[op->leaves] = 1;
  }
  if (is_possible) status = network_condition(p->t, value, &rest, number, err);
  if (status == LEHR_OK) {
    status = search_shortly(by, &rest, bytes, seconds, err);
    network_free(&rest);
  }
  free(value);
  free(number);
  return status;
}

/* Whether all decisions of p in stretches fit the memory; then that is how it is run. */
static lehr_status try_stretches(const mp_planner *by, mp_piece *p, bool *fits, lehr_error *err) {
  mp_piece traced = *p;
  uint64_t bytes;
  traced.first_decision = 0;
  traced.trace_bytes = by->options->trace_bytes;
  traced.seconds *= TRACED;
  LEHR_TRY(piece_bytes(by, &traced, &bytes, err));
  *fits = bytes <= by->guard->bytes;
  if (*fits) *p = traced;
  return LEHR_OK;
}

/* A way to run a network, and the seconds of it that are for what its decisions leave. */
typedef struct turned {
  mp_piece piece;
  double rest;
} turned;

/* *best is replaced if that is faster and fits the memory. */
static lehr_status try_front(const mp_planner *by, const tn_elimination *e, front_place place,
                             turned *best, lehr_error *err) {
  turned here = {.piece.t = best->piece.t};
  mp_piece *const p = &here.piece;
  uint64_t bytes = 0;
  lehr_status status = turn_round(by, e, place, p, err);
  if (status == LEHR_OK) status = piece_bytes(by, p, &bytes, err);
  const bool has_room = status == LEHR_OK && bytes <= by->guard->bytes;
  if (has_room) status = piece_rest(by, p, first_entry_bytes(by, p), &here.rest, err);
  if (has_room && status == LEHR_OK) p->seconds = program_seconds(by, p) + here.rest;
  if (has_room && status == LEHR_OK && p->seconds < best->piece.seconds) {
    const turned other = *best;
    *best = here;
    here = other;
  }
  piece_free(&here.piece);
  return status;
}

/* Not all decisions fit: those of a front are kept, in the middle of the order, where two tables
 * meet, or near to its end, whichever is faster and fits the memory; else those of its very end.
 * But where what they leave to be solved is hardly narrower than the whole, all of them, stretch by
 * stretch. */
static lehr_status keep_some(const mp_planner *by, const tn_elimination *e, mp_piece *p,
                             lehr_error *err) {
  turned best = {.piece = {.t = p->t, .seconds = HUGE_VAL}};
  bool is_traced = false;
  lehr_status status = LEHR_OK;
  for (int place = 0; place < FRONT_PLACES && status == LEHR_OK; place++)
    status = try_front(by, e, (front_place)place, &best, err);
  const bool has_room = best.piece.seconds < HUGE_VAL;
  if (!has_room) keep_decisions(by, p, e, e->n - last_front(e));
  if (!has_room && status == LEHR_OK)
    status = piece_rest(by, p, first_entry_bytes(by, p), &best.rest, err);
  if (status == LEHR_OK && best.rest > WIDE_SHARE * p->seconds && by->options->trace_bytes > 0)
    status = try_stretches(by, p, &is_traced, err);
  if (status == LEHR_OK && !is_traced) {
    p->seconds += best.rest;
    if (has_room) {
      const mp_piece end = *p;
      *p = best.piece;
      best.piece = end;
    }
  }
  piece_free(&best.piece);
  return status;
}

/* ---- All of it ---- */

/* What the caller's function says, or the best that a search finds. */
static lehr_status find_order(const mp_planner *by, const tn_network *t, int32_t order[],
                              lehr_error *err) {
  const mp_orderer *const caller = &by->options->orderer;
  const order_limits limits = piece_limits(by, t, 1);
  order_found found;
  if (caller->find) return caller->find(caller->user, t, order, err);
  LEHR_TRY(order_find(network_graph(t), &limits, &found, err));
  memcpy(order, found.order, (size_t)t->n * sizeof *order);
  free(found.order);
  return LEHR_OK;
}

static lehr_status plan_by(const mp_planner *by, const int32_t order[], mp_piece *p,
                           lehr_error *err) {
  tn_elimination e = {0};
  lehr_status status = make_program(p, order, &e, err);
  if (status == LEHR_OK) {
    p->seconds = program_seconds(by, p);
    p->first_decision = p->program.n_ops;
    if (by->wants_state)
      p->first_decision = mp_first_decision(&p->program, by->options->decision_bytes);
    if (by->wants_state && p->first_decision > 0) status = keep_some(by, &e, p, err);
  }
  elimination_free(&e);
  return status;
}

lehr_status piece_plan(const mp_planner *by, const tn_network *t, const int32_t given[],
                       mp_piece *out, lehr_error *err) {
  *out = (mp_piece){.t = t};
  if (given) return plan_by(by, given, out, err);
  int32_t *const order = memory_array((size_t)t->n, sizeof *order);
  if (!order) return error_memory(err, (uint64_t)t->n * sizeof *order);
  lehr_status status = find_order(by, t, order, err);
  if (status == LEHR_OK) status = plan_by(by, order, out, err);
  free(order);
  return status;
}

void piece_free(mp_piece *p) {
  program_free(&p->program);
  *p = (mp_piece){0};
}
