/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/grouped_walk.h"

#include "base/philox.h"

#include <math.h>

enum { LOOKS = 2048, POLL_LOOKS = 1 << 17 };

/* Flip i, and j as well unless it is -1. */
typedef struct swap {
  int32_t i, j;
  double cost;
} swap;

static const swap no_move = {-1, -1, HUGE_VAL};

uint64_t grouped_walk_bytes(const lehr_model_view *m) {
  return grouped_state_bytes(m) + (uint64_t)m->n * 13 + 256;
}

bool grouped_walk_make(grouped_walk *w, const grouped_model *m, const walk_rules *rules,
                       lehr_run *run) {
  const size_t n = (size_t)m->form.n;
  *w = (grouped_walk){.run = run, .rules = *rules};
  w->barred_until = run->alloc(run, n * sizeof *w->barred_until);
  w->free = run->alloc(run, n * sizeof *w->free);
  w->best_bits = run->alloc(run, n);
  if (!w->barred_until || !w->free || !w->best_bits) return false;
  for (int32_t i = 0; i < m->form.n; i++)
    if (m->group_of[i] < 0) w->free[w->n_free++] = i;
  return grouped_state_make(&w->state, m, run);
}

static void keep_best(grouped_walk *w) {
  w->best_balance = w->balance;
  grouped_leave(&w->state, w->best_bits);
}

void grouped_walk_enter(grouped_walk *w, const uint8_t bits[], uint64_t key, int64_t most_looks) {
  const philox_block random = philox_at(key, 0, 0);
  w->random = random.v[0] | (uint64_t)random.v[1] << 32;
  grouped_enter(&w->state, bits);
  for (int32_t i = 0; i < w->state.model->form.n; i++) w->barred_until[i] = 0;
  w->looks = w->moves = 0;
  w->most_looks = most_looks;
  w->balance = 0;
  keep_best(w);
}

static void make(grouped_walk *w, swap x) {
  const spin_form *f = &w->state.model->form;
  w->balance += x.cost;
  w->unpolled += f->row[x.i + 1] - f->row[x.i];
  if (x.j < 0)
    grouped_flip(&w->state, x.i);
  else
    grouped_exchange(&w->state, x.i, x.j);
}

/* A random move that keeps the groups; i < 0 where there is none for the variable drawn. */
static swap random_move(grouped_walk *w) {
  const grouped_state *s = &w->state;
  const lehr_model_view *m = s->model->view;
  swap x = no_move;
  x.i = (int32_t)flips_below(&w->random, (uint32_t)m->n);
  const int32_t c = s->model->group_of[x.i];
  if (c >= 0) {
    const int32_t first = (int32_t)m->group_ptr[c], size = (int32_t)m->group_ptr[c + 1] - first;
    const int32_t ones = s->ones[c], zeros = size - ones;
    const bool is_one = s->spin[x.i] > 0;
    if (m->group_kind[c] != LEHR_GROUP_AT_MOST_ONE || ones > 0) {
      if (ones == 0 || zeros == 0) return no_move;
      x.j = is_one ? s->members[first + ones + (int32_t)flips_below(&w->random, (uint32_t)zeros)]
                   : s->members[first + (int32_t)flips_below(&w->random, (uint32_t)ones)];
    }
  }
  x.cost = x.j < 0 ? grouped_flip_cost(s, x.i) : grouped_exchange_cost(s, x.i, x.j);
  return x;
}

void grouped_walk_shake(grouped_walk *w) {
  const uint32_t most = (uint32_t)w->state.model->form.n / 8 + 1;
  for (uint32_t left = 1 + flips_below(&w->random, most); left > 0; left--) {
    const swap x = random_move(w);
    if (x.i >= 0) make(w, x);
  }
  keep_best(w);
}

static bool is_allowed(const grouped_walk *w, int32_t i) { return w->barred_until[i] <= w->moves; }

static void look_at_flip(grouped_walk *w, int32_t i, swap *best) {
  const double cost = grouped_flip_cost(&w->state, i);
  w->looks++;
  if (cost < best->cost && is_allowed(w, i)) *best = (swap){i, -1, cost};
}

