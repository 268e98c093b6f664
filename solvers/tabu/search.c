/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/search.h"

#include "base/philox.h"
#include "solvers/descent.h"
#include "solvers/start.h"

#include <omp.h>
#include <string.h>

enum { PAIR_KEY = 0x70616972, TRIP_KEY = 0x74726970, RESTART_KEY = 0x72657374, STALE_ROUNDS = 3 };

/* The cheapest start worth its walk: a descent of about n flips, and as many to look around. */
static int64_t start_attempts(int32_t n) { return 2 * (int64_t)n * n; }

static bool is_out_of_work(const search *s) {
  return s->run->work > 0 && s->attempts >= s->run->work;
}

/* From random bits; with groups they need a start that satisfies them. */
static void restart_state(search *s, int64_t number, uint8_t bits[]) {
  const int32_t n = s->run->model->n;
  if (s->is_grouped || s->run->n_initial == 0) {
    start_state(s->run, number, 0, bits);
    return;
  }
  philox_stream random =
      philox_stream_at(philox_subkey(s->run->key, RESTART_KEY), (uint64_t)number);
  for (int32_t i = 0; i < n; i++) bits[i] = (uint8_t)philox_below(&random, 2);
}

/* Starts of the first fill are the caller's where given. */
static void prepare_start(search *s, trip *t) {
  const int64_t number = s->started++;
  t->is_start = true;
  if (number < s->elite.capacity)
    start_state(s->run, number, 0, t->from);
  else
    restart_state(s, number, t->from);
}

static void prepare_pair(search *s, trip *t, philox_stream *random) {
  const pool *p = &s->elite;
  const uint32_t count = (uint32_t)p->count, a = philox_below(random, count);
  const uint32_t b = (a + 1 + philox_below(random, count - 1)) % count;
  t->is_start = false;
  memcpy(t->from, pool_bits(p, (int32_t)a), (size_t)p->model->n);
  pool_align(p, pool_bits(p, (int32_t)b), t->from, t->to);
}

/* Every other walk has a third of the tenure. Moves to the best known, in millions, of p3000.1
 * (mean of 10 seeds) and p6000.1 (3 seeds): long ones only 0.5 and over 33, short ones only 1.7 and
 * 14, both in turn 0.3 and 3.2. */
static int32_t short_tenure(const walk_rules *rules) {
  return rules->tenure > 3 ? rules->tenure / 3 : 1;
}

static void go_plain(const search *s, trip *t, walk *w, uint64_t key, bool is_short) {
  const int32_t n = s->form.n;
  walk_enter(w, t->from, key, (t->attempts + n - 1) / n);
  if (is_short) w->tenure = short_tenure(&w->rules);
  if (!t->is_start) walk_relink(w, t->to);
  walk_tabu(w);
  memcpy(t->row, w->best_bits, (size_t)n);
  t->energy = (energy){.exact = w->best_energy, .real = (double)w->best_energy};
  t->attempts = w->moves * n;
  t->came_down = w->state.energy > w->best_energy;
}

static void go_grouped(const search *s, trip *t, grouped_walk *w, uint64_t key) {
  const lehr_model_view *m = s->run->model;
  grouped_walk_enter(w, t->from, key, t->attempts);
  if (!t->is_start) grouped_walk_shake(w);
  grouped_walk_tabu(w);
  memcpy(t->row, w->best_bits, (size_t)m->n);
  t->energy = energy_of(m, t->row);
  t->attempts = w->looks;
  t->came_down = w->balance > w->best_balance;
}

/* Trip k of a round, on a thread of the search (not of whoever called it, who may have a team of
 * his own). Once the run should stop only the very first is begun. */
static void go(search *s, int32_t k, int thread) {
  trip *t = &s->trips[k];
  const int64_t number = s->begun + k;
  const uint64_t key = philox_subkey(philox_subkey(s->run->key, TRIP_KEY), (uint64_t)number);
  t->is_done = number == 0 || !s->run->should_stop(s->run);
  if (!t->is_done) return;
  if (s->is_grouped)
    go_grouped(s, t, &s->grouped_walks[thread], key);
  else
    go_plain(s, t, &s->walks[thread], key, number % 2 == 1);
}

static bool is_better_than(const pool *p, energy e) {
  return p->count == 0 || energy_less(p->model, e, pool_energy(p, 0));
}

