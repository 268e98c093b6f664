/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/coarse.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/front.h"
#include "tn/order_find.h"
#include "tn/program_make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void coarse_free(mp_coarse *c) {
  network_free(&c->network);
  program_free(&c->program);
  *c = (mp_coarse){0};
}

/* ---- Planning ---- */

/* The first type that may do. */
static lehr_status find_type(mp_coarse *c, lehr_error *err) {
  mp_range range;
  LEHR_TRY(mp_range_of(&c->program, &range, err));
  c->type = MP_INT8;
  while (c->type <= MP_INT32 && !mp_range_may_fit(&range, c->type, 0))
    c->type = (mp_type)(c->type + 1);
  return LEHR_OK;
}

static lehr_status plan_front(const mp_planner *by, const int32_t order[], front_place place,
                              mp_coarse *c, lehr_error *err) {
  int32_t count;
  program_free(&c->program);
  int32_t *const own = memory_copy(order, (size_t)c->t->n, sizeof *own);
  if (!own) return error_memory(err, (uint64_t)c->t->n * sizeof *own);
  lehr_status status = front_order(&c->network, place, own, &count, err);
  if (status == LEHR_OK) status = program_from_order(&c->network, own, &c->program, err);
  free(own);
  LEHR_TRY(status);
  LEHR_TRY(find_type(c, err));
  c->begin = front_begin(&c->program, count);
  c->seconds = program_cost(&c->program, mp_types[c->type].bytes).seconds;
  return front_bytes(&c->program, c->begin, c->type, by->guard, &c->bytes, err);
}

/* A front in the middle if the tables that meet there fit. */
static lehr_status plan_order(const mp_planner *by, const int32_t order[], mp_coarse *c,
                              lehr_error *err) {
  LEHR_TRY(plan_front(by, order, FRONT_MIDDLE, c, err));
  return c->bytes <= by->guard->bytes ? LEHR_OK : plan_front(by, order, FRONT_LATE, c, err);
}

static lehr_status find_and_plan(const mp_planner *by, mp_coarse *c, lehr_error *err) {
  enum { ENTRY_BYTES = 2 };
  const order_limits limits = piece_limits(by, c->t, ENTRY_BYTES);
  order_found found;
  LEHR_TRY(order_find(network_graph(&c->network), &limits, &found, err));
  const lehr_status status = plan_order(by, found.order, c, err);
  free(found.order);
  return status;
}

/* For one value of the front, as a network of its own. */
static lehr_status add_rest(const mp_planner *by, const mp_piece *fine, mp_coarse *c,
                            lehr_error *err) {
  const mp_piece ended = {.t = fine->t, .program = c->program, .first_decision = c->begin};
  double rest;
  LEHR_TRY(piece_rest(by, &ended, mp_types[c->type].bytes, &rest, err));
  c->seconds += rest;
  return LEHR_OK;
}

lehr_status coarse_plan(const mp_planner *by, const mp_piece *fine, const int32_t given[],
                        mp_coarse *out, bool *is_better, lehr_error *err) {
  const mp_type type = piece_attempt(by, fine, by->options->least).type;
  *out = (mp_coarse){.t = fine->t};
  *is_better = false;
  if (mp_types[type].bytes < mp_types[MP_INT32].bytes) return LEHR_OK;
  LEHR_TRY(coarse_network(fine->t, &out->network, is_better, err));
  if (!*is_better) return LEHR_OK;
  lehr_status status = given ? plan_order(by, given, out, err) : find_and_plan(by, out, err);
  if (status == LEHR_OK) status = add_rest(by, fine, out, err);
  *is_better = status == LEHR_OK && out->bytes <= by->guard->bytes &&
               mp_types[out->type].bytes < mp_types[type].bytes;
  if (!*is_better) coarse_free(out);
  return status;
}

/* ---- Running ---- */

/* Values of the front; more are not tried. */
enum { MOST_VALUES = 256 };
typedef struct values {
  int32_t count;
  uint64_t list[MOST_VALUES];
} values;

static void take_value(void *user, uint64_t index) {
  values *const v = user;
  if (v->count < MOST_VALUES) v->list[v->count] = index;
  v->count++;
}

/* Room for one value of the front. */
typedef struct trial {
  const mp_planner *by;
  const tn_network *t;
  int8_t *spins, *rest; /* [n] */
  int32_t *number;      /* [n] */
  int64_t best;
} trial;

