/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/race.h"

#include "base/clock.h"
#include "base/error.h"
#include "solvers/hybrid/reheat.h"
#include "solvers/hybrid/turn.h"

#include <math.h>

enum { PHASES = 6, FEWEST_ROWS = 8, PROBE_SWEEPS = 16, ELITE = 16 };

/* Of a part's budget: for annealing from random states, when the other arms have their first turn,
 * how long a turn is at first and at most, how long a first one may be if it must, until when a new
 * population is worth its time, and when it is not worth while to begin anything. */
static const double start_share = 0.15, others_at = 0.2, turn_share = 0.05, longest_share = 0.5,
                    longest_first = 0.1, latest_renewal = 0.8, end = 0.995;

typedef struct race {
  hybrid *h;
  part *p;
  meter m;
  double yield[ARMS]; /* energy of the best rows lost per second, smoothed */
  double spent[ARMS]; /* seconds, by the table of prices where work counts */
  double share[ARMS]; /* of the next turn */
  bool is_in[ARMS];
  int32_t vain[ARMS]; /* turns without gain since the last with one */
  double begin;       /* part of the slice that was used when the population was new */
} race;

int64_t race_sweeps(double attempts, const part *p, int64_t reads) {
  const double sweeps = attempts / ((double)reads * (p->view->n > 0 ? p->view->n : 1));
  return sweeps < 1 ? 1 : sweeps < 9e15 ? (int64_t)sweeps : (int64_t)9e15;
}

/* Given states join the population. */
static void add_initial(hybrid *h, part *p) {
  const lehr_run *run = h->run;
  for (int64_t k = 0; k < run->n_initial && p->states.count < p->states.capacity; k++) {
    hybrid_restrict(h, run->initial + k * run->model->n);
    part_get(p, h->scratch, p->bits);
    generation_put(&p->states, p->states.count, p->bits);
  }
}

static lehr_status anneal(race *r, int64_t reads, int64_t sweeps) {
  stage_result result;
  const lehr_status status = reheat_start(r->h, r->p, reads, sweeps, &result);
  meter_note(&r->m, result.attempts, result.seconds, true);
  return status;
}

/* Of so many reads as many as attempts afford a sweep each, one at least. With a time limit, whose
 * end is not missed by much, all of them. */
static int64_t affordable(const race *r, double attempts, int64_t reads) {
  const double most = attempts / r->p->view->n;
  if (r->m.budget.seconds >= 0 || most >= (double)reads) return reads;
  return most < 1 ? 1 : (int64_t)most;
}

/* A new population in a share of the slice. */
static lehr_status anneal_anew(race *r, double share) {
  const double attempts = meter_afford(&r->m, share);
  const int64_t reads = affordable(r, attempts, reheat_starts(r->p));
  return anneal(r, reads, race_sweeps(attempts, r->p, reads));
}

/* A short one, to learn the rate and the temperatures. */
static lehr_status probe(race *r, int64_t rows) {
  const double attempts = meter_afford(&r->m, start_share);
  const int64_t reads = affordable(r, attempts, rows);
  int64_t sweeps = PROBE_SWEEPS;
  if (r->m.budget.seconds < 0 && race_sweeps(attempts, r->p, reads) < sweeps)
    sweeps = race_sweeps(attempts, r->p, reads);
  return anneal(r, reads, sweeps);
}

static lehr_status start(race *r) {
  part *p = r->p;
  const hybrid_options *o = r->h->run->options;
  const bool is_fresh = o->fresh || r->h->run->n_initial == 0;
  if (r->m.budget.seconds >= 0 || !is_fresh) {
    LEHR_TRY(probe(r, is_fresh ? reheat_starts(p) : FEWEST_ROWS));
    p->states.count = 0;
  }
  if (hybrid_should_stop(r->h)) return LEHR_OK;
  add_initial(r->h, p);
  if (!is_fresh) return LEHR_OK;
  return anneal_anew(r, start_share);
}

/* Rows that are still worth their time when so much of the slice is used. */
static int32_t rows_at(const race *r, double used) {
  const double age = (used - r->begin) / (1 - r->begin);
  const int32_t rows = r->p->states.capacity >> (int)(PHASES * age);
  return rows < FEWEST_ROWS ? FEWEST_ROWS : rows;
}

