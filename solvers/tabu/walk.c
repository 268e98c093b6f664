/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/walk.h"

#include "base/philox.h"

#include <string.h>

enum { POLL_WORK = 1 << 20 };

static size_t slots_of(const walk_rules *rules) {
  return (size_t)rules->tenure + (size_t)rules->spread + 1;
}

uint64_t walk_bytes(const lehr_model_view *m, const walk_rules *rules) {
  return flips_bytes(m) + (uint64_t)m->n * 9 + slots_of(rules) * sizeof(int32_t) + 512;
}

bool walk_make(walk *w, const flip_model *m, const walk_rules *rules, lehr_run *run, int level) {
  const size_t n = (size_t)m->form->n;
  *w = (walk){.run = run, .rules = *rules};
  w->ring = run->alloc(run, slots_of(rules) * sizeof *w->ring);
  w->next = run->alloc(run, n * sizeof *w->next);
  w->trail = run->alloc(run, n * sizeof *w->trail);
  w->best_bits = run->alloc(run, n);
  return w->ring && w->next && w->trail && w->best_bits && flips_make(&w->state, m, run, level);
}

/* Forgets what was before. */
static void restart_best(walk *w) {
  w->best_energy = w->state.energy;
  memcpy(w->best_bits, w->state.bits, (size_t)w->state.model->form->n);
  w->trailed = 0;
}

void walk_enter(walk *w, const uint8_t bits[], uint64_t key, int64_t most) {
  const philox_block random = philox_at(key, 0, 0);
  w->state.random = random.v[0] | (uint64_t)random.v[1] << 32;
  w->state.enter(&w->state, bits);
  /* Again, so that what follows does not depend on where the walk came from. */
  w->state.random = random.v[2] | (uint64_t)random.v[3] << 32;
  w->tenure = w->rules.tenure;
  w->moves = 0;
  w->most = most;
  restart_best(w);
}

/* Brings best_bits to the current state by what was flipped since. */
static void keep_best(walk *w) {
  if (w->trailed > w->state.model->form->n) {
    restart_best(w);
    return;
  }
  for (int64_t k = 0; k < w->trailed; k++) w->best_bits[w->trail[k]] ^= 1;
  w->best_energy = w->state.energy;
  w->trailed = 0;
}

static flip_choice make_flip(walk *w, int32_t i) {
  if (w->trailed < w->state.model->form->n) w->trail[w->trailed] = i;
  w->trailed++;
  w->moves++;
  return w->state.flip(&w->state, i);
}

/* Whether to stop after the flip of i; asks now and then. */
static bool is_over(walk *w, int32_t i) {
  const spin_form *f = w->state.model->form;
  w->unpolled += w->state.model->is_dense ? f->n : 16 + (f->row[i + 1] - f->row[i]) * 4;
  if (w->moves >= w->most) return true;
  if (w->unpolled < POLL_WORK) return false;
  w->unpolled = 0;
  return w->run->should_stop(w->run) != 0;
}

static void free_list(walk *w, int32_t *first) {
  for (int32_t i = *first; i >= 0; i = w->next[i]) w->state.bar(&w->state, i, false);
  *first = -1;
}

void walk_tabu(walk *w) {
  const int32_t slots = (int32_t)slots_of(&w->rules);
  int64_t last_better = w->moves;
  int32_t now = 0;
  for (int32_t k = 0; k < slots; k++) w->ring[k] = -1;
  flip_choice next = w->state.best(&w->state);
  while (next.index >= 0 && w->moves < w->most && w->moves - last_better < w->rules.patience) {
    const int32_t i = next.index;
    const uint32_t extra = flips_below(&w->state.random, (uint32_t)w->rules.spread);
    const int32_t until = (now + 1 + w->tenure + (int32_t)extra) % slots;
    w->next[i] = w->ring[until];
    w->ring[until] = i;
    w->state.bar(&w->state, i, true);
    now = (now + 1) % slots;
    free_list(w, &w->ring[now]);
    next = make_flip(w, i);
    if (w->state.energy < w->best_energy) {
      keep_best(w);
      last_better = w->moves;
    }
    if (is_over(w, i)) break;
  }
  for (int32_t k = 0; k < slots; k++) free_list(w, &w->ring[k]);
}

/* Bars what the two states share; returns what they do not. */
static int32_t bar_common(flips *f, const uint8_t to[]) {
  int32_t distance = 0;
  for (int32_t i = 0; i < f->model->form->n; i++) {
    if (f->bits[i] == to[i])
      f->bar(f, i, true);
    else
      distance++;
  }
  return distance;
}

void walk_relink(walk *w, const uint8_t to[]) {
  flips *f = &w->state;
  const int32_t distance = bar_common(f, to), from = distance / 3, until = distance - from;
  int32_t at = 0, best_at = 0;
  int64_t best_energy = INT64_MAX;
  w->trailed = 0;
  flip_choice next = f->best(f);
  while (next.index >= 0 && at < until) {
    const int32_t i = next.index;
    f->bar(f, i, true);
    next = make_flip(w, i);
    at++;
    if (at >= from && f->energy < best_energy) {
      best_energy = f->energy;
      best_at = at;
    }
    if (is_over(w, i)) break;
  }
  for (int32_t i = 0; i < f->model->form->n; i++) f->bar(f, i, false);
  for (; at > best_at && w->moves < w->most; w->moves++) (void)f->flip(f, w->trail[--at]);
  restart_best(w);
}
