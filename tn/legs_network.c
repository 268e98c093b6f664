/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/legs_parts.h"

#include <math.h>
#include <stdlib.h>

/* Entries of all factors; of one; bits that coefficients of real models are rounded to. */
enum { MOST_ENTRIES = 1 << 22, MOST_WIDTH = 22, SUM_BITS = 54 };
static const double LARGEST_SUM = 0x1p59;

/* A coupling of two variables of the result, or 0 for neighbours by a factor. */
typedef struct link {
  int32_t u, v;
  int64_t J;
} link;

typedef struct maker {
  tn_legs *legs;
  tn_network spins; /* the terms, over the model's variables */
  tn_network *out;
  leg_energies energies;
  leg_edge *edges;
  int64_t n_edges;
  link *links; /* grows */
  int64_t n_links, link_room;
  lehr_error *err;
} maker;

static void release(maker *k) {
  network_free(&k->spins);
  leg_energies_free(&k->energies);
  free(k->edges);
  free(k->links);
}

static bool add_link(maker *k, int32_t u, int32_t v, int64_t J) {
  if (k->n_links + 2 > k->link_room) {
    const int64_t room = k->link_room + k->link_room / 2 + 256;
    if (!memory_grow((void **)&k->links, (size_t)room, sizeof *k->links)) return false;
    k->link_room = room;
  }
  k->links[k->n_links++] = (link){u, v, J};
  k->links[k->n_links++] = (link){v, u, J};
  return true;
}

static lehr_status short_of_memory(const maker *k) {
  return error_memory(k->err, (uint64_t)(k->n_edges + k->n_links) * sizeof(leg_edge));
}

/* ---- What becomes of them ---- */

/* One of the two legs has a single state. */
static void add_to_own(maker *k, const leg_edge *e) {
  const tn_legs *const l = k->legs;
  const int32_t states_b = legs_states(l, e->b);
  const bool is_a = states_b == 1; /* whose states there are */
  const int32_t leg = is_a ? e->a : e->b;
  for (int32_t s = 0; s < legs_states(l, leg); s++)
    k->energies.own[l->first_state[leg] + s] += k->energies.pair[s];
}

/* Of two legs of one bit: f = c + a x + b y + J x y. All of these are whole, since members' spins
 * are +-x, or constant. */
static bool add_coupling(maker *k, const leg_edge *e) {
  const int32_t u = k->legs->bit[e->a], v = k->legs->bit[e->b];
  const int64_t *f = k->energies.pair; /* -- -+ +- ++ */
  const int64_t J = (f[3] - f[2] - f[1] + f[0]) / 4;
  k->out->constant += (f[0] + f[1] + f[2] + f[3]) / 4;
  k->out->h[u] += (f[3] + f[2] - f[1] - f[0]) / 4;
  k->out->h[v] += (f[3] - f[2] + f[1] - f[0]) / 4;
  return J == 0 || add_link(k, u, v, J);
}

static lehr_status begin_factor(maker *k, const int32_t legs[], int32_t count) {
  const tn_legs *const l = k->legs;
  tn_factors *const f = &k->out->factors;
  int32_t variable[MOST_WIDTH], width = 0;
  for (int32_t i = 0; i < count; i++)
    for (int32_t v = l->bit[legs[i]]; v < l->bit[legs[i] + 1] && width <= MOST_WIDTH; v++)
      if (width++ < MOST_WIDTH) variable[width - 1] = v;
  const int64_t used = f->count > 0 ? f->entry[f->count] : 0;
  if (width > MOST_WIDTH || used + ((int64_t)1 << width) > MOST_ENTRIES)
    return error_set(k->err, LEHR_EUNAVAILABLE, "groups of too many states for tables");
  if (!factors_append(f, width, variable)) return short_of_memory(k);
  for (int32_t i = 0; i < width; i++)
    for (int32_t j = 0; j < i; j++)
      if (!add_link(k, variable[j], variable[i], 0)) return short_of_memory(k);
  return LEHR_OK;
}

/* The last factor also tells what the leg itself costs and which of its states have two codes, if
 * no other one does. Bits of its code in the entry's number begin at `from`. */