static bool is_over(const race *r) {
  return hybrid_should_stop(r->h) || meter_used(&r->m) >= end || r->p->states.count == 0;
}

/* Rounds until so much of the slice is used; each may take up to what is left of all. */
static lehr_status reheat(race *r, double until) {
  part *p = r->p;
  while (!is_over(r) && p->heat.beta_hot > 0) {
    const double used = meter_used(&r->m);
    if (used >= until) break;
    /* Less than a sweep of one row is left. */
    if (r->m.budget.seconds < 0 && meter_afford(&r->m, 1 - used) < p->view->n) break;
    if (rows_at(r, used) < p->states.count) reheat_narrow(p, rows_at(r, used));
    stage_result result;
    LEHR_TRY(reheat_round(r->h, p, BY_FLIPS, meter_afford(&r->m, 1 - used), &result));
    meter_note(&r->m, result.attempts, result.seconds, true);
  }
  return LEHR_OK;
}

/* One round of all rows in a turn. */
static lehr_status move_forests(race *r) {
  stage_result result;
  const double most = meter_afford(&r->m, r->share[ARM_SUBGRAPH]);
  LEHR_TRY(reheat_round(r->h, r->p, BY_FORESTS, most, &result));
  meter_note(&r->m, result.attempts, result.seconds, false);
  return LEHR_OK;
}

/* What the turns so far are measured by. */
static double seconds_of(const race *r, arm a, int64_t attempts, double seconds) {
  return r->m.budget.seconds < 0 ? arm_price(a, r->p) * (double)attempts : seconds;
}

static lehr_status run_turn(race *r, arm a, double until) {
  if (a == ARM_ANNEAL) return reheat(r, until);
  if (a == ARM_SUBGRAPH) return move_forests(r);
  const double price = arm_price(a, r->p) / arm_price(ARM_ANNEAL, r->p);
  stage_result result;
  const slice s = meter_rest(&r->m, r->share[a], price);
  /* What the rows led to in vain, new states may find. */
  const bool is_fresh = a == ARM_TEMPERING && r->vain[a] % 2 == 1;
  LEHR_TRY(turn_take(r->h, r->p, &(turn){arm_engine(a), s, is_fresh}, &result));
  meter_note(&r->m, result.attempts, result.seconds, false);
  return LEHR_OK;
}

/* A turn of an arm, which ends when so much of the slice is used. */
static lehr_status take_turn(race *r, arm a, double until) {
  generation *states = &r->p->states;
  const double before = generation_elite(states, ELITE), start = clock_wall();
  const int64_t attempts = r->m.attempts;
  LEHR_TRY(run_turn(r, a, until));
  const double seconds = seconds_of(r, a, r->m.attempts - attempts, clock_wall() - start);
  const double gain = fmax(0, before - generation_elite(states, ELITE));
  const double yield = seconds > 0 ? gain / seconds : 0;
  r->yield[a] = r->yield[a] > 0 && gain > 0 ? 0.5 * (r->yield[a] + yield) : yield;
  r->spent[a] += seconds;
  r->vain[a] = gain > 0 ? 0 : r->vain[a] + 1;
  return LEHR_OK;
}

/* The arm of the highest yield; while there is none, that which had least. */
static arm choose(const race *r) {
  arm best = ARM_ANNEAL;
  for (arm a = ARM_ANNEAL; a < ARMS; a++) {
    if (!r->is_in[a]) continue;
    if (r->yield[a] > r->yield[best] ||
        (r->yield[a] == r->yield[best] && r->spent[a] < r->spent[best]))
      best = a;
  }
  return best;
}

/* The shortest useful turn, as a share of the slice. */
static double least_share(const race *r, arm a) {
  const double seconds = arm_least(a, r->p) * arm_price(a, r->p);
  if (r->m.budget.seconds >= 0) return seconds / r->m.budget.seconds;
  return seconds / (arm_price(ARM_ANNEAL, r->p) * (double)r->m.budget.work);
}

