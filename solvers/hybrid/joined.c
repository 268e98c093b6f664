/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/joined.h"

#include <stdlib.h>
#include <string.h>

enum { SPARE = 1 << 20, GROWTH = 8 };

/* Neighbours that the groups add, both ways, at most. */
static uint64_t pairs_of(const lehr_model_view *m) {
  uint64_t sum = 0;
  for (int32_t g = 0; g < m->n_groups; g++) {
    const uint64_t size = (uint64_t)(m->group_ptr[g + 1] - m->group_ptr[g]);
    sum += size * (size - (size > 0));
  }
  return sum;
}

bool joined_is_possible(const lehr_model_view *m) {
  const uint64_t own = (uint64_t)m->n + (uint64_t)m->row[m->n];
  return m->n_groups > 0 && pairs_of(m) <= SPARE + GROWTH * own;
}

uint64_t joined_bytes(const lehr_model_view *m) {
  if (!joined_is_possible(m)) return 0;
  const uint64_t entries = (uint64_t)m->row[m->n] + pairs_of(m);
  return 12 * entries + 16 * ((uint64_t)m->n + 1) + 4 * (uint64_t)m->group_ptr[m->n_groups] + 512;
}

static int ascending(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* A new form under way. */
typedef struct joining {
  const spin_form *form;
  int64_t *row;
  int32_t *col;
  int64_t *J;
} joining;

/* Row i: its own columns and members[count], both ascending, without i. Returns its end. */
static int64_t merge(joining *to, int32_t i, int64_t end, const int32_t members[], int64_t count) {
  const spin_form *f = to->form;
  int64_t k = f->row[i];
  for (int64_t g = 0; g < count; g++) {
    for (; k < f->row[i + 1] && f->col[k] < members[g]; k++, end++) {
      to->col[end] = f->col[k];
      to->J[end] = f->J[k];
    }
    const bool is_coupled = k < f->row[i + 1] && f->col[k] == members[g];
    if (members[g] == i || is_coupled) continue;
    to->col[end] = members[g];
    to->J[end++] = 0;
  }
  const size_t rest = (size_t)(f->row[i + 1] - k);
  memcpy(to->col + end, f->col + k, rest * sizeof *to->col);
  memcpy(to->J + end, f->J + k, rest * sizeof *to->J);
  return end + (int64_t)rest;
}

bool joined_form(spin_form *f, lehr_run *run) {
  const lehr_model_view *m = run->model;
  if (!joined_is_possible(m)) return false;
  const size_t n = (size_t)m->n, entries = (size_t)m->row[n] + (size_t)pairs_of(m);
  const size_t grouped = (size_t)m->group_ptr[m->n_groups];
  joining to = {.form = f,
                .row = run->alloc(run, (n + 1) * sizeof *to.row),
                .col = run->alloc(run, entries * sizeof *to.col),
                .J = run->alloc(run, entries * sizeof *to.J)};
  int32_t *members = run->alloc(run, grouped * sizeof *members);
  int32_t *group_of = run->alloc(run, n * sizeof *group_of);
  if (!to.row || !to.col || !to.J || !members || !group_of) return false;
  for (size_t i = 0; i < n; i++) group_of[i] = -1;
  if (grouped > 0) memcpy(members, m->group_idx, grouped * sizeof *members);
  for (int32_t g = 0; g < m->n_groups; g++) {
    const int64_t first = m->group_ptr[g], size = m->group_ptr[g + 1] - first;
    qsort(members + first, (size_t)size, sizeof *members, ascending);
    for (int64_t k = first; k < first + size; k++) group_of[members[k]] = g;
  }
  for (int32_t i = 0; i < m->n; i++) {
    const int32_t g = group_of[i];
    const int64_t first = g < 0 ? 0 : m->group_ptr[g];
    to.row[i + 1] =
        merge(&to, i, to.row[i], members + first, g < 0 ? 0 : m->group_ptr[g + 1] - first);
  }
  f->row = to.row;
  f->col = to.col;
  f->J = to.J;
  f->magnitude = 0;
  return true;
}