static void tell_leg(maker *k, int32_t leg, int32_t from) {
  const tn_legs *const l = k->legs;
  const tn_factors *const f = &k->out->factors;
  const tn_factor last = factors_at(f, f->count - 1);
  const int32_t bits = legs_code_bits(l, leg), states = legs_states(l, leg);
  if (l->factor[leg] >= 0 || bits < 2) return;
  l->factor[leg] = f->count - 1;
  for (int64_t e = 0; e < (int64_t)1 << last.width; e++) {
    const int32_t code = (int32_t)(e >> from & (((int64_t)1 << bits) - 1));
    const int32_t state = legs_state(l, leg, code), half = (int32_t)1 << (bits - 1);
    const int32_t least = state - l->first_state[leg];
    last.value[e] += k->energies.own[state];
    last.twice[e] += least < half && least + half >= states;
    last.again[e] |= code >= states;
  }
}

static lehr_status add_factor(maker *k, const leg_edge *e) {
  const tn_legs *const l = k->legs;
  const int32_t both[2] = {e->a, e->b}, bits = legs_code_bits(l, e->a);
  LEHR_TRY(begin_factor(k, both, 2));
  const tn_factors *const f = &k->out->factors;
  const tn_factor last = factors_at(f, f->count - 1);
  for (int64_t i = 0; i < (int64_t)1 << last.width; i++) {
    const int32_t code = (int32_t)(i & (((int64_t)1 << bits) - 1)), other = (int32_t)(i >> bits);
    const int64_t s = legs_state(l, e->a, code) - l->first_state[e->a];
    last.value[i] =
        k->energies
            .pair[s * legs_states(l, e->b) + legs_state(l, e->b, other) - l->first_state[e->b]];
  }
  tell_leg(k, e->a, 0);
  tell_leg(k, e->b, bits);
  k->out->constant += factors_settle(f, f->count - 1);
  return LEHR_OK;
}

/* Legs of one state first, since they belong to what the others cost themselves. */
static lehr_status add_pairs(maker *k, bool is_first) {
  const tn_legs *const l = k->legs;
  for (int64_t from = 0, to; from < k->n_edges; from = to) {
    const leg_edge *const e = &k->edges[from];
    for (to = from; to < k->n_edges && k->edges[to].a == e->a && k->edges[to].b == e->b;) to++;
    const int32_t bits_a = legs_code_bits(l, e->a), bits_b = legs_code_bits(l, e->b);
    if ((bits_a == 0 || bits_b == 0) != is_first) continue;
    if (bits_a + bits_b > MOST_WIDTH)
      return error_set(k->err, LEHR_EUNAVAILABLE, "groups of too many states for tables");
    if (!leg_energies_pair(&k->energies, e, to - from)) return short_of_memory(k);
    if (is_first)
      add_to_own(k, e);
    else if (bits_a > 1 || bits_b > 1)
      LEHR_TRY(add_factor(k, e));
    else if (!add_coupling(k, e))
      return short_of_memory(k);
  }
  return LEHR_OK;
}

static lehr_status add_own(maker *k, int32_t leg) {
  const tn_legs *const l = k->legs;
  const int64_t *const own = k->energies.own + l->first_state[leg];
  const int32_t bits = legs_code_bits(l, leg);
  if (bits == 0) k->out->constant += own[0];
  if (bits == 1) {
    k->out->h[l->bit[leg]] += (own[1] - own[0]) / 2;
    k->out->constant += own[0] + (own[1] - own[0]) / 2;
  }
  if (bits < 2 || l->factor[leg] >= 0) return LEHR_OK;
  LEHR_TRY(begin_factor(k, &leg, 1));
  tell_leg(k, leg, 0);
  k->out->constant += factors_settle(&k->out->factors, k->out->factors.count - 1);
  return LEHR_OK;
}

/* ---- Rows ---- */

static int by_legs(const void *x, const void *y) {
  const leg_edge *p = x, *q = y;
  if (p->a != q->a) return p->a < q->a ? -1 : 1;
  return (p->b > q->b) - (p->b < q->b);
}

static int by_variables(const void *x, const void *y) {
  const link *p = x, *q = y;
  if (p->u != q->u) return p->u < q->u ? -1 : 1;
  return (p->v > q->v) - (p->v < q->v);
}

