/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/slices.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/overflow.h"
#include "tn/elimination.h"
#include "tn/order_find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The network without some variables, and the best order that was found for it. */
typedef struct residual {
  tn_network t;
  int32_t *number; /* [n] variable of the whole network */
  order_found found;
} residual;

static void residual_free(residual *r) {
  network_free(&r->t);
  free(r->number);
  free(r->found.order);
  *r = (residual){0};
}

void slices_free(tn_slices *s) {
  free(s->is_slice);
  free(s->order);
  *s = (tn_slices){0};
}

static lehr_status residual_make(const tn_network *t, const uint8_t is_slice[],
                                 const labels_options *o, residual *out, lehr_error *err) {
  *out = (residual){.number = memory_array((size_t)t->n, sizeof *out->number)};
  int8_t *const value = memory_copy(is_slice, (size_t)t->n, 1);
  lehr_status status = LEHR_ENOMEM;
  if (value && out->number) status = network_condition(t, value, &out->t, out->number, err);
  free(value);
  const order_limits limits = {.most_entries = HUGE_VAL,
                               .bytes = 1,
                               .work = o->work,
                               .seed = 1 + (uint64_t)o->trial,
                               .is_whole = true};
  if (status == LEHR_OK) status = order_find(network_graph(&out->t), &limits, &out->found, err);
  if (status == LEHR_OK) return status;
  residual_free(out);
  return error_memory(err, (uint64_t)t->n * 64);
}

/* ---- Fronts ---- */

enum { PLACES = 3, MOST_PIECES = 4 };

typedef struct cut {
  int32_t *member; /* [count] of the residual */
  int32_t count;
  double worth; /* by how much it narrows, for each variable */
} cut;

typedef struct cutter {
  const tn_network *t; /* the residual's */
  int32_t width;
  const labels_options *o;
  uint8_t *is_slice; /* [t->n] the cut that is tried */
  int32_t *piece;    /* [t->n] of members of a front, from 1 on */
  int32_t *queue;    /* [t->n] */
  cut best;          /* member has room for t->n */
} cutter;

static lehr_status try_cut(cutter *c, const int32_t member[], int32_t count, lehr_error *err) {
  residual r;
  for (int32_t k = 0; k < count; k++) c->is_slice[member[k]] = 1;
  const lehr_status status = residual_make(c->t, c->is_slice, c->o, &r, err);
  for (int32_t k = 0; k < count; k++) c->is_slice[member[k]] = 0;
  LEHR_TRY(status);
  const int32_t width = r.found.cost.width > c->o->width ? r.found.cost.width : c->o->width;
  const double worth = (double)(c->width - width) / count;
  residual_free(&r);
  if (worth <= c->best.worth) return LEHR_OK;
  c->best.worth = worth;
  c->best.count = count;
  memcpy(c->best.member, member, (size_t)count * sizeof *member);
  return LEHR_OK;
}

/* Gives the unnamed neighbours of v that are in the front the name of its piece. */
static int32_t reach(cutter *c, int32_t v, int32_t name, int32_t end) {
  for (int64_t k = c->t->row[v]; k < c->t->row[v + 1]; k++) {
    const int32_t u = c->t->col[k];
    if (c->piece[u] != -1) continue;
    c->piece[u] = name;
    c->queue[end++] = u;
  }
  return end;
}

/* Members that are neighbours, or have a common one, are in one piece: c->queue[from .. returned).
 */
static int32_t find_piece(cutter *c, int32_t start, int32_t name, int32_t from) {
  int32_t end = from;
  c->piece[start] = name;
  c->queue[end++] = start;
  for (int32_t k = from; k < end; k++) {
    const int32_t v = c->queue[k];
    end = reach(c, v, name, end);
    for (int64_t i = c->t->row[v]; i < c->t->row[v + 1]; i++)
      end = reach(c, c->t->col[i], name, end);
  }
  return end;
}

static lehr_status try_front(cutter *c, const int32_t front[], int32_t count, lehr_error *err) {
  lehr_status status = try_cut(c, front, count, err);
  for (int32_t k = 0; k < count; k++) c->piece[front[k]] = -1;
  int32_t from = 0, pieces = 0;
  for (int32_t k = 0; k < count && status == LEHR_OK; k++) {
    if (c->piece[front[k]] != -1) continue;
    const int32_t to = find_piece(c, front[k], ++pieces, from);
    if (to - from < count && pieces <= MOST_PIECES)
      status = try_cut(c, c->queue + from, to - from, err);
    from = to;
  }
  for (int32_t k = 0; k < count; k++) c->piece[front[k]] = 0;
  return status;
}