/* The rest given the front; best[t->n] is overwritten if it is better. */
static lehr_status try_value(trial *r, const mp_front *f, uint64_t value, int8_t best[],
                             mp_minimum *out, lehr_error *err) {
  mp_options options = *r->by->options;
  tn_network rest;
  mp_minimum found;
  options.order = NULL;
  options.keeps_state = false;
  memset(r->spins, 0, (size_t)r->t->n);
  for (int32_t k = 0; k < f->width; k++) r->spins[f->variable[k]] = value >> k & 1 ? 1 : -1;
  LEHR_TRY(network_condition(r->t, r->spins, &rest, r->number, err));
  const lehr_status status = mp_minimize(&rest, &options, r->by->guard, r->rest, &found, err);
  for (int32_t k = 0; k < rest.n; k++) r->spins[r->number[k]] = r->rest[k];
  network_free(&rest);
  LEHR_TRY(status);
  out->is_stopped |= found.is_stopped;
  out->runs += found.runs;
  out->repeated += found.repeated;
  out->updates += found.updates;
  if (found.peak > out->peak) out->peak = found.peak;
  if (found.is_stopped || found.energy >= r->best) return LEHR_OK;
  r->best = found.energy;
  memcpy(best, r->spins, (size_t)r->t->n);
  return LEHR_OK;
}

static lehr_status try_values(const mp_planner *by, const mp_coarse *c, const mp_front *f,
                              const values *v, int8_t best[], mp_minimum *out, lehr_error *err) {
  const size_t n = (size_t)c->t->n;
  trial r = {.by = by,
             .t = c->t,
             .spins = memory_array(n, 1),
             .rest = memory_array(n, 1),
             .number = memory_array(n, sizeof *r.number),
             .best = INT64_MAX};
  const bool is_made = r.spins && r.rest && r.number;
  lehr_status status = is_made ? LEHR_OK : error_memory(err, n * 6);
  for (int32_t k = 0; k < v->count && status == LEHR_OK && !out->is_stopped; k++)
    status = try_value(&r, f, v->list[k], best, out, err);
  free(r.spins);
  free(r.rest);
  free(r.number);
  return status;
}

/* The front's table is given back before the rest is solved. */
static lehr_status find_values(const mp_planner *by, const mp_coarse *c, mp_front *f, values *v,
                               mp_minimum *out, lehr_error *err) {
  bool is_stopped;
  LEHR_TRY(front_make(&c->program, c->begin, c->type, by->guard, f, &is_stopped, err));
  const front_taker taker = {.take = take_value, .user = v};
  out->is_stopped |= is_stopped || !front_each(f, by->guard, taker);
  out->runs++;
  out->updates += program_cost(&c->program, 1).entries;
  if (f->peak > out->peak) out->peak = f->peak;
  if (c->type > out->type) out->type = c->type;
  if (c->program.width > out->width) out->width = c->program.width;
  return LEHR_OK;
}

/* E = q C + d. In doubles that is off by less than 2^-50 of itself. */
static int64_t bound_of(const mp_coarse *c, int64_t coarse_bound) {
  const double q = c->network.unit / c->t->unit;
  const double most = (c->network.rounding - c->t->rounding) / c->t->unit;
  const double lowest = q * (double)coarse_bound;
  return (int64_t)floor(lowest - most - 0x1p-50 * (fabs(lowest) + most)) - 1;
}

/* If there are too many values, the first one is tried for a state. */
lehr_status coarse_run(const mp_planner *by, const mp_coarse *c, int8_t spins[], int64_t *bound,
                       bool *has_state, mp_minimum *out, lehr_error *err) {
  mp_front f = {0};
  values v = {0};
  *has_state = false;
  lehr_status status = find_values(by, c, &f, &v, out, err);
  if (status == LEHR_EUNAVAILABLE) return LEHR_OK;
  LEHR_TRY(status);
  const int64_t coarse_bound = f.bound;
  const bool are_all = v.count <= MOST_VALUES;
  mp_table_free(&f.table);
  if (!are_all) v.count = 1;
  if (!out->is_stopped) status = try_values(by, c, &f, &v, spins, out, err);
  front_free(&f);
  if (status != LEHR_OK || out->is_stopped || v.count == 0) return status;
  const bool is_optimum = are_all && network_energy(&c->network, spins) == coarse_bound;
  *bound = is_optimum ? network_energy(c->t, spins) : bound_of(c, coarse_bound);
  *has_state = true;
  return LEHR_OK;
}
