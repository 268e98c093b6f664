/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/bounded.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/part.h"
#include "tn/bounded/polish.h"
#include "tn/parts.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST_WIDTH = 16, WIDER = 4, NARROWEST = 4 };

/* ---- From narrow to wide ---- */

/* As wide as some runs are paid for. */
static int32_t first_width(const part_job *j) {
  enum { RUNS = 4 };
  int32_t width = FIRST_WIDTH;
  if (j->o->width > 0) return j->o->width;
  while (width > NARROWEST && ldexp(RUNS * (double)j->t->n, width) > j->o->updates) width -= WIDER;
  return width;
}

/* Whether tables of the next width fit as well: they are about so much larger. */
static bool may_widen(const part_job *j, const level *l, int32_t width) {
  return j->o->width == 0 && width + WIDER <= TN_MOST_SLOTS &&
         ldexp((double)l->r.table_bytes, width + WIDER - l->width) <= (double)j->guard->bytes / 4;
}

/* Larger tables for fewer copies: what is no better than the present is passed over. */
static lehr_status find_wider(part_job *j, const level *now, int32_t *width, level *wider,
                              bool *is_there) {
  *is_there = false;
  while (!*is_there && may_widen(j, now, *width) && !guard_should_stop(j->guard)) {
    bool fits;
    LEHR_TRY(level_make(j, *width + WIDER, wider, &fits));
    if (!fits) return LEHR_OK;
    *width += WIDER;
    *is_there = wider->r.program.width > now->r.program.width ||
                wider->r.split.network.n < now->r.split.network.n;
    if (!*is_there) level_free(wider);
  }
  return LEHR_OK;
}

/* The first part of a search. */
static lehr_status start_level(part_job *j, level *l) {
  if (part_is_over(j)) return LEHR_OK;
  LEHR_TRY(level_begin(j, l));
  return part_is_over(j) ? LEHR_OK : level_go_on(j, l, level_share(l) - l->d.updates);
}

/* A search that may be done within the first part of one with larger tables goes on. */
static lehr_status finish(part_job *j, level *now, const level *wider) {
  const double share = level_share(wider);
  while (!part_is_over(j) && level_rest(j, now) <= share) LEHR_TRY(level_go_on(j, now, share));
  return LEHR_OK;
}

static bool is_ahead(const level *a, const level *b) {
  return search_bound(&a->s) > search_bound(&b->s);
}

/* Both by turns as long as the wider one has no better bound: how long either will take is not
 * known before. */
static lehr_status race(part_job *j, level *now, level *wider) {
  enum { TURNS = 8 };
  const double turn = level_share(wider) / TURNS;
  for (int k = 0; k < TURNS && !part_is_over(j); k++) {
    if (!is_ahead(wider, now)) LEHR_TRY(level_go_on(j, now, turn));
    if (!part_is_over(j)) LEHR_TRY(level_go_on(j, wider, turn));
  }
  return LEHR_OK;
}

/* Frees one, the other one becomes *now. */
static lehr_status take_better(part_job *j, level **now, level **wider) {
  level *worse = *now;
  bool is_race;
  LEHR_TRY(level_make_room(j, *now, &is_race));
  if (is_race) {
    LEHR_TRY(level_begin(j, *wider));
    LEHR_TRY(race(j, *now, *wider));
    if (is_ahead(*now, *wider)) worse = *wider;
  }
  level_free(worse);
  if (worse == *wider) return LEHR_OK;
  *now = *wider;
  *wider = worse;
  return is_race ? LEHR_OK : start_level(j, *now);
}

/* *wider is passed over if its bound is no better. */
static lehr_status take_wider(part_job *j, int32_t width, level **now, level **wider) {
  LEHR_TRY(finish(j, *now, *wider));
  if (!part_is_over(j)) LEHR_TRY(level_choose(j, width, *wider));
  const bool is_known = (*wider)->promises > -HUGE_VAL;
  if (!part_is_over(j) && (!is_known || (*wider)->promises > (*now)->promises))
    return take_better(j, now, wider);
  level_free(*wider);
  return LEHR_OK;
}

