/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/grouped_state.h"

#include <math.h>

enum { LARGEST_DENSE = 2048, DENSE_SHARE = 8 };

/* A dense matrix pays where at least every eighth entry is set. */
static bool is_dense(const lehr_model_view *m) {
  return m->n <= LARGEST_DENSE && 2 * m->n_interactions * DENSE_SHARE >= (int64_t)m->n * m->n;
}

uint64_t grouped_model_bytes(const lehr_model_view *m) {
  const uint64_t n = (uint64_t)m->n;
  return spin_form_bytes(m) + n * 12 + (is_dense(m) ? n * n * 4 : 0) + 256;
}

uint64_t grouped_state_bytes(const lehr_model_view *m) {
  return (uint64_t)m->n * 17 + (uint64_t)m->n_groups * 4 + 512;
}

static bool make_dense(grouped_model *g, lehr_run *run) {
  const spin_form *f = &g->form;
  const size_t n = (size_t)f->n;
  int32_t *dense = run->alloc(run, n * n * sizeof *dense);
  if (!dense) return false;
  for (size_t i = 0; i < n; i++)
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
      dense[i * n + (size_t)f->col[k]] = (int32_t)(2 * f->J[k]);
  g->dense = dense;
  return true;
}

bool grouped_model_make(grouped_model *g, lehr_run *run) {
  const lehr_model_view *m = run->model;
  *g = (grouped_model){.view = m, .group_of = run->alloc(run, (size_t)m->n * sizeof *g->group_of)};
  g->largest = run->alloc(run, (size_t)m->n * sizeof *g->largest);
  if (!g->group_of || !g->largest || !spin_form_make(&g->form, run)) return false;
  for (int32_t i = 0; i < m->n; i++)
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
      g->largest[i] = fmax(g->largest[i], 2 * (double)g->form.J[k]);
  for (int32_t i = 0; i < m->n; i++) g->group_of[i] = -1;
  for (int32_t c = 0; c < m->n_groups; c++)
    for (int64_t k = m->group_ptr[c]; k < m->group_ptr[c + 1]; k++)
      g->group_of[m->group_idx[k]] = c;
  /* 2 J and the difference of two must fit 32 bits. */
  const bool is_narrow = g->form.largest_field < INT32_MAX / 4;
  return !is_narrow || !is_dense(m) || make_dense(g, run);
}

bool grouped_state_make(grouped_state *s, const grouped_model *g, lehr_run *run) {
  const size_t n = (size_t)g->view->n, n_groups = (size_t)g->view->n_groups;
  *s = (grouped_state){.model = g,
                       .spin = run->alloc(run, n),
                       .field = run->alloc(run, n * sizeof *s->field),
                       .members = run->alloc(run, n * sizeof *s->members),
                       .place = run->alloc(run, n * sizeof *s->place),
                       .ones = run->alloc(run, n_groups * sizeof *s->ones)};
  return s->spin && s->field && s->members && s->place && s->ones;
}

static void swap_places(grouped_state *s, int32_t a, int32_t b) {
  const int32_t i = s->members[a], j = s->members[b];
  s->members[a] = j;
  s->members[b] = i;
  s->place[i] = b;
  s->place[j] = a;
}

/* Moves i, whose spin has just changed, to its side of the group's list. */
static void regroup(grouped_state *s, int32_t i) {
  const int32_t c = s->model->group_of[i];
  if (c < 0) return;
  const int32_t first = (int32_t)s->model->view->group_ptr[c];
  if (s->spin[i] > 0)
    swap_places(s, s->place[i], first + s->ones[c]++);
  else
    swap_places(s, s->place[i], first + --s->ones[c]);
}

void grouped_enter(grouped_state *s, const uint8_t bits[]) {
  const spin_form *f = &s->model->form;
  const lehr_model_view *m = s->model->view;
  for (int32_t c = 0; c < m->n_groups; c++) {
    s->ones[c] = 0;
    for (int64_t k = m->group_ptr[c]; k < m->group_ptr[c + 1]; k++) {
      s->members[k] = m->group_idx[k];
      s->place[m->group_idx[k]] = (int32_t)k;
    }
  }
  for (int32_t i = 0; i < f->n; i++) {
    s->spin[i] = bits[i] ? 1 : -1;
    if (bits[i]) regroup(s, i);
  }
  for (int32_t i = 0; i < f->n; i++) {
    int64_t sum = f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) sum += f->J[k] * s->spin[f->col[k]];
    s->field[i] = -sum;
  }
}

void grouped_leave(const grouped_state *s, uint8_t bits[]) {
  for (int32_t i = 0; i < s->model->form.n; i++) bits[i] = s->spin[i] > 0;
}

/* In the shorter of the two ascending rows. */
int64_t grouped_search(const grouped_model *g, int32_t i, int32_t j) {
  const spin_form *f = &g->form;
  if (f->row[i + 1] - f->row[i] > f->row[j + 1] - f->row[j]) {
    const int32_t t = i;
    i = j;
    j = t;
  }
  int64_t low = f->row[i], high = f->row[i + 1];
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (f->col[middle] < j)
      low = middle + 1;
    else
      high = middle;
  }
  return low < f->row[i + 1] && f->col[low] == j ? 2 * f->J[low] : 0;
}

void grouped_flip(grouped_state *s, int32_t i) {
  const spin_form *f = &s->model->form;
  const int64_t twice = 2 * s->spin[i];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) s->field[f->col[k]] += twice * f->J[k];
  s->spin[i] = (int8_t)-s->spin[i];
  regroup(s, i);
}

/* In one pass over the fields where rows are dense. */
void grouped_exchange(grouped_state *s, int32_t i, int32_t j) {
  const int32_t n = s->model->form.n;
  if (!s->model->dense) {
    grouped_flip(s, i);
    grouped_flip(s, j);
    return;
  }
  const int32_t falls = s->spin[i] > 0 ? i : j, rises = falls == i ? j : i;
  const int32_t *restrict add = s->model->dense + (size_t)falls * (size_t)n;
  const int32_t *restrict subtract = s->model->dense + (size_t)rises * (size_t)n;
  int64_t *restrict field = s->field;
  for (int32_t k = 0; k < n; k++) field[k] += add[k] - subtract[k];
  s->spin[falls] = -1;
  s->spin[rises] = 1;
  regroup(s, falls);
  regroup(s, rises);
}
