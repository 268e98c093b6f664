/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/program_make.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/program_ops.h"

#include <stdlib.h>

/* A node of the tree whose children are being visited. */
typedef struct visit {
  int32_t variable;
  int32_t next; /* position in child[] */
} visit;

typedef struct walk {
  const tn_network *t;
  const tn_elimination *e;
  program_ops b;
  visit *path; /* [n] from a root to here */
  int32_t length;
  int32_t *fresh; /* [n] variables that enter when one leaves */
  int32_t
      *first_factor; /* [n+1] into factor; of each variable those that it is the first to leave */
  int32_t *factor;
} walk;

/* Whom a lower slot suits better: first those of the table that this one will be joined to, in the
 * order of its slots, so that rows of both tables agree; then who stays longer. */
static int64_t place_of(const walk *w, int32_t u) {
  const tn_slots *slots = &w->b.slots;
  const int32_t below = slots->depth > 1 ? slots_find(slots_top(slots) - 1, u) : -1;
  return below >= 0 ? below : TN_MOST_SLOTS + (int64_t)w->e->n - w->e->rank[u];
}

/* Variables of v's front that are not in the table yet, best suited for low slots first. */
static int32_t find_fresh(walk *w, int32_t v) {
  const tn_elimination *e = w->e;
  const tn_table_slots *top = slots_top(&w->b.slots);
  int32_t count = 0;
  for (int64_t k = e->first[v]; k < e->first[v + 1]; k++) {
    const int32_t u = e->front[k];
    if (slots_find(top, u) >= 0) continue;
    int32_t at = count++;
    for (; at > 0 && place_of(w, u) < place_of(w, w->fresh[at - 1]); at--)
      w->fresh[at] = w->fresh[at - 1];
    w->fresh[at] = u;
  }
  return count;
}

/* Couplings of v that nobody has charged yet, but the one with `enters`, which goes into *op. */
static bool write_terms(walk *w, tn_op *op) {
  const tn_network *t = w->t;
  const int32_t v = op->leaves;
  tn_term *terms = ops_terms(&w->b, t->row[v + 1] - t->row[v]);
  if (!terms) return false;
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
    const int32_t u = t->col[k];
    if (w->e->rank[u] < w->e->rank[v] || t->J[k] == 0) continue;
    if (u == op->enters)
      op->enter_coupling = t->J[k];
    else
      terms[op->n_terms++] = (tn_term){.variable = u, .J = t->J[k]};
  }
  return true;
}

/* ---- Factors ---- */

/* By the first of its variables to leave. */
static bool list_factors(walk *w) {
  const tn_factors *f = &w->t->factors;
  int32_t *const owner = memory_array((size_t)f->count, sizeof *owner);
  w->first_factor = memory_array((size_t)w->t->n + 1, sizeof *w->first_factor);
  w->factor = memory_array((size_t)f->count, sizeof *w->factor);
  const bool is_made = owner && w->first_factor && w->factor;
  for (int32_t k = 0; is_made && k < f->count; k++) {
    const tn_factor factor = factors_at(f, k);
    owner[k] = factor.variable[0];
    for (int32_t i = 1; i < factor.width; i++)
      if (w->e->rank[factor.variable[i]] < w->e->rank[owner[k]]) owner[k] = factor.variable[i];
    w->first_factor[owner[k]]++;
  }
  for (int32_t v = 0; is_made && v < w->t->n; v++) w->first_factor[v + 1] += w->first_factor[v];
  for (int32_t k = f->count; is_made && k-- > 0;) w->factor[--w->first_factor[owner[k]]] = k;
  free(owner);
  return is_made;
}

/* Variables of factor k that the table on top lacks. */
static int32_t lacking(const walk *w, int32_t k) {
  const tn_factor factor = factors_at(&w->t->factors, k);
  int32_t count = 0;
  for (int32_t i = 0; i < factor.width; i++)
    count += slots_find(slots_top(&w->b.slots), factor.variable[i]) < 0;
  return count;
}

static lehr_status join_factor(walk *w, int32_t k) {
  const tn_factor factor = factors_at(&w->t->factors, k);
  for (int32_t i = 0; i < factor.width; i++)
    if (slots_find(slots_top(&w->b.slots), factor.variable[i]) < 0)
      LEHR_TRY(ops_enter(&w->b, factor.variable[i]));
  LEHR_TRY(ops_factor(&w->b, k));
  return ops_join(&w->b);
}

/* Factors are collected in a small table before the large one takes them in at once. Its low slots
 * are those of the large one, so that rows of both agree. */
enum { LOW_SLOTS = 9, MOST_COLLECTED = 16 };

static lehr_status begin_collecting(walk *w) {
  const int32_t large = w->b.slots.depth - 1;
  LEHR_TRY(ops_push(&w->b));
  for (int32_t k = 0; k < LOW_SLOTS; k++)
    LEHR_TRY(ops_enter(&w->b, w->b.slots.table[large].variable[k]));
  return LEHR_OK;
}

