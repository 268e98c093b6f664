/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/system.h"

#include "base/clock.h"
#include "base/philox.h"
#include "solvers/poll.h"
#include "solvers/start.h"
#include "solvers/tempering/bit_rows.h"
#include "solvers/tempering/system_exchange.h"

#include <math.h>
#include <string.h>

enum {
  POLL_WORK = 1 << 18,
  NOISE_VISITS = 32 * NOISE_COUNT,
  DESCENT_SWEEPS = 64,
  FIRST_ADAPT = 16, /* exchanges */
  CLUSTER_INTERVAL = 10,
  WHOLE_INTERVAL = 3
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

void system_set_temperatures(tempering_system *s) {
  double T[WALKERS];
  ladder *l = &s->ladder;
  for (int32_t k = 0; k < LADDER_SLOTS; k++) T[s->lane[k]] = l->T[k / l->replicas];
  walkers_heat(&s->w, s->job->hot, T);
  for (int32_t k = 0; k < LADDER_SLOTS; k++) l->T[k / l->replicas] = T[s->lane[k]];
}

bool system_start(tempering_system *s, int64_t round) {
  const int32_t n = s->job->form->n;
  poll p = {.run = s->job->run};
  for (int l = 0; l < WALKERS; l++) {
    start_state(s->job->run, s->index * WALKERS + l, round, s->bits);
    cluster_pack(n, s->bits, s->rows + l * cluster_words(n));
    if (poll_stops(&p, n)) return false;
  }
  bit_rows_to_sites(n, s->rows, s->w.spin);
  s->is_entered = false;
  return true;
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
  system_set_temperatures(s);
  return system_start(s, 0);
}

/* Sites between two questions whether to stop. */
static int32_t portion_of(const tempering_system *s) {
  return POLL_WORK / s->job->limits->site_work + 1;
}

/* Computes the fields of a share; false, when they are unknown, if the run should stop. */
static bool enter_share(const tempering_system *s, walkers *share) {
  const int32_t n = s->job->form->n, most = portion_of(s);
  poll p = {.run = s->job->run};
  for (int32_t begin = 0; begin < n; begin += most) {
    const int32_t end = n - begin < most ? n : begin + most;
    s->job->kernel->enter(share, begin, end);
    if (poll_is_due(&p, (int64_t)(end - begin) * s->job->limits->site_work) &&
        strip_should_stop(s->job->limits))
      return false;
  }
  return true;
}

/* Sweeps without anything in between. What comes before and after goes with them: for a team each
 * call is a meeting, and those take a while. */
typedef struct stretch {
  const tempering_system *s;
  int64_t sweeps;
  double *energy;            /* [WALKERS] afterwards; NULL: nobody asks */
  int64_t visits[TEAM_MOST]; /* sites, by share */
  int64_t work;              /* of the first share since the last poll */
  bool is_cut[TEAM_MOST];    /* because the run should stop */
  bool is_lost[TEAM_MOST];   /* the same before the fields were known */
} stretch;

/* One sweep of a share; false if it was cut. */
static bool sweep_share(stretch *x, walkers *share, int32_t k, int64_t t, int64_t *work) {
  const tempering_system *s = x->s;
  const int32_t n = s->job->form->n, site_work = s->job->limits->site_work;
  const int32_t most = portion_of(s);
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
  const walker_kernel *kernel = x->s->job->kernel;
  int64_t work = x->s->work;
  x->is_cut[k] = x->is_lost[k] = !x->s->is_entered && !enter_share(x->s, share);
  for (int64_t t = 0; t < x->sweeps && !x->is_cut[k]; t++)
    x->is_cut[k] = !sweep_share(x, share, k, t, &work);
  if (k == 0) x->work = work;
  if (x->energy && !x->is_cut[k]) kernel->energies(share, x->energy);
}

/* So many sweeps, and the energies then unless energy is NULL; false if any was cut. */
static bool sweep(tempering_system *s, int64_t sweeps, double energy[], int64_t *attempts) {
  stretch x = {.s = s, .sweeps = sweeps, .energy = energy};
  const int32_t shares = s->team.threads;
  const double start = clock_wall();
  bool is_whole = true;
  team_do(&s->team, &s->w, sweep_stretch, &x);
  s->is_entered = true;
  for (int32_t k = 0; k < shares; k++) {
    *attempts += x.visits[k] * (WALKERS / shares);
    is_whole &= !x.is_cut[k];
    s->is_entered &= !x.is_lost[k];
  }
  team_note(&s->team, (clock_wall() - start) / ((double)sweeps * s->job->form->n));
  s->work = x.work;
  s->sweeps += is_whole ? sweeps : 0;
  s->visits_left -= sweeps * s->job->form->n;
  return is_whole;
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
    double energy[WALKERS];
    draw_noise(s);
    const int64_t now = stretch_of(s, left, has_exchanges);
    const bool is_due = has_exchanges && (s->sweeps + now) % system_interval(s) == 0;
    if (!sweep(s, now, is_due ? energy : NULL, &attempts)) break;
    left -= now;
    if (is_due && !system_exchange(s, energy)) break;
  }
  return attempts;
}

