/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/system.h"

#include "solvers/start.h"
#include "solvers/tempering/bit_rows.h"

#include <math.h>
#include <string.h>

enum {
  POLL_WORK = 1 << 18,
  NOISE_VISITS = 32 * NOISE_COUNT,
  DESCENT_SWEEPS = 64,
  FIRST_ADAPT = 16, /* exchanges */
  HOT_ROUNDS = 8,
  CLUSTER_INTERVAL = 10,
  WHOLE_INTERVAL = 3,
  LOOSE_SHARE = 25 /* clusters are of use while 1 of so many differing sites is loose */
};

uint64_t system_bytes(const lehr_model_view *m, int type) {
  return walkers_bytes(m->n, type) + noise_bytes(type) + recombine_bytes(m->n) +
         (uint64_t)m->n * 8 + 2 * 512 * (uint64_t)cluster_words(m->n) + (uint64_t)m->n + 512;
}

static void draw_noise(tempering_system *s) {
  if (s->visits_left > 0) return;
  s->visits_left = NOISE_VISITS;
  noise_draw(&s->noise, philox_subkey(s->key, (uint64_t)s->sweeps + 1));
}

static void set_temperatures(tempering_system *s) {
  double T[WALKERS];
  ladder *l = &s->ladder;
  for (int32_t k = 0; k < LADDER_SLOTS; k++) T[s->lane[k]] = l->T[k / l->replicas];
  walkers_heat(&s->w, s->job->hot, T);
  for (int32_t k = 0; k < LADDER_SLOTS; k++) l->T[k / l->replicas] = T[s->lane[k]];
}

void system_start(tempering_system *s, int64_t round) {
  const int32_t n = s->job->form->n;
  for (int l = 0; l < WALKERS; l++) {
    start_state(s->job->run, s->index * WALKERS + l, round, s->bits);
    cluster_pack(n, s->bits, s->rows + l * cluster_words(n));
  }
  bit_rows_to_sites(n, s->rows, s->w.spin);
  s->job->kernel->enter(&s->w);
}

void system_heat(tempering_system *s, double T) {
  double all[WALKERS];
  for (int l = 0; l < WALKERS; l++) all[l] = T;
  walkers_heat(&s->w, s->job->hot, all);
}

bool system_make(tempering_system *s, const system_job *job, int64_t index) {
  lehr_run *run = job->run;
  const int32_t n = job->form->n;
  const size_t row_bytes = WALKERS * sizeof(uint64_t) * (size_t)cluster_words(n);
  *s = (tempering_system){.job = job,
                          .key = philox_subkey(run->key, (uint64_t)index),
                          .index = index,
                          .has_clusters = job->clusters != CLUSTERS_OFF,
                          .next_adapt = FIRST_ADAPT};
  if (!walkers_make(&s->w, job->model, job->form, run) ||
      !noise_make(&s->noise, job->model->type, run))
    return false;
  if (s->has_clusters && (!recombine_make(&s->recombine, job->form, run) ||
                          !clusters_link(&s->recombine.clusters, job->form, run)))
    return false;
  s->bits = run->alloc(run, (size_t)n);
  s->rows = run->alloc(run, row_bytes);
  s->best = run->alloc(run, row_bytes);
  s->saved = run->alloc(run, (size_t)n * sizeof *s->saved);
  if (!s->bits || !s->rows || !s->best || !s->saved) return false;
  for (int l = 0; l < WALKERS; l++) {
    s->lane[l] = l;
    s->best_energy[l] = HUGE_VAL;
  }
  s->w.noise = s->noise.table;
  ladder_start(&s->ladder, job->ladder, n, job->ranks, job->cold, job->hot);
  set_temperatures(s);
  system_start(s, 0);
  return true;
}

/* One sweep; false if it was cut because the run should stop. `visited` receives the sites. */
static bool sweep(tempering_system *s, int32_t *visited) {
  const int32_t n = s->job->form->n;
  const int32_t most = POLL_WORK / s->job->limits->site_work + 1;
  const philox_block random = philox_at(s->key, 0, (uint64_t)s->sweeps);
  draw_noise(s);
  s->w.offset_state = random.v[0] | (uint64_t)random.v[1] << 32;
  for (int32_t begin = 0; begin < n;) {
    const int32_t end = n - begin < most ? n : begin + most;
    s->job->kernel->sweep(&s->w, begin, end);
    s->work += (int64_t)(end - begin) * s->job->limits->site_work;
    *visited = begin = end;
    if (s->work < POLL_WORK) continue;
    s->work = 0;
    if (strip_should_stop(s->job->limits)) return false;
  }
  s->sweeps++;
  s->visits_left -= n;
  return true;
}