/* Of two levels, of which the first is made. */
static lehr_status climb(part_job *j, int32_t width, level levels[2]) {
  level *now = &levels[0], *wider = &levels[1];
  LEHR_TRY(level_choose(j, width, now));
  LEHR_TRY(start_level(j, now));
  while (!part_is_over(j)) {
    bool is_there;
    LEHR_TRY(find_wider(j, now, &width, wider, &is_there));
    LEHR_TRY(is_there ? take_wider(j, width, &now, &wider) : level_go_on(j, now, HUGE_VAL));
  }
  return LEHR_OK;
}

/* Narrower where the memory is short, unless the width was asked for. */
static lehr_status first_level(part_job *j, int32_t *width, level *l, bool *fits) {
  *width = first_width(j);
  LEHR_TRY(level_make(j, *width, l, fits));
  while (l->is_too_large && j->o->width == 0 && *width > NARROWEST && !guard_should_stop(j->guard))
    LEHR_TRY(level_make(j, *width -= WIDER, l, fits));
  return LEHR_OK;
}

static lehr_status solve_part(part_job *j) {
  int32_t width;
  level levels[2] = {{.width = 0}};
  bool fits = false;
  if (part_is_over(j)) return LEHR_OK;
  if (guard_should_stop(j->guard)) {
    j->all->is_stopped = true;
    return LEHR_OK;
  }
  LEHR_TRY(first_level(j, &width, &levels[0], &fits));
  j->all->is_short |= levels[0].is_too_large;
  if (!fits) return LEHR_OK;
  const lehr_status status = climb(j, width, levels);
  level_free(&levels[0]);
  level_free(&levels[1]);
  return status;
}

/* ---- All parts ---- */

static void tell(void *user, const int8_t spins[]) {
  part_job *const j = user;
  for (int32_t k = 0; k < j->t->n; k++) j->spins[j->member[k]] = spins[k];
  if (j->o->improved) j->o->improved(j->o->user, j->spins);
}

/* Every field and coupling satisfied. */
static int64_t plain_bound(const tn_network *t) {
  int64_t sum = 0;
  for (int32_t v = 0; v < t->n; v++) {
    sum -= t->h[v] < 0 ? -t->h[v] : t->h[v];
    for (int64_t k = t->row[v]; k < t->row[v + 1] && t->col[k] < v; k++)
      sum -= t->J[k] < 0 ? -t->J[k] : t->J[k];
  }
  return sum;
}

static lehr_status run_part(part_job *j) {
  const size_t n = (size_t)j->t->n;
  int64_t *const field = memory_array(n, sizeof *field);
  j->best.spins = memory_array(n, 1);
  lehr_status status = LEHR_ENOMEM;
  if (field && j->best.spins) {
    for (size_t k = 0; k < n; k++) j->best.spins[k] = j->spins[j->member[k]];
    j->best.energy = polish(j->t, j->best.spins, field);
    tell(j, j->best.spins);
    j->bound = plain_bound(j->t);
    status = solve_part(j);
  }
  j->all->bound += j->bound < j->best.energy ? j->bound : j->best.energy;
  free(field);
  free(j->best.spins);
  return status == LEHR_ENOMEM ? error_memory(j->err, n * 9) : status;
}

lehr_status bounded_minimize(const tn_network *t, const bounded_options *o, const tn_guard *guard,
                             int8_t spins[], bounded_result *out, lehr_error *err) {
  tn_parts parts;
  *out = (bounded_result){.bound = t->constant};
  LEHR_TRY(parts_find(t, &parts, err));
  lehr_status status = LEHR_OK;
  for (int32_t k = 0; k < parts.count && status == LEHR_OK; k++) {
    tn_network part;
    status = part_network(t, &parts, k, &part, err);
    if (status != LEHR_OK) break;
    part_job j = {.t = &part,
                  .o = o,
                  .guard = guard,
                  .all = out,
                  .member = parts.member + parts.first[k],
                  .spins = spins,
                  .err = err};
    j.best.improved = tell;
    j.best.user = &j;
    status = run_part(&j);
    network_free(&part);
  }
  parts_free(&parts);
  out->energy = network_energy(t, spins);
  return status;
}
