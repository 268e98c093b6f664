/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/width_bound.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

/* A minor of the graph, and room for the next one. */
typedef struct minor {
  const width_question *q;
  int32_t n, bound;
  int64_t *row, *next_row; /* [n+1] */
  int32_t *col, *next_col;
  int32_t *order;  /* [n] by degree among those that are there, then as they leave */
  int32_t *place;  /* [n] in order[] */
  int32_t *begin;  /* [n+1] in order[], of each degree */
  int32_t *degree; /* [n] */
  int32_t *owner;  /* [n] what each becomes a part of, -1: not known yet */
  int32_t *seen;   /* [n] the last part that has it as a neighbour */
  int64_t work, asked;
} minor;

static bool minor_make(minor *m, tn_graph g, const width_question *q) {
  const size_t n = (size_t)g.n, entries = (size_t)g.row[g.n];
  *m = (minor){.q = q, .n = g.n};
  m->row = memory_copy(g.row, n + 1, sizeof *m->row);
  m->next_row = memory_array(n + 1, sizeof *m->next_row);
  m->col = memory_copy(g.col, entries, sizeof *m->col);
  m->next_col = memory_array(entries, sizeof *m->next_col);
  m->order = memory_array(n, sizeof *m->order);
  m->place = memory_array(n, sizeof *m->place);
  m->begin = memory_array(n + 1, sizeof *m->begin);
  m->degree = memory_array(n, sizeof *m->degree);
  m->owner = memory_array(n, sizeof *m->owner);
  m->seen = memory_array(n, sizeof *m->seen);
  return m->row && m->next_row && m->col && m->next_col && m->order && m->place && m->begin &&
         m->degree && m->owner && m->seen;
}

static void minor_free(minor *m) {
  free(m->row);
  free(m->next_row);
  free(m->col);
  free(m->next_col);
  free(m->order);
  free(m->place);
  free(m->begin);
  free(m->degree);
  free(m->owner);
  free(m->seen);
}

/* Counts the steps for v; whether to end. */
static bool is_over(minor *m, int32_t v) {
  enum { EACH = 1 << 19, PER_VARIABLE = 10, PER_NEIGHBOUR = 5 };
  m->work += PER_VARIABLE + PER_NEIGHBOUR * (m->row[v + 1] - m->row[v]);
  if (m->bound >= m->q->enough || m->work >= m->q->work) return true;
  if (!m->q->guard || m->work < m->asked + EACH) return false;
  m->asked = m->work;
  return guard_should_stop(m->q->guard);
}

static void sort_by_degree(minor *m) {
  for (int32_t d = 0; d <= m->n; d++) m->begin[d] = 0;
  for (int32_t v = 0; v < m->n; v++) {
    m->degree[v] = (int32_t)(m->row[v + 1] - m->row[v]);
    m->begin[m->degree[v] + 1]++;
  }
  for (int32_t d = 0; d < m->n; d++) m->begin[d + 1] += m->begin[d];
  for (int32_t v = 0; v < m->n; v++) {
    m->place[v] = m->begin[m->degree[v]]++;
    m->order[m->place[v]] = v;
  }
  for (int32_t d = m->n; d > 0; d--) m->begin[d] = m->begin[d - 1];
  m->begin[0] = 0;
}

/* u goes to the front of those of its degree, and then counts to those of one less. */
static void lose_neighbour(minor *m, int32_t u) {
  const int32_t front = m->begin[m->degree[u]]++, w = m->order[front];
  m->order[m->place[u]] = w;
  m->place[w] = m->place[u];
  m->order[front] = u;
  m->place[u] = front;
  m->degree[u]--;
}