/* Exchanges of i with the allowed ones among others[count]. */
static void look_at_exchanges(grouped_walk *w, int32_t i, const int32_t others[], int32_t count,
                              swap *best) {
  const grouped_state *s = &w->state;
  w->looks += count;
  for (int32_t k = 0; k < count; k++) {
    const int32_t j = others[k];
    if (!is_allowed(w, j) || grouped_exchange_floor(s, i, j) >= best->cost) continue;
    const double cost = grouped_exchange_cost(s, i, j);
    if (cost < best->cost) *best = (swap){i, j, cost};
  }
}

/* The allowed member whose flip alone costs least, or -1. */
static int32_t cheapest(const grouped_walk *w, const int32_t members[], int32_t count) {
  int32_t best = -1;
  double least = HUGE_VAL;
  for (int32_t k = 0; k < count; k++) {
    const double cost = grouped_flip_cost(&w->state, members[k]);
    if (cost >= least || !is_allowed(w, members[k])) continue;
    least = cost;
    best = members[k];
  }
  return best;
}

static void look_at_group(grouped_walk *w, int32_t c, swap *best) {
  const grouped_state *s = &w->state;
  const lehr_model_view *m = s->model->view;
  const int32_t first = (int32_t)m->group_ptr[c], size = (int32_t)m->group_ptr[c + 1] - first;
  const int32_t ones = s->ones[c], zeros = size - ones;
  const int32_t *set = s->members + first, *unset = set + ones;
  w->looks++;
  if (m->group_kind[c] == LEHR_GROUP_AT_MOST_ONE) {
    for (int32_t k = 0; ones == 0 && k < size; k++) look_at_flip(w, set[k], best);
    if (ones > 0) look_at_flip(w, set[0], best);
  }
  if (ones == 0 || zeros == 0) return;
  const int32_t falls = cheapest(w, set, ones);
  if (falls >= 0) look_at_exchanges(w, falls, unset, zeros, best);
  if (ones == 1) return; /* these were all */
  const int32_t rises = cheapest(w, unset, zeros);
  if (rises >= 0) look_at_exchanges(w, rises, set, ones, best);
}

static swap best_move(grouped_walk *w) {
  const int32_t n_groups = w->state.model->view->n_groups;
  swap best = no_move;
  if (w->n_free > 0) {
    uint32_t at = flips_below(&w->random, (uint32_t)w->n_free);
    for (int32_t k = 0; k < w->n_free && k < LOOKS; k++) {
      look_at_flip(w, w->free[at], &best);
      if (++at == (uint32_t)w->n_free) at = 0;
    }
  }
  const int64_t looks = w->looks;
  int32_t c = (int32_t)flips_below(&w->random, (uint32_t)n_groups);
  for (int32_t k = 0; k < n_groups && w->looks - looks < LOOKS; k++) {
    look_at_group(w, c, &best);
    if (++c == n_groups) c = 0;
  }
  return best;
}

static bool is_over(grouped_walk *w, int64_t looks) {
  w->unpolled += looks;
  if (w->looks >= w->most_looks) return true;
  if (w->unpolled < POLL_LOOKS) return false;
  w->unpolled = 0;
  return w->run->should_stop(w->run) != 0;
}

static void rest(grouped_walk *w, int32_t i) {
  w->barred_until[i] =
      w->moves + 1 + w->rules.tenure + flips_below(&w->random, (uint32_t)w->rules.spread);
}

void grouped_walk_tabu(grouped_walk *w) {
  int64_t last_better = w->moves;
  while (w->looks < w->most_looks && w->moves - last_better < w->rules.patience) {
    const int64_t looks = w->looks;
    const swap x = best_move(w);
    if (x.i >= 0) { /* else all are barred: wait */
      make(w, x);
      rest(w, x.i);
      if (x.j >= 0) rest(w, x.j);
    }
    w->moves++;
    if (w->balance < w->best_balance) {
      keep_best(w);
      last_better = w->moves;
    }
    if (is_over(w, w->looks - looks)) return;
  }
}
