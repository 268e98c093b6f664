/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/minimum.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/coarse.h"
#include "tn/order_find.h"
#include "tn/parts.h"

#include <stdlib.h>
#include <string.h>

typedef struct solver {
  mp_planner by;
  const tn_guard *guard;
  mp_minimum *out;
  mp_needs *needs;  /* NULL, or plans only and tells them */
  pages_kept *kept; /* tables of the runs before, within the limit of the next */
  lehr_error *err;
} solver;

mp_options mp_options_of(mp_orderer orderer) {
  return (mp_options){.orderer = orderer,
                      .order_work = ORDER_WORK,
                      .level = cpu_best_level(),
                      .least = MP_INT8,
                      .decision_bytes = (uint64_t)16 << 20,
                      .trace_bytes = (uint64_t)64 << 20,
                      .coarse_seconds = 1};
}

static lehr_status solve(const solver *s, const tn_network *t, const int32_t order[],
                         int8_t spins[], int64_t *bound);

static lehr_status run_attempt(const solver *s, const mp_piece *p, const mp_attempt *a,
                               int8_t spins[], int64_t *bound) {
  mp_setup setup = piece_setup(&s->by, p, a);
  mp_result result;
  tn_guard guard = *s->guard;
  uint64_t bytes;
  LEHR_TRY(mp_fit_threads(&p->program, &setup, guard.bytes, &guard.threads, &bytes, s->err));
  setup.kept = s->kept;
  if (bytes < guard.bytes) guard.bytes = bytes; /* and no more than that is kept */
  LEHR_TRY(mp_run(&p->program, &setup, &guard, spins, &result, s->err));
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

/* spins[] has 0 where the run did not decide; what is left is solved given the others. *is_short:
 * not to the end. */
static lehr_status complete(const solver *s, const tn_network *t, int8_t spins[], bool *is_short) {
  const bool was_short = s->out->is_short;
  s->out->is_short = false;
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
  *is_short = s->out->is_short;
  s->out->is_short |= was_short;
  free(number);
  free(rest_spins);
  return status;
}

static void add_needs(mp_needs *needs, uint64_t bytes, double seconds) {
  if (bytes > needs->bytes) needs->bytes = bytes;
  needs->seconds += seconds;
}

static lehr_status tell_needs(const solver *s, const mp_piece *p) {
  uint64_t bytes;
  LEHR_TRY(piece_bytes(&s->by, p, &bytes, s->err));
  add_needs(s->needs, bytes, p->seconds);
  return LEHR_OK;
}

/* A state, and what no state is below. */
typedef struct known {
  bool is_there;
  int8_t *spins; /* [n] */
  int64_t energy, bound;
} known;

/* spins[n] as well, if they are better. */
static void note(known *k, const tn_network *t, const int8_t spins[], int64_t bound) {
  const int64_t energy = network_energy(t, spins);
  if (!k->is_there || energy < k->energy) {
    memcpy(k->spins, spins, (size_t)t->n);
    k->energy = energy;
  }
  if (!k->is_there || bound > k->bound) k->bound = bound;
  k->is_there = true;
}

/* No room for what would prove it. */
static void end_short(const solver *s, const known *k, int32_t n, int8_t spins[], int64_t *bound) {
  if (s->err) *s->err = (lehr_error){0};
  memcpy(spins, k->spins, (size_t)n);
  *bound = k->bound;
  s->out->is_short = true;
}

static lehr_status run_types(const solver *s, const mp_piece *p, known *k, int8_t spins[],
                             int64_t *bound) {
  mp_type type = s->by.options->least;
  bool is_short = false;
  for (;;) {
    const mp_attempt a = piece_attempt(&s->by, p, type);
    const bool is_rounded = a.shift > 0 || a.type == MP_FLOAT;
    if (spins) memset(spins, 0, (size_t)p->t->n);
    const lehr_status status = run_attempt(s, p, &a, spins, bound);
    is_short = status == LEHR_ENOMEM && k->is_there && s->by.options->keeps_state;
    if (is_short) break;
    LEHR_TRY(status);
    if (s->out->is_stopped || !spins) return LEHR_OK;
    if (p->first_decision > 0) LEHR_TRY(complete(s, p->t, spins, &is_short));
    if (s->out->is_stopped) return LEHR_OK;
    const int64_t gap = network_energy(p->t, spins) - *bound;
    if (gap <= (is_rounded ? s->by.options->tolerance : 0)) return LEHR_OK;
    note(k, p->t, spins, *bound);
    if (is_short) break;
    if (a.is_exact) return error_set(s->err, LEHR_EINTERNAL, "energies of the parts do not add up");
    s->out->repeated++;
    type = is_rounded ? MP_INT64 : (mp_type)(a.type + 1);
  }
  end_short(s, k, p->t->n, spins, bound);
  return LEHR_OK;
}

static lehr_status run_coarse(const solver *s, const mp_coarse *c, known *k, int8_t spins[],
                              int64_t *bound) {
  bool has_state;
  pages_kept_free(s->kept); /* it takes all that there is */
  LEHR_TRY(coarse_run(&s->by, c, spins, bound, &has_state, s->out, s->err));
  if (has_state && !s->out->is_stopped) note(k, c->t, spins, *bound);
  return LEHR_OK;
}

/* spins NULL: none wanted. */
static lehr_status run_piece(const solver *s, const mp_piece *p, const mp_coarse *c, known *k,
                             int8_t spins[], int64_t *bound) {
  if (c) LEHR_TRY(run_coarse(s, c, k, spins, bound));
  const bool is_proven = k->is_there && k->energy == k->bound;
  return is_proven || s->out->is_stopped ? LEHR_OK : run_types(s, p, k, spins, bound);
}

/* c NULL: there is no coarser unit. */
static lehr_status plan_or_run(const solver *s, const mp_piece *p, const mp_coarse *c,
                               int8_t spins[], int64_t *bound) {
  if (s->needs && !c) return tell_needs(s, p);
  if (s->needs) {
    add_needs(s->needs, c->bytes, c->seconds);
    return LEHR_OK;
  }
  known k = {.spins = memory_array((size_t)p->t->n, 1)};
  if (!k.spins) return error_memory(s->err, (uint64_t)p->t->n);
  const lehr_status status = run_piece(s, p, c, &k, spins, bound);
  free(k.spins);
  return status;
}

static lehr_status solve_planned(const solver *s, const mp_piece *p, const int32_t order[],
                                 int8_t spins[], int64_t *bound) {
  mp_coarse c;
  bool is_better = false;
  if (spins && p->seconds >= s->by.options->coarse_seconds)
    LEHR_TRY(coarse_plan(&s->by, p, order, &c, &is_better, s->err));
  const lehr_status status = plan_or_run(s, p, is_better ? &c : NULL, spins, bound);
  if (is_better) coarse_free(&c);
  return status;
}

static lehr_status solve_piece(const solver *s, const tn_network *t, const int32_t order[],
                               int8_t spins[], int64_t *bound) {
  mp_piece p;
  lehr_status status = piece_plan(&s->by, t, order, &p, s->err);
  if (p.program.width > s->out->width) s->out->width = p.program.width;
  if (status == LEHR_OK && !s->out->is_stopped) status = solve_planned(s, &p, order, spins, bound);
  piece_free(&p);
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
  const mp_planner by = {.options = o, .guard = guard, .wants_state = spins != NULL};
  pages_kept kept = {0};
  const solver s = {.by = by, .guard = guard, .out = out, .kept = &kept, .err = err};
  *out = (mp_minimum){0};
  const lehr_status status = solve(&s, t, o->order, spins, &out->bound);
  pages_kept_free(&kept);
  LEHR_TRY(status);
  out->bound += t->constant;
  out->energy = spins && !out->is_stopped ? network_energy(t, spins) : out->bound;
  return LEHR_OK;
}

lehr_status mp_minimize_needs(const tn_plan *p, const mp_options *o, const tn_guard *guard,
                              mp_needs *out, lehr_error *err) {
  const mp_planner by = {.options = o, .guard = guard, .wants_state = true};
  mp_minimum nothing = {0};
  const solver s = {.by = by, .guard = guard, .out = &nothing, .needs = out, .err = err};
  int64_t bound;
  int8_t *const spins = memory_array((size_t)p->network.n, 1);
  *out = (mp_needs){0};
  if (!spins) return error_memory(err, (uint64_t)p->network.n);
  const lehr_status status = solve(&s, &p->network, p->order, spins, &bound);
  free(spins);
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
