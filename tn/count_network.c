/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/count_network.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/count.h"
#include "tn/count_slices.h"
#include "tn/counter.h"
#include "tn/minplus/minimum.h"
#include "tn/parts.h"
#include "tn/program_make.h"

#include <stdlib.h>

/* Pieces may always take so much. */
enum { LEAST_BYTES = 32 << 20 };

/* ---- One contraction ---- */

/* Two ways to the lowest energy, which must be the same. */
lehr_status count_find_state(counter *c, const tn_network *t, const int32_t order[], int64_t energy,
                             int8_t spins[]) {
  const tn_guard guard = counter_guard(c, c->guard->bytes);
  mp_options options = mp_options_of((mp_orderer){0});
  mp_minimum minimum;
  options.order = order;
  LEHR_TRY(mp_minimize(t, &options, &guard, spins, &minimum, c->err));
  c->out->is_complete = !minimum.is_stopped;
  c->out->updates += minimum.updates;
  if (minimum.is_stopped || minimum.energy == energy) return LEHR_OK;
  return error_set(c->err, LEHR_EINTERNAL, "lowest energies of two contractions differ");
}

lehr_status count_directly(counter *c, const tn_network *t, const int32_t order[],
                           const tn_program *p, const tn_guard *guard, counted *n) {
  LEHR_TRY(count_ground_states(p, guard, &n->energy, &n->states, &c->out->is_complete, c->err));
  n->energy += t->constant;
  c->out->updates += program_cost(p, 8).entries;
  if (!n->spins || !c->out->is_complete) return LEHR_OK;
  return count_find_state(c, t, order, n->energy, n->spins);
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

/* As it is where that is short, else part by part, and connected ones by a front. */
lehr_status count_part(counter *c, const tn_network *t, const int32_t order[], counted *n) {
  const tn_guard guard = counter_guard(c, c->usual);
  tn_program p;
  tn_parts parts;
  count_price price;
  LEHR_TRY(program_from_order(t, order, &p, c->err));
  lehr_status status = count_price_of(&p, guard.bytes, &price, c->err);
  const bool is_short = price.fits && (p.width < 2 || price.seconds < c->direct_seconds);
  if (status == LEHR_OK && is_short) status = count_directly(c, t, order, &p, &guard, n);
  program_free(&p);
  if (status != LEHR_OK || is_short) return status;
  LEHR_TRY(parts_find(t, &parts, c->err));
  status = parts.count == 1 ? count_by_front(c, t, order, n) : count_parts(c, t, &parts, order, n);
  parts_free(&parts);
  return status;
}

lehr_status count_network(const tn_network *t, const int32_t order[], count_limits l,
                          const tn_guard *guard, int8_t spins[], tn_count *out, lehr_error *err) {
  counter c = {.guard = guard,
               .out = out,
               .usual = l.bytes < guard->bytes ? l.bytes : guard->bytes,
               .direct_seconds = l.seconds,
               .err = err};
  counted n = {.spins = spins};
  *out = (tn_count){.is_complete = true};
  const lehr_status status = count_part(&c, t, order, &n);
  out->energy = n.energy;
  out->states = n.states;
  return status;
}

/* ---- Plan ---- */

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
    status = count_front_plan(&p.network, p.order, guard, bytes, seconds, err);
    part_free(&p);
  }
  parts_free(&parts);
  return status;
}