/* All that v is the first to leave of; their variables are in the table on top. */
static lehr_status charge_factors(walk *w, int32_t v) {
  const int32_t end = w->first_factor[v + 1];
  const bool is_large = slots_top(&w->b.slots)->width > MOST_COLLECTED;
  for (int32_t i = w->first_factor[v]; i < end;) {
    if (is_large) LEHR_TRY(begin_collecting(w));
    do {
      LEHR_TRY(join_factor(w, w->factor[i++]));
    } while (i < end && slots_top(&w->b.slots)->width + lacking(w, w->factor[i]) <= MOST_COLLECTED);
    if (is_large) LEHR_TRY(ops_join(&w->b));
  }
  return LEHR_OK;
}

/* v leaves the table on top; what it is coupled with enters, one of them at its slot unless v has
 * factors to be charged, for which all of their variables must be there. */
static lehr_status leave(walk *w, int32_t v) {
  const int32_t count = find_fresh(w, v);
  const bool has_factors = w->first_factor[v] < w->first_factor[v + 1];
  tn_op op = {.leaves = v, .enters = -1, .field = w->t->h[v]};
  for (int32_t k = !has_factors; k < count; k++) LEHR_TRY(ops_enter(&w->b, w->fresh[k]));
  if (has_factors)
    LEHR_TRY(charge_factors(w, v));
  else if (count > 0)
    op.enters = w->fresh[0];
  if (!write_terms(w, &op)) return LEHR_ENOMEM;
  return ops_leave(&w->b, op);
}

/* A leaf begins a table, or carries on with the empty one that a finished tree has left. */
static lehr_status begin(walk *w, int32_t v) {
  if (w->b.slots.depth == 0 || slots_top(&w->b.slots)->width > 0) LEHR_TRY(ops_push(&w->b));
  return ops_enter(&w->b, v);
}

/* The table on top takes in the variables that child c will have left behind. */
static lehr_status widen(walk *w, int32_t c) {
  const tn_elimination *e = w->e;
  for (int64_t k = e->first[c + 1]; k-- > e->first[c];)
    if (slots_find(slots_top(&w->b.slots), e->front[k]) < 0)
      LEHR_TRY(ops_enter(&w->b, e->front[k]));
  return LEHR_OK;
}

/* One step at the end of the path: down to the next child, or up. */
static lehr_status step(walk *w) {
  const tn_elimination *e = w->e;
  visit *at = &w->path[w->length - 1];
  const int32_t v = at->variable, from = e->first_child[v], to = e->first_child[v + 1];
  if (from == to) LEHR_TRY(begin(w, v));
  if (at->next > from + 1) LEHR_TRY(ops_join(&w->b));
  if (at->next == to) {
    w->length--;
    return leave(w, v);
  }
  const int32_t child = e->child[at->next];
  if (at->next > from) LEHR_TRY(widen(w, child));
  at->next++;
  w->path[w->length++] = (visit){.variable = child, .next = e->first_child[child]};
  return LEHR_OK;
}

static lehr_status walk_trees(walk *w) {
  const tn_elimination *e = w->e;
  for (int32_t r = e->first_child[e->n]; r < e->n; r++) {
    w->path[w->length++] = (visit){.variable = e->child[r], .next = e->first_child[e->child[r]]};
    while (w->length > 0) LEHR_TRY(step(w));
  }
  return w->b.slots.depth == 0 ? ops_push(&w->b) : LEHR_OK;
}

lehr_status program_make(const tn_network *t, const tn_elimination *e, tn_program *out,
                         lehr_error *err) {
  walk w = {.t = t, .e = e, .b.p.n = t->n};
  w.path = memory_array((size_t)t->n, sizeof *w.path);
  w.fresh = memory_array((size_t)t->n, sizeof *w.fresh);
  const bool is_made =
      w.path && w.fresh && list_factors(&w) && factors_copy(&t->factors, &w.b.p.factors);
  const lehr_status status = is_made ? walk_trees(&w) : LEHR_ENOMEM;
  free(w.path);
  free(w.fresh);
  free(w.first_factor);
  free(w.factor);
  *out = w.b.p;
  w.b.p = (tn_program){0};
  ops_free(&w.b);
  if (status == LEHR_OK) return LEHR_OK;
  program_free(out);
  if (status == LEHR_ENOMEM) return error_memory(err, (uint64_t)t->n * sizeof(tn_op));
  return error_set(err, status, "a table has more than %d variables", TN_MOST_SLOTS);
}

lehr_status program_from_order(const tn_network *t, const int32_t order[], tn_program *out,
                               lehr_error *err) {
  tn_elimination e;
  *out = (tn_program){0};
  LEHR_TRY(elimination_make(network_graph(t), order, TN_MOST_SLOTS, &e, err));
  const lehr_status status = program_make(t, &e, out, err);
  elimination_free(&e);
  return status;
}
