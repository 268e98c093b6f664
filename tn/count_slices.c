/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/count_slices.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/count.h"
#include "tn/order_find.h"
#include "tn/program_make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Seconds per entry on one core of Zen 4, and per operation. */
static const double ENTRY_SECONDS = 3.5e-9, OPERATION_SECONDS = 1e-6;
/* Of what lies behind a front that has to be fixed in turn, beside the sweeps that find it. */
static const double NEXT_SECONDS = 1;

lehr_status count_price_of(const tn_program *p, uint64_t limit, count_price *price,
                           lehr_error *err) {
  double entries;
  *price = (count_price){0};
  LEHR_TRY(count_plan(p, &price->bytes, &entries, err));
  price->seconds = entries * ENTRY_SECONDS + (double)p->n_ops * OPERATION_SECONDS;
  price->fits = price->bytes <= limit;
  return LEHR_OK;
}

/* ---- The values ---- */

typedef struct values {
  count_slices *list; /* NULL: they are only looked at */
  int32_t low;        /* slots that are not fixed because of their values */
  int64_t count;
  uint64_t ones, zeros, last;
  int64_t changes[TN_MOST_SLOTS]; /* by the highest slot that is different in the next value */
} values;

static void look_at(void *user, uint64_t index) {
  values *const v = user;
  if (v->count++ > 0) v->changes[63 - __builtin_clzll(index ^ v->last)]++;
  v->ones |= index;
  v->zeros |= ~index;
  v->last = index;
}

static void keep(void *user, uint64_t index) {
  values *const v = user;
  if (v->list->count > 0 && (index ^ v->last) >> v->low == 0) return;
  v->list->index[v->list->count++] = index;
  v->last = index;
}

/* Different values of the slots from `low` on. */
static int64_t distinct(const values *v, int32_t low, int32_t width) {
  int64_t count = 1;
  for (int32_t k = low; k < width; k++) count += v->changes[k];
  return count;
}

/* ---- What is left ---- */

typedef struct choice {
  uint64_t fixed;
  int32_t low;
  int64_t count;
  int32_t *order;
  double seconds; /* of all values */
} choice;

/* Contracted at once, or, where that saves something, by fronts in turn, if these fit. */
static lehr_status price_order(const tn_network *rest, const order_found *found, uint64_t limit,
                               double *seconds, lehr_error *err) {
  tn_program p;
  count_price price;
  *seconds = HUGE_VAL;
  const lehr_status status = program_from_order(rest, found->order, &p, err);
  if (status == LEHR_EUNAVAILABLE) return LEHR_OK;
  LEHR_TRY(status);
  const lehr_status priced = count_price_of(&p, limit, &price, err);
  if (price.fits) *seconds = price.seconds;
  const tn_cost sweeps = program_cost(&p, 1);
  if (sweeps.peak_entries <= (double)limit)
    *seconds = fmin(*seconds, NEXT_SECONDS + 2 * sweeps.seconds);
  program_free(&p);
  return priced;
}

static uint64_t list_bytes(int64_t count) { return (uint64_t)count * sizeof(uint64_t); }

/* Finds an order for t without the fixed slots, which cost the same whatever their values are. */
static lehr_status price_choice(const tn_network *t, const mp_front *f, const tn_guard *guard,
                                choice *c, lehr_error *err) {
  const uint64_t bytes = guard->bytes - list_bytes(c->count);
  int32_t *const number = memory_array((size_t)t->n, sizeof *number);
  int8_t *const value = memory_array((size_t)t->n, 1);
  tn_network rest = {0};
  order_found found = {0};
  lehr_status status = LEHR_ENOMEM;
  for (int32_t k = 0; value && k < f->width; k++)
    if (c->fixed >> k & 1) value[f->variable[k]] = 1;
  if (number && value) status = network_condition(t, value, &rest, number, err);
  free(number);
  free(value);
  if (status != LEHR_OK) return error_memory(err, (uint64_t)t->n * 5);
  const order_limits limits = {.guard = guard,
                               .most_entries = (double)bytes / 20,
                               .bytes = 8,
                               .work = ORDER_WORK,
                               .seed = 1,
                               .time_index = rest.time_index};
  status = order_find(network_graph(&rest), &limits, &found, err);
  if (status == LEHR_OK) status = price_order(&rest, &found, bytes, &c->seconds, err);
  c->seconds *= (double)c->count;
  c->order = found.order;
  network_free(&rest);
  return status;
}

/* ---- Choice ---- */

enum { CHOICES = 5 };
static const double SHORT = 1; /* seconds that no other choice needs to beat */

/* best->seconds: what the choice has to beat. */
static lehr_status choose(const tn_network *t, const mp_front *f, const tn_guard *guard,
                          const values *v, choice *best, lehr_error *err) {
  const uint64_t all = (UINT64_C(1) << f->width) - 1, constant = ~(v->ones & v->zeros) & all;
  const uint64_t room = guard->bytes > f->held ? guard->bytes - f->held : 0;
  uint64_t last = UINT64_MAX;
  for (int32_t k = 0; k < CHOICES && best->seconds > SHORT && !guard_should_stop(guard); k++) {
    choice c = {.low = k * f->width / (CHOICES - 1)};
    c.fixed = (all >> c.low << c.low) | constant;
    c.count = distinct(v, c.low, f->width);
    if (c.fixed == last || c.fixed == 0 || list_bytes(c.count) > room) continue;
    last = c.fixed;
    const lehr_status status = price_choice(t, f, guard, &c, err);
    choice *const worse = c.seconds < best->seconds ? best : &c;
    free(worse->order);
    if (worse == best) *best = c;
    if (status != LEHR_OK) return status;
  }
  return LEHR_OK;
}

lehr_status count_slices_make(const tn_network *t, const mp_front *f, double seconds,
                              const tn_guard *guard, count_slices *out, lehr_error *err) {
  values v = {0};
  choice best = {.seconds = seconds};
  *out = (count_slices){.width = f->width};
  memcpy(out->variable, f->variable, sizeof out->variable);
  out->is_stopped = !front_each(f, guard, (front_taker){look_at, &v});
  if (out->is_stopped) return LEHR_OK;
  const lehr_status status = choose(t, f, guard, &v, &best, err);
  out->fixed = best.fixed;
  out->order = best.order;
  out->values = v.count;
  out->is_stopped = guard_should_stop(guard);
  if (status != LEHR_OK || out->is_stopped || !out->order) return status;
  out->index = memory_array((size_t)best.count, sizeof *out->index);
  if (!out->index) return error_memory(err, list_bytes(best.count));
  v.list = out;
  v.low = best.low;
  out->is_stopped = !front_each(f, guard, (front_taker){keep, &v});
  return LEHR_OK;
}

void count_slices_free(count_slices *s) {
  free(s->index);
  free(s->order);
  *s = (count_slices){0};
}

uint64_t count_slices_bytes(const count_slices *s) { return list_bytes(s->count); }

void count_slices_values(const count_slices *s, int64_t k, int8_t value[]) {
  for (int32_t slot = 0; slot < s->width; slot++)
    if (s->fixed >> slot & 1) value[s->variable[slot]] = s->index[k] >> slot & 1 ? 1 : -1;
}
