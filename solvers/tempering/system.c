/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/system.h"

#include "base/clock.h"
#include "solvers/start.h"
#include "solvers/tempering/bit_rows.h"

#include <math.h>
#include <omp.h>
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

uint64_t system_bytes(const lehr_model_view *m, int type, int32_t threads) {
  return walkers_bytes(m->n, type) + noise_bytes(type) + recombine_bytes(m->n) +
         team_bytes(threads, m->n) + (uint64_t)(threads - 1) * clusters_bytes(m->n) +
         (uint64_t)threads * sizeof(clusters) + (uint64_t)m->n * 8 +
         2 * 512 * (uint64_t)cluster_words(m->n) + (uint64_t)m->n + 512;
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
  team_enter(&s->team, &s->w, s->job->kernel);
}

void system_heat(tempering_system *s, double T) {
  double all[WALKERS];
  for (int l = 0; l < WALKERS; l++) all[l] = T;
  walkers_heat(&s->w, s->job->hot, all);
}

/* What exchanging clusters takes. */
static bool make_clusters(tempering_system *s) {
  const system_job *job = s->job;
  const int32_t threads = s->team.threads;
  s->clusters = job->run->alloc(job->run, (size_t)threads * sizeof *s->clusters);
  if (!s->clusters || !recombine_make(&s->recombine, job->form, job->run) ||
      !clusters_link(&s->recombine.clusters, job->form, job->run))
    return false;
  s->clusters[0] = s->recombine.clusters;
  for (int32_t t = 1; t < threads; t++) {
    if (!clusters_make(&s->clusters[t], job->form->n, job->run)) return false;
    s->clusters[t].link = s->clusters[0].link;
  }
  return true;
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
  if (!team_make(&s->team, job->team > 1 ? job->team : 1, n, run)) return false;
  if (s->has_clusters && !make_clusters(s)) return false;
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

/* Sweeps without anything in between. */
typedef struct stretch {
  const tempering_system *s;
  int64_t sweeps;
  int64_t visits[TEAM_MOST]; /* sites, by share */
  int64_t work;              /* of the first share since the last poll */
  bool is_cut[TEAM_MOST];    /* because the run should stop */
} stretch;

/* One sweep of a share; false if it was cut. */
static bool sweep_share(stretch *x, walkers *share, int32_t k, int64_t t, int64_t *work) {
  const tempering_system *s = x->s;
  const int32_t n = s->job->form->n, site_work = s->job->limits->site_work;
  const int32_t most = POLL_WORK / site_work + 1;
  const philox_block random = philox_at(s->key, 0, (uint64_t)(s->sweeps + t));
  share->offset_state = random.v[0] | (uint64_t)random.v[1] << 32;
  for (int32_t begin = 0; begin < n;) {
    const int32_t end = n - begin < most ? n : begin + most;
    s->job->kernel->sweep(share, begin, end);
    *work += (int64_t)(end - begin) * site_work;
    x->visits[k] += end - begin;
    begin = end;
    if (*work < POLL_WORK) continue;
    *work = 0;
    if (strip_should_stop(s->job->limits)) return false;
  }
  return true;
}

static void sweep_stretch(void *context, walkers *share, int32_t k) {
  stretch *x = context;
  int64_t work = x->s->work;
  for (int64_t t = 0; t < x->sweeps && !x->is_cut[k]; t++)
    x->is_cut[k] = !sweep_share(x, share, k, t, &work);
  if (k == 0) x->work = work;
}

/* So many sweeps; false if any was cut. */
static bool sweep(tempering_system *s, int64_t sweeps, int64_t *attempts) {
  stretch x = {.s = s, .sweeps = sweeps};
  const int32_t shares = team_active(&s->team);
  const double start = clock_wall();
  bool is_whole = true;
  team_do(&s->team, &s->w, sweep_stretch, &x);
  for (int32_t k = 0; k < shares; k++) {
    *attempts += x.visits[k] * (WALKERS / shares);
    is_whole &= !x.is_cut[k];
  }
  team_note(&s->team, (clock_wall() - start) / ((double)sweeps * s->job->form->n));
  s->work = x.work;
  s->sweeps += is_whole ? sweeps : 0;
  s->visits_left -= sweeps * s->job->form->n;
  return is_whole;
}

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

/* Two slots, and what became of them. */
typedef struct slot_pair {
  int32_t slot, other;
  bool by_clusters;
  exchange_result result;
} slot_pair;

/* Exchanges clusters; or decides whether whole states are exchanged. Different pairs may be dealt
 * with at once. */
static void try_pair(const tempering_system *s, slot_pair *pair, const double energy[], clusters *c,
                     uint64_t stream) {
  const ladder *l = &s->ladder;
  const int64_t words = cluster_words(s->job->form->n);
  const int32_t slot = pair->slot, other = pair->other;
  const double b_cold = 0.5 / l->T[slot / l->replicas], b_hot = 0.5 / l->T[other / l->replicas];
  philox_stream random = philox_stream_at(philox_subkey(s->key, 0), stream);
  if (pair->by_clusters)
    pair->result = exchange_clusters(c, s->job->form, s->w.h != NULL, b_cold - b_hot,
                                     s->rows + s->lane[slot] * words,
                                     s->rows + s->lane[other] * words, &random);
  else
    pair->result.is_swapped = exchange_whole(b_cold, b_hot, energy[slot], energy[other], &random);
}

static void settle_pair(tempering_system *s, const slot_pair *pair) {
  const int32_t slot = pair->slot, other = pair->other;
  ladder_count(&s->ladder, slot, other, pair->result.is_swapped);
  if (pair->by_clusters) {
    if (pair->result.is_swapped) ladder_swap(&s->ladder, slot, other);
    if (slot >= LADDER_SLOTS / 2) return;
    s->differing += pair->result.differing;
    s->loose += pair->result.loose;
  } else if (pair->result.is_swapped) {
    exchange_states(s, slot, other);
  }
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

/* All pairs of this exchange; returns how many. */
static int32_t pair_slots(const tempering_system *s, slot_pair pairs[LADDER_SLOTS / 2]) {
  const int32_t replicas = s->ladder.replicas, ranks = s->ladder.ranks;
  const int32_t kinds = replicas > 1 && s->has_clusters ? 3 : 2;
  const int32_t kind = (int32_t)(s->exchanges % kinds);
  philox_stream random =
      philox_stream_at(philox_subkey(s->key, 0), (uint64_t)s->exchanges * LADDER_SLOTS);
  const int32_t shift = (int32_t)philox_below(&random, (uint32_t)replicas);
  const int32_t count = kind == 2 ? LADDER_SLOTS / 2 : (ranks - kind) / 2 * replicas;
  for (int32_t k = 0; k < count; k++) {
    pairs[k] = (slot_pair){0};
    exchange_slots(s, kind, k, shift, &pairs[k].slot, &pairs[k].other);
    pairs[k].by_clusters = by_clusters(s, pairs[k].slot);
  }
  return count;
}

/* False if the run should stop: what was exchanged so far is left out then. */
static bool exchange_all(tempering_system *s, const double energy[]) {
  slot_pair pairs[LADDER_SLOTS / 2];
  const int32_t count = pair_slots(s, pairs), threads = s->has_clusters ? team_active(&s->team) : 1;
  const uint64_t first = (uint64_t)s->exchanges * LADDER_SLOTS + 1;
  const int64_t pair_work = (int64_t)s->job->form->n * s->job->limits->site_work;
  bool is_over = false;
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
  for (int32_t k = 0; k < count; k++) {
    bool is_late;
#pragma omp atomic read
    is_late = is_over;
    if (is_late) continue;
    try_pair(s, &pairs[k], energy, &s->clusters[omp_get_thread_num()], first + (uint64_t)k);
    if (!pairs[k].by_clusters || pair_work < POLL_WORK / LADDER_SLOTS) continue;
    is_late = strip_should_stop(s->job->limits);
    if (!is_late) continue;
#pragma omp atomic write
    is_over = true;
  }
  for (int32_t k = 0; k < count && !is_over; k++) settle_pair(s, &pairs[k]);
  return !is_over;
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
  team_energies(&s->team, &s->w, s->job->kernel, of_lane);
  for (int32_t k = 0; k < LADDER_SLOTS; k++) energy[k] = of_lane[s->lane[k]];
  ladder_note(&s->ladder, energy);
  if (s->has_clusters) bit_rows_from_sites(n, s->w.spin, s->rows);
  if (!exchange_all(s, energy)) return false;
  s->exchanges++;
  if (s->has_clusters) {
    bit_rows_to_sites(n, s->rows, s->w.spin);
    team_enter(&s->team, &s->w, s->job->kernel);
  }
  adapt(s);
  set_temperatures(s);
  return true;
}

int32_t system_interval(const tempering_system *s) {
  if (s->job->interval > 0) return s->job->interval;
  return s->has_clusters ? CLUSTER_INTERVAL : WHOLE_INTERVAL;
}

/* Sweeps of a stretch: until the next exchange, or until the noise is to be drawn anew. */
static int64_t stretch_of(const tempering_system *s, int64_t left, bool has_exchanges) {
  const int32_t n = s->job->form->n, interval = system_interval(s);
  const int64_t fresh = (s->visits_left + n - 1) / n, due = interval - s->sweeps % interval;
  if (fresh < left) left = fresh;
  return has_exchanges && due < left ? due : left;
}

static int64_t advance(tempering_system *s, int64_t sweeps, bool has_exchanges) {
  int64_t attempts = 0;
  for (int64_t left = sweeps; left > 0;) {
    draw_noise(s);
    const int64_t now = stretch_of(s, left, has_exchanges);
    if (!sweep(s, now, &attempts)) break;
    left -= now;
    if (has_exchanges && s->sweeps % system_interval(s) == 0 && !exchange(s)) break;
  }
  return attempts;
}

int64_t system_advance(tempering_system *s, int64_t sweeps) { return advance(s, sweeps, true); }

int64_t system_sweep(tempering_system *s, int64_t sweeps) { return advance(s, sweeps, false); }

/* Keeps the states of w that are lower than their lane's best. */
static bool keep_best(tempering_system *s) {
  const int64_t words = cluster_words(s->job->form->n);
  const double before = s->best_energy[s->lowest];
  double energy[WALKERS];
  team_energies(&s->team, &s->w, s->job->kernel, energy);
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
  for (int k = 0; k < DESCENT_SWEEPS && team_descend(&s->team, &s->w, kernel); k++)
    if (strip_should_stop(s->job->limits) && k > 1) break;
  const bool is_better = keep_best(s);
  if (strip_should_stop(s->job->limits)) return is_better; /* nobody needs the states any more */
  memcpy(s->w.spin, s->saved, (size_t)n * sizeof *s->saved);
  team_enter(&s->team, &s->w, kernel);
  return is_better;
}