int64_t system_advance(tempering_system *s, int64_t sweeps) { return advance(s, sweeps, true); }

int64_t system_sweep(tempering_system *s, int64_t sweeps) { return advance(s, sweeps, false); }

/* Keeps the states of w that are lower than their lane's best. */
static bool keep_best(tempering_system *s, const double energy[]) {
  const int64_t words = cluster_words(s->job->form->n);
  const double before = s->best_energy[s->lowest];
  bit_rows_from_sites(s->job->form->n, s->w.spin, s->rows);
  for (int32_t l = 0; l < WALKERS; l++) {
    if (!(energy[l] < s->best_energy[l])) continue;
    s->best_energy[l] = energy[l];
    memcpy(s->best + l * words, s->rows + l * words, (size_t)words * sizeof *s->best);
    if (energy[l] < s->best_energy[s->lowest]) s->lowest = l;
  }
  /* Row by row: in a large model with one giant cluster each may take long. */
  for (int32_t l = 0; l < WALKERS / 2 && s->has_clusters && !strip_should_stop(s->job->limits); l++)
    s->best_energy[s->lowest] -= (double)recombine_into(&s->recombine, s->best + s->lowest * words,
                                                        s->rows + l * words, RECOMBINE_TAKE_TIES);
  return s->best_energy[s->lowest] < before;
}

/* From the walkers' states to local minima. */
typedef struct descents {
  const tempering_system *s;
  double energy[WALKERS]; /* there; HUGE_VAL if the run should stop before it is known */
} descents;

/* One sweep downhill; false if nothing changed, or the run should stop. */
static bool descend(const tempering_system *s, walkers *share, poll *p) {
  const int32_t n = s->job->form->n, most = portion_of(s);
  bool any = false;
  for (int32_t begin = 0; begin < n; begin += most) {
    const int32_t end = n - begin < most ? n : begin + most;
    any |= s->job->kernel->descend(share, begin, end);
    if (poll_is_due(p, (int64_t)(end - begin) * s->job->limits->site_work) &&
        strip_should_stop(s->job->limits))
      return false;
  }
  return any;
}

static void descend_share(void *context, walkers *share, int32_t k) {
  descents *d = context;
  const tempering_system *s = d->s;
  poll p = {.run = s->job->run};
  (void)k;
  for (int l = share->first; l < share->first + share->lanes; l++) d->energy[l] = HUGE_VAL;
  if (!s->is_entered && !enter_share(s, share)) return;
  for (int t = 0; t < DESCENT_SWEEPS && descend(s, share, &p); t++) continue;
  s->job->kernel->energies(share, d->energy);
}

bool system_look(tempering_system *s) {
  const size_t bytes = (size_t)s->job->form->n * sizeof *s->saved;
  descents d = {.s = s};
  memcpy(s->saved, s->w.spin, bytes);
  team_do(&s->team, &s->w, descend_share, &d);
  const bool is_better = keep_best(s, d.energy);
  memcpy(s->w.spin, s->saved, bytes);
  s->is_entered = false;
  return is_better;
}
