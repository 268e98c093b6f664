/* SPDX-License-Identifier: Apache-2.0 */
/* Descent of models with groups. */
#include "solvers/grouped_state.h"

enum { POLL_LOOKS = 1 << 16 };

typedef struct descending {
  grouped_state *state;
  lehr_run *run;
  int64_t looks; /* at pairs and couplings, since the last question whether to stop */
  bool any, is_stopped;
} descending;

double grouped_pairs(const grouped_state *s) {
  const lehr_model_view *m = s->model->view;
  double sum = m->n;
  for (int32_t c = 0; c < m->n_groups; c++) {
    const double size = (double)(m->group_ptr[c + 1] - m->group_ptr[c]);
    sum += m->group_k[c] * (size - m->group_k[c]);
  }
  return sum;
}

static void look(descending *d, int64_t count) {
  d->looks += count;
  if (d->looks < POLL_LOOKS) return;
  d->looks = 0;
  d->is_stopped |= d->run->should_stop(d->run) != 0;
}

/* A move of i, which takes longer than many looks where i has many neighbours. */
static void moved(descending *d, int32_t i) {
  const int64_t *row = d->state->model->form.row;
  d->any = true;
  look(d, row[i + 1] - row[i]);
}

static void try_flip(descending *d, int32_t i) {
  look(d, 1);
  if (grouped_flip_cost(d->state, i) >= 0) return;
  grouped_flip(d->state, i);
  moved(d, i);
}

/* Exchanges of ones with zeros of one group; both change places in the list as they go. */
static void try_exchanges(descending *d, int32_t c) {
  const grouped_state *s = d->state;
  const lehr_model_view *m = s->model->view;
  const int32_t first = (int32_t)m->group_ptr[c], end = (int32_t)m->group_ptr[c + 1];
  for (int32_t a = first; a < first + s->ones[c] && !d->is_stopped; a++) {
    for (int32_t b = first + s->ones[c]; b < end; b++) {
      if (grouped_exchange_floor(s, s->members[a], s->members[b]) >= 0) continue;
      if (grouped_exchange_cost(s, s->members[a], s->members[b]) >= 0) continue;
      grouped_exchange(d->state, s->members[a], s->members[b]);
      moved(d, s->members[a]);
    }
    look(d, end - first);
  }
}

/* Empties or fills an at-most-one group. */
static void try_flips(descending *d, int32_t c) {
  const grouped_state *s = d->state;
  const lehr_model_view *m = s->model->view;
  for (int64_t k = m->group_ptr[c]; k < m->group_ptr[c + 1]; k++)
    if (s->ones[c] == 0 || s->spin[s->members[k]] > 0) try_flip(d, s->members[k]);
}

double grouped_descend(grouped_state *s, lehr_run *run, double most) {
  const lehr_model_view *m = s->model->view;
  const double pairs = grouped_pairs(s);
  descending d = {.state = s, .run = run};
  double attempts = 0;
  do {
    attempts += pairs;
    d.any = false;
    for (int32_t i = 0; i < m->n && !d.is_stopped; i++)
      if (s->model->group_of[i] < 0) try_flip(&d, i);
    for (int32_t c = 0; c < m->n_groups && !d.is_stopped; c++) {
      try_exchanges(&d, c);
      if (m->group_kind[c] == LEHR_GROUP_AT_MOST_ONE) try_flips(&d, c);
    }
  } while (d.any && !d.is_stopped && attempts < most);
  return attempts;
}