/* Whether the run is over. */
static bool take(search *s, const trip *t, bool *is_changed) {
  lehr_run *run = s->run;
  pool *p = &s->elite;
  if (!t->is_done) return true;
  const bool is_best = is_better_than(p, t->energy) && is_better_than(&s->kept, t->energy);
  *is_changed |= pool_offer(p, t->row, t->energy);
  s->attempts += t->attempts;
  s->came_down |= t->came_down;
  run->attempts(run, t->attempts);
  return is_best ? run->improved(run, t->row) : run->should_stop(run);
}

/* Trips or starts, `count` of them; whether the run is over. One thread takes each trip's result at
 * once, several do so in the same order afterwards. */
static bool run_round(search *s, int32_t count, bool is_start, bool *is_changed) {
  const int64_t left = s->run->work > 0 ? s->run->work - s->attempts : INT64_MAX;
  bool is_over = false;
  philox_stream random = philox_stream_at(philox_subkey(s->run->key, PAIR_KEY), (uint64_t)s->begun);
  for (int32_t k = 0; k < count; k++) {
    s->trips[k].attempts = left / count > 0 ? left / count : 1;
    if (is_start || s->elite.count < 2)
      prepare_start(s, &s->trips[k]);
    else
      prepare_pair(s, &s->trips[k], &random);
  }
  if (s->threads > 1) {
#pragma omp parallel for num_threads(s->threads) schedule(dynamic)
    for (int32_t k = 0; k < count; k++) go(s, k, omp_get_thread_num());
  }
  for (int32_t k = 0; k < count && !is_over; k++) {
    if (s->threads == 1) go(s, k, 0);
    is_over = take(s, &s->trips[k], is_changed);
  }
  s->begun += count;
  return is_over || is_out_of_work(s);
}

/* Starts until the pool is full or they bring nothing new; a work budget buys as many as it can
 * walk on from. */
static bool fill(search *s) {
  const int64_t left = s->run->work > 0 ? s->run->work - s->attempts : INT64_MAX;
  const int64_t affordable = left / start_attempts(s->run->model->n);
  const int64_t room = s->elite.capacity - s->elite.count;
  int64_t starts = affordable < 1 ? 1 : affordable < room ? affordable : room;
  bool is_new = true;
  while (starts > 0 && is_new) {
    const int32_t count = starts < TRIPS ? (int32_t)starts : TRIPS;
    is_new = false;
    if (run_round(s, count, true, &is_new)) return true;
    starts -= count;
  }
  return false;
}

/* Puts the members of the pool by. */
static void empty_elite(search *s) {
  for (int32_t k = 0; k < s->elite.count; k++)
    (void)pool_offer(&s->kept, pool_bits(&s->elite, k), pool_energy(&s->elite, k));
  pool_shrink(&s->elite, 0);
}

/* The best, taken downhill where all walks were cut short on their way down. */
static const uint8_t *finished(const search *s, const uint8_t bits[]) {
  uint8_t *const own = s->trips[0].row;
  if (s->came_down || !s->run->should_stop(s->run)) return bits;
  memcpy(own, bits, (size_t)s->run->model->n);
  descent_hurried(s->run, own);
  return own;
}

static lehr_status deliver(search *s) {
  lehr_status status = LEHR_OK;
  empty_elite(s);
  for (int32_t k = 0; k < s->kept.count && k < s->reads && status == LEHR_OK; k++) {
    const uint8_t *bits = pool_bits(&s->kept, k);
    status = s->run->sample(s->run, k == 0 ? finished(s, bits) : bits, 1);
  }
  return status;
}

static void conclude(const search *s, int64_t rounds) {
  lehr_run *run = s->run;
  run->used(run, "reads", (double)s->reads);
  run->used(run, "rounds", (double)rounds);
  run->used(run, "patience", (double)s->rules.patience);
  run->used(run, "tenure", s->rules.tenure);
  run->used(run, "spread", s->rules.spread);
  if (is_out_of_work(s))
    run->ended_by(run, LEHR_STOP_WORK);
  else if (run->time_limit_s > 0 && (s->rounds < 0 || rounds < s->rounds))
    run->ended_by(run, LEHR_STOP_TIME_LIMIT);
}

lehr_status search_run(search *s) {
  lehr_run *run = s->run;
  int64_t rounds = 0, stale = 0;
  bool is_over = fill(s);
  for (; !is_over && rounds != s->rounds; rounds++) {
    bool is_changed = false;
    run->progress(run, s->rounds > 0 ? (double)rounds / (double)s->rounds : -1, "tabu walks");
    is_over = run_round(s, TRIPS, false, &is_changed);
    stale = is_changed ? 0 : stale + 1;
    if (stale < STALE_ROUNDS || is_over) continue;
    stale = 0;
    empty_elite(s);
    is_over = fill(s);
  }
  conclude(s, rounds);
  return deliver(s);
}