/* A few of the largest fronts, spread over the order. */
static lehr_status try_fronts(cutter *c, const int32_t order[], lehr_error *err) {
  tn_elimination e;
  LEHR_TRY(elimination_make(network_graph(c->t), order, c->t->n, &e, err));
  int32_t large = 0;
  lehr_status status = LEHR_OK;
  for (int pass = 0; pass < 2; pass++) {
    int32_t met = 0, tried = 0;
    for (int32_t k = 0; k < e.n && status == LEHR_OK; k++) {
      const int32_t v = e.order[k];
      const int32_t size = (int32_t)(e.first[v + 1] - e.first[v]);
      if (size < e.largest) continue;
      met++;
      if (pass == 0 || met * (PLACES + 1) <= (tried + 1) * large) continue;
      tried++;
      if (tried <= PLACES) status = try_front(c, e.front + e.first[v], size, err);
    }
    large = met;
  }
  elimination_free(&e);
  return status;
}

/* Adds the best cut of the residual to is_slice; *added: its size, 0 if none narrows. */
static lehr_status cut_residual(const residual *r, const labels_options *o, uint8_t is_slice[],
                                int32_t *added, lehr_error *err) {
  const size_t n = (size_t)r->t.n;
  cutter c = {.t = &r->t, .width = r->found.cost.width, .o = o};
  c.is_slice = memory_array(n, 1);
  c.piece = memory_array(n, sizeof *c.piece);
  c.queue = memory_array(n, sizeof *c.queue);
  c.best.member = memory_array(n, sizeof *c.best.member);
  lehr_status status = LEHR_ENOMEM;
  if (c.is_slice && c.piece && c.queue && c.best.member)
    status = try_fronts(&c, r->found.order, err);
  *added = c.best.count;
  for (int32_t k = 0; k < c.best.count; k++) is_slice[r->number[c.best.member[k]]] = 1;
  free(c.is_slice);
  free(c.piece);
  free(c.queue);
  free(c.best.member);
  return status == LEHR_ENOMEM ? error_memory(err, n * 16) : status;
}

/* ---- Both ways ---- */

/* Cuts until the rest is narrow enough; *is_done is false if that would take more than `most`. */
static lehr_status cut_along_fronts(const tn_network *t, const labels_options *o, int32_t most,
                                    tn_slices *out, bool *is_done, lehr_error *err) {
  enum { TRIALS = 16 };
  labels_options less = *o;
  less.work /= TRIALS;
  lehr_status status = LEHR_OK;
  *is_done = false;
  for (int32_t added = 1; added > 0 && out->count <= most && status == LEHR_OK && !*is_done;) {
    residual r;
    LEHR_TRY(residual_make(t, out->is_slice, o, &r, err));
    *is_done = r.found.cost.width <= o->width;
    added = 0;
    if (*is_done) {
      for (int32_t k = 0; k < r.t.n; k++) out->order[k] = r.number[r.found.order[k]];
    } else if (r.found.cost.width <= WIDEST_CUT) {
      status = cut_residual(&r, &less, out->is_slice, &added, err);
      out->count += added;
    }
    residual_free(&r);
  }
  return status;
}

static bool slices_make(const tn_network *t, tn_slices *s) {
  s->is_slice = memory_array((size_t)t->n, 1);
  s->order = memory_array((size_t)t->n, sizeof *s->order);
  return s->is_slice && s->order;
}

lehr_status slices_choose(const tn_network *t, const labels_options *o, tn_slices *out,
                          lehr_error *err) {
  tn_slices by_fronts = {0};
  residual all;
  bool is_done = false;
  *out = (tn_slices){0};
  if (!slices_make(t, out) || !slices_make(t, &by_fronts)) {
    slices_free(out);
    slices_free(&by_fronts);
    return error_memory(err, (uint64_t)t->n * 10);
  }
  lehr_status status = residual_make(t, out->is_slice, o, &all, err);
  if (status == LEHR_OK) {
    status = slices_by_overflow(t, all.found.order, o->width, out, err);
    residual_free(&all);
  }
  if (status == LEHR_OK && out->count > 0)
    status = cut_along_fronts(t, o, out->count, &by_fronts, &is_done, err);
  if (status == LEHR_OK && is_done && by_fronts.count <= out->count) {
    const tn_slices other = *out;
    *out = by_fronts;
    by_fronts = other;
  }
  slices_free(&by_fronts);
  if (status != LEHR_OK) slices_free(out);
  return status;
}