/* Slots of the pair that holds slot (r, m) as its colder one. */
typedef struct pairing {
  int32_t first, step; /* ranks first, first + 2, ... with the next one; step 0: within ranks */
  int32_t shift;
} pairing;

/* In the hotter half clusters do little that sweeps do not: every so often is enough. */
static bool by_clusters(const tempering_system *s, int32_t slot) {
  return s->has_clusters && (slot < LADDER_SLOTS / 2 || s->exchanges % HOT_ROUNDS < 2);
}

static void swap_rows(uint64_t a[], uint64_t b[], int64_t words) {
  for (int64_t w = 0; w < words; w++) {
    const uint64_t t = a[w];
    a[w] = b[w];
    b[w] = t;
  }
}

/* With clusters the states move, so that neighbouring lanes have neighbouring temperatures and cold
 * vectors seldom flip; else the temperatures do. */
static void exchange_states(tempering_system *s, int32_t slot, int32_t other) {
  const int64_t words = cluster_words(s->job->form->n);
  const int32_t a = s->lane[slot], b = s->lane[other];
  ladder_swap(&s->ladder, slot, other);
  if (s->has_clusters) {
    swap_rows(s->rows + a * words, s->rows + b * words, words);
  } else {
    s->lane[slot] = b;
    s->lane[other] = a;
  }
}

static void exchange_pair(tempering_system *s, int32_t slot, int32_t other, const double energy[],
                          philox_stream *random) {
  ladder *l = &s->ladder;
  const double b_cold = 0.5 / l->T[slot / l->replicas], b_hot = 0.5 / l->T[other / l->replicas];
  if (!by_clusters(s, slot)) {
    const bool is_swapped = exchange_whole(b_cold, b_hot, energy[slot], energy[other], random);
    if (is_swapped) exchange_states(s, slot, other);
    ladder_count(l, slot, other, is_swapped);
    return;
  }
  const int64_t words = cluster_words(s->job->form->n);
  const exchange_result r =
      exchange_clusters(&s->recombine.clusters, s->job->form, s->w.h != NULL, b_cold - b_hot,
                        s->rows + s->lane[slot] * words, s->rows + s->lane[other] * words, random);
  if (r.is_swapped) ladder_swap(l, slot, other);
  ladder_count(l, slot, other, r.is_swapped);
  if (slot >= LADDER_SLOTS / 2) return;
  s->differing += r.differing;
  s->loose += r.loose;
}

/* Pair number `pair` of an exchange of a kind: 0 and 1 between ranks, 2 within them. */
static void exchange_slots(const tempering_system *s, int32_t kind, int32_t pair, int32_t shift,
                           int32_t *slot, int32_t *other) {
  const int32_t replicas = s->ladder.replicas;
  if (kind == 2) {
    const int32_t base = 2 * pair / replicas * replicas;
    *slot = base + (2 * pair + shift) % replicas;
    *other = base + (2 * pair + 1 + shift) % replicas;
  } else {
    const int32_t rank = kind + pair / replicas * 2, m = pair % replicas;
    *slot = rank * replicas + m;
    *other = (rank + 1) * replicas + (m + shift) % replicas;
  }
}

/* False if the run should stop: what was exchanged so far is left out then. */
static bool exchange_all(tempering_system *s, const double energy[], philox_stream *random) {
  const int32_t replicas = s->ladder.replicas, ranks = s->ladder.ranks;
  const int32_t kinds = replicas > 1 && s->has_clusters ? 3 : 2;
  const int32_t kind = (int32_t)(s->exchanges % kinds);
  const int32_t shift = (int32_t)philox_below(random, (uint32_t)replicas);
  const int32_t pairs = kind == 2 ? LADDER_SLOTS / 2 : (ranks - kind) / 2 * replicas;
  for (int32_t k = 0; k < pairs; k++) {
    int32_t slot, other;
    exchange_slots(s, kind, k, shift, &slot, &other);
    exchange_pair(s, slot, other, energy, random);
    s->work += by_clusters(s, slot) ? (int64_t)s->job->form->n * s->job->limits->site_work : 1;
    if (s->work < POLL_WORK) continue;
    s->work = 0;
    if (strip_should_stop(s->job->limits)) return false;
  }
  return true;
}

