/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "solvers/tn/engine.h"
#include "tn/lowest.h"
#include "tn/sumproduct.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DECIMAL = 24 };

/* ---- States of lowest energy ---- */

/* Images of states take a quarter of the memory at most. */
enum { IMAGE_SHARE = 4 };

static tn_lowest_wish wish_of(const tn_plan *p, const tn_options *o, uint64_t memory) {
  tn_lowest_wish wish = {.most = o->lowest > 0 ? o->lowest : INT64_MAX, .above = INT64_MAX};
  const double units = floor(o->delta / p->network.unit * (1 + 0x1p-50) + 0x1p-40);
  if (o->delta >= 0 && units < 0x1p62) wish.above = (int64_t)units;
  return mirror_limit(&p->mirror, wish, memory / IMAGE_SHARE);
}

/* Of the level that begins with state `first`, whose end goes to *end; NULL where it is unknown. */
static const char *degeneracy_of(const tn_job *j, const tn_lowest *l, int64_t first, int64_t *end,
                                 const char *ground_states, char text[DECIMAL]) {
  const int64_t energy = l->energy[first];
  for (*end = first; *end < l->count && l->energy[*end] == energy;) ++*end;
  snprintf(text, DECIMAL, "%" PRId64, *end - first);
  if (!j->run->model->is_exact) return NULL; /* equal after rounding only */
  if (energy < l->complete_from) return text;
  return first == 0 ? ground_states : NULL;
}

/* bits[]: of the model, and behind them of the network before spins were fixed. */
static lehr_status tell_state(tn_job *j, const tn_lowest *l, int64_t k, const char *degeneracy,
                              uint8_t bits[]) {
  lehr_run *run = j->run;
  uint8_t *const codes = bits + j->plan.n;
  for (int32_t v = 0; v < j->plan.mirror.n; v++)
    codes[v] = l->spins[k * l->words + v / 64] >> (v % 64) & 1;
  plan_state(&j->plan, codes, bits);
  LEHR_TRY(run->lowest(run, bits, degeneracy));
  if (l->energy[k] == l->energy[0]) tn_tell_gap(run, &j->plan.network, 0, bits);
  if (j->o->mode != TN_MINIMUM) return LEHR_OK;
  j->has_state = true;
  return run->sample(run, bits, 1);
}

static lehr_status tell_lowest(tn_job *j, const tn_lowest *l, const char *ground_states) {
  uint8_t *bits = j->run->alloc(j->run, (size_t)j->plan.n + (size_t)j->plan.mirror.n);
  char text[DECIMAL];
  if (!bits) return LEHR_ENOMEM;
  for (int64_t k = 0, end = 0; k < l->count; k = end) {
    const char *degeneracy = degeneracy_of(j, l, k, &end, ground_states, text);
    for (int64_t i = k; i < end; i++) LEHR_TRY(tell_state(j, l, i, degeneracy, bits));
  }
  return LEHR_OK;
}

/* Whether the list has all states that were asked for; else the memory has ended it. */
static bool is_whole(const tn_options *o, const tn_lowest_wish *wish, const tn_lowest *l) {
  int64_t last;
  if (l->complete_from == INT64_MAX || (o->lowest > 0 && l->count >= o->lowest)) return true;
  return !__builtin_add_overflow(l->energy[0], wish->above, &last) && l->complete_from > last;
}

static void tell_whether_whole(lehr_run *run, bool is_it) {
  run->statistic(run, "lowest_complete", is_it);
  if (is_it) return;
  run->unfinished(run);
  run->ended_by(run, LEHR_STOP_MEMORY);
}

static lehr_status run_lowest(tn_job *j, const char *ground_states) {
  const tn_lowest_wish wish = wish_of(&j->plan, j->o, j->guard.bytes);
  const uint64_t images = mirror_lowest_bytes(&j->plan.mirror, wish);
  tn_guard rest = j->guard;
  tn_lowest lowest;
  bool is_complete;
  rest.bytes -= images < rest.bytes ? images : rest.bytes;
  LEHR_TRY(lowest_states(&j->plan.program, mirror_wish(&j->plan.mirror, wish), &rest, &lowest,
                         &is_complete, &j->err));
  lehr_status status = LEHR_OK;
  if (!is_complete) j->run->unfinished(j->run);
  if (is_complete) status = mirror_lowest(&j->plan.mirror, wish, &lowest, &j->err);
  if (is_complete && status == LEHR_OK) {
    j->run->attempts(j->run, (int64_t)j->plan.cost.entries);
    tell_whether_whole(j->run, is_whole(j->o, &wish, &lowest));
    status = tell_lowest(j, &lowest, ground_states);
  }
  lowest_free(&lowest);
  return status;
}