/* Couplings between legs, by pairs of them. */
static void list_edges(maker *k) {
  const tn_network *const t = &k->spins;
  for (int32_t v = 0; v < t->n; v++)
    for (int64_t e = t->row[v]; e < t->row[v + 1]; e++) {
      const int32_t u = t->col[e];
      if (k->energies.leg[v] < k->energies.leg[u])
        k->edges[k->n_edges++] = (leg_edge){k->energies.leg[v], k->energies.leg[u],
                                            k->energies.place[v], k->energies.place[u], t->J[e]};
    }
  if (k->n_edges > 0) qsort(k->edges, (size_t)k->n_edges, sizeof *k->edges, by_legs);
}

static lehr_status fill_rows(maker *k) {
  tn_network *const t = k->out;
  int64_t end = 0;
  if (k->n_links > 0) qsort(k->links, (size_t)k->n_links, sizeof *k->links, by_variables);
  t->col = memory_array((size_t)k->n_links, sizeof *t->col);
  t->J = memory_array((size_t)k->n_links, sizeof *t->J);
  if (!t->col || !t->J) return short_of_memory(k);
  for (int64_t i = 0; i < k->n_links; i++) {
    const link *const own = &k->links[i];
    if (i > 0 && by_variables(own, own - 1) == 0) {
      t->J[end - 1] += own->J;
      continue;
    }
    t->col[end] = own->v;
    t->J[end++] = own->J;
    t->row[own->u + 1]++;
  }
  for (int32_t v = 0; v < t->n; v++) t->row[v + 1] += t->row[v];
  return LEHR_OK;
}

/* ---- All of it ---- */

static lehr_status check_sizes(const maker *k) {
  const tn_network *const t = &k->spins;
  double sum = 0;
  for (int32_t v = 0; v < t->n; v++) sum += fabs((double)t->h[v]);
  for (int64_t e = 0; e < t->row[t->n]; e++) sum += 0.5 * fabs((double)t->J[e]);
  if (sum <= LARGEST_SUM) return LEHR_OK;
  return error_set(k->err, LEHR_EUNAVAILABLE, "coefficients too large for tables of groups");
}

static lehr_status allocate(maker *k) {
  const tn_legs *const l = k->legs;
  const size_t n = (size_t)k->spins.n, bits = (size_t)l->bit[l->count];
  k->edges = memory_array((size_t)k->spins.row[n] / 2, sizeof *k->edges);
  k->out->n = (int32_t)bits;
  k->out->row = memory_array(bits + 1, sizeof *k->out->row);
  k->out->h = memory_array(bits, sizeof *k->out->h);
  if (k->spins.time_index) k->out->time_index = memory_array(bits, sizeof *k->out->time_index);
  const bool is_made = leg_energies_make(l, &k->spins, &k->energies) && k->edges && k->out->row &&
                       k->out->h && (!k->spins.time_index || k->out->time_index);
  return is_made ? LEHR_OK : error_memory(k->err, (n + bits) * 32);
}

static void take_time_index(maker *k) {
  const tn_legs *const l = k->legs;
  for (int32_t leg = 0; leg < l->count && k->out->time_index; leg++)
    for (int32_t v = l->bit[leg]; v < l->bit[leg + 1]; v++)
      k->out->time_index[v] = k->spins.time_index[l->member[l->first[leg]]];
}

static lehr_status build(maker *k) {
  const tn_legs *const l = k->legs;
  LEHR_TRY(check_sizes(k));
  LEHR_TRY(allocate(k));
  take_time_index(k);
  list_edges(k);
  LEHR_TRY(add_pairs(k, true));
  LEHR_TRY(add_pairs(k, false));
  for (int32_t leg = 0; leg < l->count; leg++) LEHR_TRY(add_own(k, leg));
  LEHR_TRY(fill_rows(k));
  network_divide(k->out);
  return LEHR_OK;
}

lehr_status legs_make(const lehr_model_view *terms, const lehr_model_view *m,
                      const uint8_t is_leg[], tn_legs *legs, tn_network *out, lehr_error *err) {
  maker k = {.legs = legs, .out = out, .err = err};
  *legs = (tn_legs){0};
  *out = (tn_network){0};
  LEHR_TRY(network_of_terms(terms, SUM_BITS, &k.spins, err));
  *out = (tn_network){.constant_energy = k.spins.constant_energy,
                      .unit = k.spins.unit,
                      .rounding = k.spins.rounding};
  lehr_status status = legs_list(m, is_leg, legs, err);
  if (status == LEHR_OK) status = build(&k);
  release(&k);
  if (status == LEHR_OK) return LEHR_OK;
  legs_free(legs);
  network_free(out);
  return status;
}