/* First turns of the other arms; which stay out where these were in vain. */
static lehr_status try_others(race *r) {
  const hybrid_options *o = r->h->run->options;
  r->is_in[ARM_ANNEAL] = true;
  r->share[ARM_ANNEAL] = turn_share;
  if (!o->turns) return LEHR_OK;
  for (arm a = ARM_ANNEAL + 1; a < ARMS && !is_over(r); a++) {
    const double least = least_share(r, a);
    if (!arm_fits(a, r->p) || least > longest_first) continue;
    r->share[a] = fmax(turn_share, least);
    LEHR_TRY(take_turn(r, a, 1));
    r->is_in[a] = r->yield[a] > 0;
  }
  return LEHR_OK;
}

/* Brings arms back whose first turn was in vain, since a longer one may not be; whether there were
 * any. */
static bool bring_back(race *r) {
  bool any = false;
  for (arm a = ARM_ANNEAL; a < ARMS; a++) {
    if (r->is_in[a] || r->share[a] == 0) continue;
    r->is_in[a] = any = true;
  }
  return any;
}

/* Each arm has had a turn in vain, annealing and tempering two: from the rows and from new states.
 */
static bool is_stuck(const race *r) {
  bool is_stuck = meter_used(&r->m) < latest_renewal;
  for (arm a = ARM_ANNEAL; a < ARMS; a++)
    is_stuck &= !r->is_in[a] || r->vain[a] >= (a == ARM_TABU ? 1 : 2);
  return is_stuck;
}

/* Lets the rows take what the best state of all does better; by how much the best rows gained. */
static double mix_best(race *r) {
  generation *s = &r->p->states;
  const double before = generation_elite(s, ELITE);
  generation_put(s, s->count < s->capacity ? s->count : s->count - 1, r->p->best);
  reheat_narrow(r->p, s->capacity);
  return before - generation_elite(s, ELITE);
}

/* A new population; the best state of all is kept beside it. */
static lehr_status renew(race *r) {
  part *p = r->p;
  for (arm a = ARM_ANNEAL; a < ARMS; a++) r->vain[a] = 0;
  if (mix_best(r) > 0) return LEHR_OK;
  const double left = 1 - meter_used(&r->m);
  p->states.count = 0;
  r->begin = 1 - left;
  reheat_forget(p);
  for (arm a = ARM_ANNEAL; a < ARMS; a++) r->yield[a] = r->spent[a] = 0;
  LEHR_TRY(anneal_anew(r, start_share * left));
  reheat_narrow(p, p->states.capacity);
  return LEHR_OK;
}

/* Whether all others yield less than half as much. */
static bool is_far_ahead(const race *r, arm a) {
  for (arm b = ARM_ANNEAL; b < ARMS; b++)
    if (b != a && r->is_in[b] && 2 * r->yield[b] > r->yield[a]) return false;
  return true;
}

/* Longer where the last turn was of the same arm, or in vain: a short one may not be enough. */
static double next_share(const race *r, arm a, arm last) {
  const double least = fmax(turn_share, least_share(r, a));
  if (a != last) return r->vain[a] > 0 ? fmin(2 * r->share[a], longest_share) : least;
  return fmin((is_far_ahead(r, a) ? 4 : 2) * r->share[a], longest_share);
}

static lehr_status take_turns(race *r) {
  arm last = ARM_ANNEAL;
  for (arm a = ARM_ANNEAL; a < ARMS; a++)
    if (r->is_in[a]) last = a;
  while (!is_over(r)) {
    if (is_stuck(r) && !bring_back(r)) LEHR_TRY(renew(r));
    const arm a = choose(r);
    const int64_t attempts = r->m.attempts;
    r->share[a] = next_share(r, a, last);
    LEHR_TRY(take_turn(r, a, meter_used(&r->m) + r->share[a]));
    if (r->m.attempts == attempts) break; /* nothing to do, as where all energies are equal */
    last = a;
  }
  return LEHR_OK;
}

lehr_status race_run(hybrid *h, part *p, slice budget) {
  race r = {.h = h, .p = p, .m = meter_start(budget)};
  reheat_plan(p, budget, h->run->threads);
  LEHR_TRY(start(&r));
  reheat_narrow(p, p->states.capacity);
  LEHR_TRY(take_turn(&r, ARM_ANNEAL, fmax(others_at, meter_used(&r.m) + turn_share)));
  LEHR_TRY(try_others(&r));
  LEHR_TRY(take_turns(&r));
  if (r.begin > 0 && mix_best(&r) > 0) hybrid_look(h, p);
  return LEHR_OK;
}