/* ---- The Boltzmann distribution ---- */

lehr_status tn_tell_log_z(tn_job *j, double log_z) {
  const double beta = j->o->beta, images = 0x1.62e42fefa39efp-1 * j->plan.mirror.count;
  return j->run->log_z(j->run, beta, log_z - beta * tn_real_energy(&j->plan.network, 0) + images);
}

/* log Z comes with marginals, and with samples, which tell it themselves. */
static lehr_status run_sums(tn_job *j) {
  const tn_network *t = &j->plan.network;
  const tn_options *o = j->o;
  double log_z;
  bool is_complete = false;
  if (o->marginals)
    LEHR_TRY(tn_run_marginals(j, &log_z, &is_complete));
  else if (o->log_z && o->mode != TN_SAMPLE)
    LEHR_TRY(
        sum_log_z(&j->plan.program, o->beta * t->unit, &j->guard, &log_z, &is_complete, &j->err));
  if (is_complete) j->run->attempts(j->run, (int64_t)j->plan.cost.entries);
  if (o->mode == TN_SAMPLE) return tn_run_samples(j);
  if (!is_complete) j->run->unfinished(j->run);
  return is_complete ? tn_tell_log_z(j, log_z) : LEHR_OK;
}

/* ---- All of them ---- */

static lehr_status run_states(tn_job *j) {
  char *ground_states = NULL;
  lehr_status status = j->o->count ? tn_run_count(j, &ground_states) : LEHR_OK;
  if (status == LEHR_OK && tn_lists_states(j->o)) status = run_lowest(j, ground_states);
  free(ground_states);
  return status;
}

lehr_status tn_run_tasks(tn_job *j) {
  LEHR_TRY(run_states(j));
  return tn_sums(j->o) ? run_sums(j) : LEHR_OK;
}

static void need(tn_estimate *e, const tn_need *n) {
  if (n->bytes > e->bytes) e->bytes = n->bytes;
  e->seconds += n->seconds;
  e->fits = e->fits && n->fits;
}

static lehr_status need_states(const tn_plan *p, const tn_options *o, const tn_guard *guard,
                               tn_estimate *e, lehr_error *err) {
  const uint64_t memory = guard->bytes;
  tn_need n = {.fits = true};
  if (o->count) {
    tn_count_way way;
    LEHR_TRY(tn_count_plan(p, guard, &way, err));
    n = (tn_need){.bytes = way.bytes, .seconds = way.seconds, .fits = way.fits};
    need(e, &n);
    e->by_fronts = way.by_fronts;
  }
  if (!tn_lists_states(o)) return LEHR_OK;
  const tn_lowest_wish wish = wish_of(p, o, memory);
  const uint64_t images = mirror_lowest_bytes(&p->mirror, wish);
  LEHR_TRY(lowest_plan(&p->program, mirror_wish(&p->mirror, wish), &n,
                       memory > images ? memory - images : 0, err));
  n.bytes += images;
  need(e, &n);
  return LEHR_OK;
}

lehr_status tn_plan_tasks(const tn_plan *p, const tn_options *o, int64_t reads,
                          const tn_guard *guard, tn_estimate *e, lehr_error *err) {
  const uint64_t memory = guard->bytes;
  const double beta = o->beta * p->network.unit;
  tn_need n;
  LEHR_TRY(need_states(p, o, guard, e, err));
  if (o->marginals) {
    LEHR_TRY(sum_marginals_plan(&p->program, beta, &n, memory, err));
    n.bytes += (uint64_t)tn_pairs_of(p, o) * (sizeof(tn_pair) + 2 * sizeof(lehr_pair_marginal));
    need(e, &n);
  } else if (o->log_z && o->mode != TN_SAMPLE) {
    LEHR_TRY(sum_log_z_plan(&p->program, beta, &n, memory, err));
    need(e, &n);
  }
  if (o->mode != TN_SAMPLE) return LEHR_OK;
  const int64_t batch = tn_batch(p, reads, memory);
  const uint64_t own = tn_batch_bytes(p, batch);
  LEHR_TRY(sum_sample_plan(&p->program, beta, batch, &n, memory > own ? memory - own : 0, err));
  n.bytes += own;
  n.seconds *= ceil((double)reads / (double)batch);
  need(e, &n);
  return LEHR_OK;
}
