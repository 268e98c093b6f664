/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/mps/sweep.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

typedef struct leaving {
  const tn_network *t;
  const beam_walk *walk;
  double beta;
  mps_chain chain;
  double *coupling;  /* [n] of the variable that leaves with those that are there; 0 when done */
  int32_t *newcomer; /* [n] its neighbours that are not in the chain yet */
} leaving;

void sweep_tables_free(mps_sweep *s) {
  for (int32_t k = 0; s->after && k <= s->walk->n; k++) {
    for (int32_t i = 0; s->after[k].site && i < s->after[k].count; i++)
      tensor_release(s->after[k].site[i]);
    free(s->after[k].site);
    free(s->after[k].variable);
  }
  free(s->after);
  *s = (mps_sweep){0};
}

static int32_t place_of(const mps_chain *c, int32_t v) {
  int32_t at = 0;
  while (at < c->count && c->variable[at] != v) at++;
  return at < c->count ? at : -1;
}

/* Who v is still coupled with: places from *low to *high of the chain, and newcomers. */
static int32_t find_neighbours(leaving *l, int32_t v, int32_t *low, int32_t *high) {
  const tn_network *t = l->t;
  int32_t fresh = 0;
  *low = INT32_MAX;
  *high = -1;
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
    const int32_t u = t->col[k];
    if (l->walk->rank[u] > l->walk->rank[v]) continue;
    const int32_t at = place_of(&l->chain, u);
    l->coupling[u] = -l->beta * (double)t->J[k];
    if (at < 0) l->newcomer[fresh++] = u;
    if (at >= 0 && at < *low) *low = at;
    if (at > *high) *high = at;
  }
  return fresh;
}

/* Meets the neighbour at one side; passes it unless it is the last one there. */
static bool meet(leaving *l, int32_t *at, bool to_right, bool passes) {
  mps_chain *c = &l->chain;
  const int32_t other = to_right ? *at + 1 : *at - 1, u = c->variable[other];
  const double coupling = l->coupling[u];
  l->coupling[u] = 0;
  if (coupling == 0 && !passes) return true;
  if (!chain_couple(c, to_right ? *at : other, coupling, passes, to_right == passes)) return false;
  if (passes) *at = other;
  return true;
}

/* Past all neighbours in the chain, which are at low..high: to the nearer end first. */
static bool travel(leaving *l, int32_t *at, int32_t low, int32_t high) {
  const bool goes[2] = {low<*at, high> * at};
  const int right_first = high - *at < *at - low;
  for (int leg = 0; leg < 2; leg++) {
    const int to_right = leg ^ right_first;
    const int32_t end = to_right ? high : low;
    bool is_end = !goes[to_right];
    while (!is_end) {
      is_end = (to_right ? *at + 1 : *at - 1) == end;
      if (!meet(l, at, to_right, !is_end)) return false;
    }
  }
  return true;
}

/* Newcomers settle to the right, the one that stays longest in its place. */
static bool give_place(leaving *l, int32_t v, int32_t at, int32_t fresh) {
  const double field = -l->beta * (double)l->t->h[v];
  int32_t heir = 0;
  if (fresh == 0) return chain_sum(&l->chain, at, field);
  for (int32_t k = 1; k < fresh; k++)
    if (l->walk->rank[l->newcomer[k]] < l->walk->rank[l->newcomer[heir]]) heir = k;
  for (int32_t k = 0; k < fresh; k++) {
    if (k == heir) continue;
    if (!chain_insert(&l->chain, at + 1, l->newcomer[k])) return false;
    if (!meet(l, &at, true, false)) return false;
  }
  const int32_t u = l->newcomer[heir];
  const double coupling = l->coupling[u];
  l->coupling[u] = 0;
  return chain_replace(&l->chain, at, field, coupling, u);
}

static bool eliminate(leaving *l, int32_t v) {
  int32_t low, high, at = place_of(&l->chain, v);
  int32_t fresh = find_neighbours(l, v, &low, &high);
  if (at < 0) {
    at = high < 0 ? l->chain.count : low + (high - low) / 2 + 1;
    if (!chain_insert(&l->chain, at, v)) return false;
    if (high >= at) high++;
  }
  if (high >= 0 && !travel(l, &at, low, high)) return false;
  return give_place(l, v, at, fresh);
}

static bool keep(const mps_chain *c, mps_table *out) {
  *out = (mps_table){.count = c->count, .log_scale = c->log_scale};
  out->variable = memory_copy(c->variable, (size_t)c->count, sizeof *c->variable);
  out->site = memory_copy(c->site, (size_t)c->count, sizeof(mps_tensor *));
  if (!out->site || !out->variable) {
    free(out->site);
    free(out->variable);
    *out = (mps_table){0};
    return false;
  }
  for (int32_t k = 0; k < c->count; k++) c->site[k]->users++;
  return true;
}

/* Said at once while a sweep is dry: nobody will run it. */
static bool is_too_large(const leaving *l, const tn_guard *guard) {
  return l->chain.is_dry && l->chain.bytes > (double)guard->bytes;
}

static lehr_status leave_all(leaving *l, const tn_guard *guard, mps_sweep *out, bool *is_complete,
                             lehr_error *err) {
  const int32_t n = l->t->n;
  int32_t left = 0;
  bool is_possible = keep(&l->chain, &out->after[0]);
  for (; left < n && is_possible && !is_too_large(l, guard) && !guard_should_stop(guard); left++) {
    is_possible =
        eliminate(l, l->walk->order[n - 1 - left]) && (keep(&l->chain, &out->after[left + 1]));
    if ((left & 15) == 0) guard_progress(guard, (double)left / n, "boundary");
  }
  *is_complete = left == n && is_possible;
  out->log_z = l->chain.log_scale;
  out->lost = l->chain.lost;
  out->most_lost = l->chain.most_lost;
  out->bytes = l->chain.bytes;
  out->steps = l->chain.steps;
  return is_possible ? LEHR_OK : error_memory(err, (uint64_t)l->chain.bytes);
}

static int32_t most_neighbours(const tn_network *t) {
  int64_t most = 0;
  for (int32_t v = 0; v < t->n; v++)
    if (t->row[v + 1] - t->row[v] > most) most = t->row[v + 1] - t->row[v];
  return (int32_t)most;
}

lehr_status sweep_tables(const tn_network *t, const beam_walk *w, const mps_options *o, bool is_dry,
                         const tn_guard *guard, mps_sweep *out, bool *is_complete,
                         lehr_error *err) {
  const size_t n = (size_t)t->n;
  const split_limits limits = {.most = o->bond, .smallest = o->smallest};
  leaving l = {.t = t, .walk = w, .beta = o->beta};
  *out = (mps_sweep){.t = t, .walk = w, .options = *o};
  *is_complete = false;
  LEHR_TRY(chain_make(&l.chain, w->width + 2 + most_neighbours(t), &limits, is_dry, err));
  l.coupling = memory_array(n, sizeof *l.coupling);
  l.newcomer = memory_array(n, sizeof *l.newcomer);
  out->after = memory_array(n + 1, sizeof *out->after);
  lehr_status status = LEHR_ENOMEM;
  if (l.coupling && l.newcomer && out->after)
    status = leave_all(&l, guard, out, is_complete, err);
  else
    error_memory(err, 48 * (uint64_t)n);
  chain_free(&l.chain);
  free(l.coupling);
  free(l.newcomer);
  if (status != LEHR_OK) sweep_tables_free(out);
  return status;
}