/* Variables leave by degree (Batagelj, Zaversnik 2003). False: it is time to end. */
static bool leave_by_degree(minor *m) {
  sort_by_degree(m);
  for (int32_t k = 0; k < m->n; k++) {
    const int32_t v = m->order[k];
    if (m->degree[v] > m->bound) m->bound = m->degree[v];
    if (is_over(m, v)) return false;
    for (int64_t e = m->row[v]; e < m->row[v + 1]; e++)
      if (m->degree[m->col[e]] > m->degree[v]) lose_neighbour(m, m->col[e]);
  }
  return true;
}

/* The neighbour that v becomes one with: one that is nobody's yet if there is one, of fewest
 * neighbours. -1: it has none. */
static int32_t choose_partner(const minor *m, int32_t v) {
  int32_t best = -1;
  for (int64_t e = m->row[v]; e < m->row[v + 1]; e++) {
    const int32_t u = m->col[e];
    const bool is_free = m->owner[u] < 0, was_free = best >= 0 && m->owner[best] < 0;
    if (best < 0 || (is_free != was_free ? is_free : m->place[u] < m->place[best])) best = u;
  }
  return best;
}

/* Numbers the parts; those without neighbours are left out. -1: it is time to end. */
static int32_t join_pairs(minor *m) {
  int32_t parts = 0;
  for (int32_t v = 0; v < m->n; v++) m->owner[v] = -1;
  for (int32_t k = 0; k < m->n; k++) {
    const int32_t v = m->order[k];
    if (m->owner[v] >= 0) continue;
    if (is_over(m, v)) return -1;
    const int32_t u = choose_partner(m, v);
    if (u < 0) continue;
    if (m->owner[u] < 0) m->owner[u] = parts++;
    m->owner[v] = m->owner[u];
  }
  return parts;
}

/* Members of parts one after the other in order[], each part's end in begin[]. */
static void sort_by_owner(minor *m, int32_t parts) {
  for (int32_t p = 0; p <= parts; p++) m->begin[p] = 0;
  for (int32_t v = 0; v < m->n; v++)
    if (m->owner[v] >= 0) m->begin[m->owner[v] + 1]++;
  for (int32_t p = 0; p < parts; p++) m->begin[p + 1] += m->begin[p];
  for (int32_t v = 0; v < m->n; v++)
    if (m->owner[v] >= 0) m->order[m->begin[m->owner[v]]++] = v;
}

static void swap_rows(minor *m) {
  int64_t *const row = m->row;
  int32_t *const col = m->col;
  m->row = m->next_row;
  m->col = m->next_col;
  m->next_row = row;
  m->next_col = col;
}

/* Every variable becomes one with a neighbour. False: it is time to end. */
static bool contract(minor *m) {
  const int32_t parts = join_pairs(m);
  if (parts < 0) return false;
  int64_t end = 0;
  sort_by_owner(m, parts);
  for (int32_t p = 0; p < parts; p++) m->seen[p] = -1;
  for (int32_t p = 0, k = 0; p < parts; p++) {
    m->next_row[p] = end;
    m->seen[p] = p;
    for (; k < m->begin[p]; k++) {
      const int32_t v = m->order[k];
      if (is_over(m, v)) return false;
      for (int64_t e = m->row[v]; e < m->row[v + 1]; e++) {
        const int32_t u = m->owner[m->col[e]];
        if (m->seen[u] == p) continue;
        m->seen[u] = p;
        m->next_col[end++] = u;
      }
    }
  }
  m->next_row[parts] = end;
  m->n = parts;
  swap_rows(m);
  return true;
}

lehr_status width_bound(tn_graph g, const width_question *q, int32_t *bound, int64_t *work,
                        lehr_error *err) {
  minor m;
  const bool is_possible = minor_make(&m, g, q);
  if (is_possible)
    while (m.n - 1 > m.bound && leave_by_degree(&m) && contract(&m)) continue;
  *bound = m.bound;
  *work += m.work;
  minor_free(&m);
  return is_possible ? LEHR_OK : error_memory(err, 8 * (uint64_t)g.row[g.n] + 40 * (uint64_t)g.n);
}
