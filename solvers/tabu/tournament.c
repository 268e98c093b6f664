/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/tournament.h"

enum { FAN_BITS = 4, FAN = 1 << FAN_BITS, TIE_BITS = 8 };

static int32_t nodes_above(int32_t count) { return (count + FAN - 1) >> FAN_BITS; }

static int32_t all_nodes(int32_t n) {
  int32_t sum = 0;
  for (int32_t count = nodes_above(n);; count = nodes_above(count)) {
    sum += count;
    if (count <= 1) return sum;
  }
}

uint64_t tournament_bytes(int32_t n) {
  return (uint64_t)n * 2 * sizeof(int64_t) + (uint64_t)all_nodes(n) * sizeof(int32_t) + 256;
}

/* The best of a node's children: variables at level 0, winners of nodes[] above. */
static int32_t play(const flips *f, const int32_t *children, int32_t first, int32_t count) {
  int32_t best = children ? children[first] : first;
  for (int32_t k = first + 1; k < count && k < first + FAN; k++) {
    const int32_t other = children ? children[k] : k;
    best = f->key[other] < f->key[best] ? other : best;
  }
  return best;
}

/* Sets a key and plays the games that it decides. */
static void set_key(flips *f, int32_t j, int64_t key) {
  const bool is_lower = key < f->key[j];
  int32_t candidate = j, at = j, count = f->model->form->n;
  const int32_t *children = NULL;
  int32_t *nodes = f->winners;
  f->key[j] = key;
  for (;;) {
    const int32_t block = at >> FAN_BITS, winner = nodes[block];
    if (winner == j) { /* a lower key wins again */
      if (!is_lower) candidate = play(f, children, block << FAN_BITS, count);
    } else if (f->key[candidate] >= f->key[winner]) {
      return;
    }
    nodes[block] = candidate;
    count = nodes_above(count);
    if (count <= 1) return;
    children = nodes;
    nodes += count;
    at = block;
  }
}

static int64_t key_of(flips *f, int32_t i) {
  if (f->shift == 0) return f->cost[i];
  return f->cost[i] * (INT64_C(1) << f->shift) + (flips_random(&f->random) >> (32 - TIE_BITS));
}

static void bar(flips *f, int32_t i, bool is_barred) {
  set_key(f, i, is_barred ? INT64_MAX : key_of(f, i));
}

static flip_choice best(flips *f) {
  const int32_t i = *f->champion;
  return f->key[i] == INT64_MAX ? (flip_choice){-1, 0} : (flip_choice){i, f->cost[i]};
}

static flip_choice flip(flips *f, int32_t i) {
  const spin_form *form = f->model->form;
  const uint8_t old = f->bits[i];
  f->energy += f->cost[i];
  f->bits[i] = old ^ 1;
  f->cost[i] = -f->cost[i];
  if (f->key[i] != INT64_MAX) set_key(f, i, key_of(f, i));
  for (int64_t k = form->row[i]; k < form->row[i + 1]; k++) {
    const int32_t j = form->col[k];
    const int64_t step = 2 * form->J[k];
    f->cost[j] += f->bits[j] == old ? step : -step;
    if (f->key[j] != INT64_MAX) set_key(f, j, key_of(f, j));
  }
  return best(f);
}

static void play_all(flips *f) {
  const int32_t *children = NULL;
  int32_t *nodes = f->winners;
  for (int32_t below = f->model->form->n;;) {
    const int32_t count = nodes_above(below);
    for (int32_t b = 0; b < count; b++) nodes[b] = play(f, children, b << FAN_BITS, below);
    if (count <= 1) return;
    children = nodes;
    nodes += count;
    below = count;
  }
}

static void enter(flips *f, const uint8_t bits[]) {
  const spin_form *form = f->model->form;
  int64_t quarters = 0, rest = 0; /* of 2 E = sum_i s_i (h_i + g_i), which need not fit 64 bits */
  for (int32_t i = 0; i < form->n; i++) f->bits[i] = bits[i];
  for (int32_t i = 0; i < form->n; i++) {
    int64_t g = form->h[i];
    for (int64_t k = form->row[i]; k < form->row[i + 1]; k++) {
      const int64_t minus = (int64_t)bits[form->col[k]] - 1; /* nobody could predict a branch */
      g += (form->J[k] ^ minus) - minus;
    }
    f->cost[i] = bits[i] ? -g : g;
    /* h and g apart: their sum may leave 64 bits. */
    const int64_t h_term = bits[i] ? form->h[i] : -form->h[i];
    quarters += (h_term >> 2) + (-f->cost[i] >> 2);
    rest += (h_term & 3) + (-f->cost[i] & 3);
    f->key[i] = key_of(f, i);
  }
  f->energy = quarters + (rest >> 2);
  play_all(f);
}

bool tournament_make(flips *f, lehr_run *run) {
  const size_t n = (size_t)f->model->form->n;
  f->enter = enter;
  f->flip = flip;
  f->best = best;
  f->bar = bar;
  f->shift = f->model->form->largest_field < INT64_C(1) << (62 - TIE_BITS) ? TIE_BITS : 0;
  f->cost = run->alloc(run, n * sizeof *f->cost);
  f->key = run->alloc(run, n * sizeof *f->key);
  f->winners = run->alloc(run, (size_t)all_nodes((int32_t)n) * sizeof *f->winners);
  f->champion = f->winners + all_nodes((int32_t)n) - 1;
  return f->cost && f->key && f->winners;
}
