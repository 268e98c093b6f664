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

/* Seconds per entry on one core of Zen 4 (solvers/tn/tasks.c), and per operation. */
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

static lehr_status price_order(const tn_network *rest, const order_found *found, uint64_t limit,
                               bool is_whole, double *seconds, lehr_error *err) {
  tn_program p;
  count_price price;
  *seconds = HUGE_VAL;
  const lehr_status status = program_from_order(rest, found->order, &p, err);
  if (status == LEHR_EUNAVAILABLE) return LEHR_OK;
  LEHR_TRY(status);
  const lehr_status priced = count_price_of(&p, limit, &price, err);
  if (price.fits) *seconds = price.seconds;
  if (!is_whole) *seconds = fmin(*seconds, NEXT_SECONDS + 2 * program_cost(&p, 1).seconds);
  program_free(&p);
  return priced;
}

/* Finds an order for t without the fixed slots, which cost the same whatever their values are. */
static lehr_status price_choice(const tn_network *t, const mp_front *f, const tn_guard *guard,
                                choice *c, lehr_error *err) {
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
                               .most_entries = (double)guard->bytes / 20,
                               .bytes = 8,
                               .work = ORDER_WORK,
                               .seed = 1,
                               .time_index = rest.time_index};
  status = order_find(network_graph(&rest), &limits, &found, err);
  if (status == LEHR_OK)
    status = price_order(&rest, &found, guard->bytes, c->fixed == 0, &c->seconds, err);
  c->seconds *= (double)c->count;
  c->order = found.order;
  network_free(&rest);
  return status;
}

/* ---- Choice ---- */

enum { CHOICES = 5 };
static const double SHORT = 1; /* seconds that no other choice needs to beat */

static lehr_status choose(const tn_network *t, const mp_front *f, const tn_guard *guard,
                          const values *v, choice *best, lehr_error *err) {
  const uint64_t all = (UINT64_C(1) << f->width) - 1, constant = ~(v->ones & v->zeros) & all;
  uint64_t last = UINT64_MAX;
  *best = (choice){.seconds = HUGE_VAL};
  for (int32_t k = 0; k < CHOICES && best->seconds > SHORT; k++) {
    choice c = {.low = k * f->width / (CHOICES - 1)};
    c.fixed = (all >> c.low << c.low) | constant;
    c.count = distinct(v, c.low, f->width);
    if (c.fixed == last || (uint64_t)c.count > guard->bytes / 2 / sizeof(uint64_t)) continue;
    last = c.fixed;
    const lehr_status status = price_choice(t, f, guard, &c, err);
    choice *const worse = c.seconds < best->seconds ? best : &c;
    free(worse->order);
    if (worse == best) *best = c;
    if (status != LEHR_OK) return status;
  }
  return best->seconds < HUGE_VAL
             ? LEHR_OK
             : error_set(err, LEHR_EUNAVAILABLE, "no part of a front makes the rest narrow enough");
}

lehr_status count_slices_make(const tn_network *t, const mp_front *f, const tn_guard *guard,
                              count_slices *out, lehr_error *err) {
  values v = {0};
  choice best;
  *out = (count_slices){.width = f->width};
  memcpy(out->variable, f->variable, sizeof out->variable);
  front_each(f, look_at, &v);
  const lehr_status status = choose(t, f, guard, &v, &best, err);
  out->fixed = best.fixed;
  out->order = best.order;
  LEHR_TRY(status);
  out->index = memory_array((size_t)best.count, sizeof *out->index);
  if (!out->index) return error_memory(err, (uint64_t)best.count * sizeof *out->index);
  v.list = out;
  v.low = best.low;
  front_each(f, keep, &v);
  return LEHR_OK;
}

void count_slices_free(count_slices *s) {
  free(s->index);
  free(s->order);
  *s = (count_slices){0};
}

void count_slices_values(const count_slices *s, int64_t k, int8_t value[]) {
  for (int32_t slot = 0; slot < s->width; slot++)
    if (s->fixed >> slot & 1) value[s->variable[slot]] = s->index[k] >> slot & 1 ? 1 : -1;
}