/* Clusters go out of use where they hardly ever come in pieces. */
static void adapt(tempering_system *s) {
  if (s->exchanges < s->next_adapt) return;
  s->next_adapt *= 2;
  ladder_adapt(&s->ladder);
  set_temperatures(s);
  if (s->job->clusters == CLUSTERS_AUTO && s->loose * LOOSE_SHARE < s->differing)
    s->has_clusters = false;
  s->differing = s->loose = 0;
}

static bool exchange(tempering_system *s) {
  const int32_t n = s->job->form->n;
  double of_lane[WALKERS], energy[LADDER_SLOTS];
  philox_stream random = philox_stream_at(philox_subkey(s->key, 0), (uint64_t)s->exchanges);
  s->job->kernel->energies(&s->w, of_lane);
  for (int32_t k = 0; k < LADDER_SLOTS; k++) energy[k] = of_lane[s->lane[k]];
  ladder_note(&s->ladder, energy);
  if (s->has_clusters) bit_rows_from_sites(n, s->w.spin, s->rows);
  if (!exchange_all(s, energy, &random)) return false;
  s->exchanges++;
  if (s->has_clusters) {
    bit_rows_to_sites(n, s->rows, s->w.spin);
    s->job->kernel->enter(&s->w);
  }
  adapt(s);
  set_temperatures(s);
  return true;
}

/* Exchanging clusters takes as long as several sweeps. */
static int64_t interval_of(const tempering_system *s) {
  if (s->job->interval > 0) return s->job->interval;
  return s->has_clusters ? CLUSTER_INTERVAL : WHOLE_INTERVAL;
}

static int64_t advance(tempering_system *s, int64_t sweeps, bool has_exchanges) {
  int64_t visits = 0;
  for (int64_t t = 0; t < sweeps; t++) {
    int32_t visited = 0;
    const bool is_whole = sweep(s, &visited);
    visits += visited;
    if (!is_whole) break;
    if (has_exchanges && s->sweeps % interval_of(s) == 0 && !exchange(s)) break;
  }
  return visits * WALKERS;
}

int64_t system_advance(tempering_system *s, int64_t sweeps) { return advance(s, sweeps, true); }

int64_t system_sweep(tempering_system *s, int64_t sweeps) { return advance(s, sweeps, false); }

/* Keeps the states of w that are lower than their lane's best. */
static bool keep_best(tempering_system *s) {
  const int64_t words = cluster_words(s->job->form->n);
  const double before = s->best_energy[s->lowest];
  double energy[WALKERS];
  s->job->kernel->energies(&s->w, energy);
  bit_rows_from_sites(s->job->form->n, s->w.spin, s->rows);
  for (int32_t l = 0; l < WALKERS; l++) {
    if (!(energy[l] < s->best_energy[l])) continue;
    s->best_energy[l] = energy[l];
    memcpy(s->best + l * words, s->rows + l * words, (size_t)words * sizeof *s->best);
    if (energy[l] < s->best_energy[s->lowest]) s->lowest = l;
  }
  if (s->has_clusters)
    s->best_energy[s->lowest] -=
        (double)recombine_fold(&s->recombine, s->best + s->lowest * words, s->rows, WALKERS / 2, 1);
  return s->best_energy[s->lowest] < before;
}

bool system_look(tempering_system *s) {
  const int32_t n = s->job->form->n;
  const walker_kernel *kernel = s->job->kernel;
  memcpy(s->saved, s->w.spin, (size_t)n * sizeof *s->saved);
  for (int k = 0; k < DESCENT_SWEEPS && kernel->descend(&s->w, 0, n); k++)
    if (strip_should_stop(s->job->limits) && k > 1) break;
  const bool is_better = keep_best(s);
  if (strip_should_stop(s->job->limits)) return is_better; /* nobody needs the states any more */
  memcpy(s->w.spin, s->saved, (size_t)n * sizeof *s->saved);
  kernel->enter(&s->w);
  return is_better;
}
