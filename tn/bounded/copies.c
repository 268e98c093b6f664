/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/copies.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/cost.h"

#include <stdlib.h>

/* An entry of a row. Entries to variables of level 0 go by when these leave; the others, first, by
 * label. */
typedef struct place {
  int64_t key, entry;
} place;

/* Two neighbours in a row's list of places that may get one label. */
typedef struct joint {
  int64_t at, gap;
} joint;

typedef struct merger {
  const tn_layers *l;
  int64_t work;
  place *list;        /* [row[n]] by key within each row */
  uint8_t *is_joined; /* [row[n]] list[k] and list[k + 1] have one label */
  joint *joints;
  int64_t count;
} merger;

static int compare(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int by_key(const void *a, const void *b) {
  const place *x = a, *y = b;
  return x->key != y->key ? compare(x->key, y->key) : compare(x->entry, y->entry);
}

static int by_gap(const void *a, const void *b) {
  const joint *x = a, *y = b;
  return x->gap != y->gap ? compare(x->gap, y->gap) : compare(x->at, y->at);
}

static void list_row(merger *m, int32_t v) {
  const tn_layers *const l = m->l;
  const tn_network *const t = l->labels->t;
  const int64_t first = t->row[v], count = t->row[v + 1] - first;
  for (int64_t k = first; k < first + count; k++) {
    const int32_t u = t->col[k];
    const int64_t key = l->level[u] == 0 ? l->rank[u] : -1 - (int64_t)l->labels->label[k];
    m->list[k] = (place){.key = key, .entry = k};
  }
  qsort(m->list + first, (size_t)count, sizeof *m->list, by_key);
  for (int64_t k = first; k + 1 < first + count; k++) {
    const place *const a = &m->list[k], *const b = a + 1;
    if (l->labels->label[a->entry] == l->labels->label[b->entry])
      m->is_joined[k] = 1;
    else
      m->joints[m->count++] = (joint){.at = k, .gap = a->key < 0 ? 0 : b->key - a->key};
  }
}

static void write_labels(const merger *m) {
  const tn_layers *const l = m->l;
  const tn_network *const t = l->labels->t;
  for (int32_t v = 0; v < t->n; v++) {
    if (l->level[v] == 0) continue;
    int32_t label = 0;
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
      if (k == t->row[v] || !m->is_joined[k - 1]) label = (int32_t)(m->list[k].entry - t->row[v]);
      l->labels->label[m->list[k].entry] = label;
    }
  }
}

/* ---- The width of a choice ---- */

typedef struct turn {
  int64_t phase, key;
  int32_t copy;
} turn;

static int by_turn(const void *a, const void *b) {
  const turn *x = a, *y = b;
  if (x->phase != y->phase) return compare(x->phase, y->phase);
  return x->key != y->key ? compare(x->key, y->key) : compare(x->copy, y->copy);
}

/* Those without copies leave in their order. Before them, the copies by the first of their
 * neighbours to leave; and before these, what belongs to deeper layers only. */
static turn turn_of(const tn_layers *l, const tn_split *s, int32_t c) {
  const int32_t v = s->of[c];
  const int64_t n = s->n;
  if (l->level[v] == 0) return (turn){.phase = 2, .key = l->rank[v], .copy = c};
  int64_t first = n;
  for (int64_t k = s->network.row[c]; k < s->network.row[c + 1]; k++) {
    const int32_t u = s->of[s->network.col[k]];
    if (l->level[u] == 0 && l->rank[u] < first) first = l->rank[u];
  }
  if (first < n) return (turn){.phase = 1, .key = first * n + l->rank[v], .copy = c};
  return (turn){.phase = 0, .key = -(int64_t)l->level[v] * n + l->rank[v], .copy = c};
}

static bool find_order(const merger *m, const tn_split *s, int32_t order[]) {
  const int32_t n = s->network.n;
  turn *const turns = memory_array((size_t)n, sizeof *turns);
  if (!turns) return false;
  for (int32_t c = 0; c < n; c++) turns[c] = turn_of(m->l, s, c);
  qsort(turns, (size_t)n, sizeof *turns, by_turn);
  for (int32_t c = 0; c < n; c++) order[c] = turns[c].copy;
  free(turns);
  return true;
}

static bool find_width(const tn_split *s, const int32_t order[], int32_t *width) {
  const int32_t n = s->network.n;
  double *const scratch = memory_array((size_t)n, 3 * sizeof *scratch);
  tn_counts counts;
  const bool is_made = counts_make(&counts, n) && scratch;
  if (is_made) {
    counts_find(&counts, network_graph(&s->network), order);
    *width = cost_from_counts(&counts, n, 1, scratch).width;
  }
  counts_free(&counts);
  free(scratch);
  return is_made;
}

/* Whether the joints made so far keep to the width; if so their order is the labels'. */
static lehr_status evaluate(merger *m, bool *fits, lehr_error *err) {
  enum { STEPS_PER_COPY = 250, STEPS_PER_COUPLING = 30 };
  tn_labels *const labels = m->l->labels;
  tn_split s;
  int32_t width = 0;
  write_labels(m);
  LEHR_TRY(split_make(labels, 0, &s, err));
  const int64_t couplings = s.network.row[s.network.n];
  m->work -= STEPS_PER_COPY * (int64_t)s.network.n + STEPS_PER_COUPLING * couplings;
  int32_t *order = memory_array((size_t)s.network.n, sizeof *order);
  const bool is_known = order && find_order(m, &s, order) && find_width(&s, order, &width);
  split_free(&s);
  *fits = is_known && width <= m->l->width;
  if (*fits) {
    int32_t *const before = labels->order;
    labels->order = order;
    order = before;
  }
  free(order);
  return is_known ? LEHR_OK : error_memory(err, (uint64_t)couplings * 32);
}

static void set_joined(merger *m, int64_t from, int64_t to, uint8_t value) {
  for (int64_t k = from; k < to; k++) m->is_joined[m->joints[k].at] = value;
}

/* All of these joints if they fit together; else half of them, and then the others. */
static lehr_status join_all(merger *m, int64_t from, int64_t to, lehr_error *err) {
  bool fits;
  if (from == to || m->work < 0) return LEHR_OK;
  set_joined(m, from, to, 1);
  LEHR_TRY(evaluate(m, &fits, err));
  if (fits) return LEHR_OK;
  set_joined(m, from, to, 0);
  if (to - from == 1) return LEHR_OK;
  const int64_t middle = from + (to - from) / 2;
  LEHR_TRY(join_all(m, from, middle, err));
  return join_all(m, middle, to, err);
}

lehr_status copies_merge(const tn_layers *l, int64_t work, lehr_error *err) {
  const tn_network *const t = l->labels->t;
  const size_t entries = (size_t)t->row[t->n];
  merger m = {.l = l,
              .work = work,
              .list = memory_array(entries, sizeof *m.list),
              .is_joined = memory_array(entries, 1),
              .joints = memory_array(entries, sizeof *m.joints)};
  lehr_status status = error_memory(err, entries * 40);
  if (m.list && m.is_joined && m.joints) {
    for (int32_t v = 0; v < t->n; v++)
      if (l->level[v] > 0) list_row(&m, v);
    qsort(m.joints, (size_t)m.count, sizeof *m.joints, by_gap);
    bool fits; /* as they are, without joints: for their order */
    status = evaluate(&m, &fits, err);
    if (status == LEHR_OK) status = join_all(&m, 0, m.count, err);
    if (status == LEHR_OK) write_labels(&m);
  }
  free(m.list);
  free(m.is_joined);
  free(m.joints);
  return status;
}
