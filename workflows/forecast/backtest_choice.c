/* SPDX-License-Identifier: Apache-2.0 */
/* Which candidates each zone's models get: zones_choose(). */
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/backtest_zone.h"

/* Choice for the warm-up from what lies before it, and how many candidates served best there. */
static lehr_status choose_warm_up(zone_run *z, lehr_error *err) {
  backtest *b = z->b;
  select_options options = z->o->selection;
  options.stop = z->o->stop;
  if (z->o->trial_solver.solve) options.solver = z->o->trial_solver;
  LEHR_TRY(zone_step(z, "selection: how many", err));
  if (b->first_test_refit == 0) return LEHR_OK;
  forecast_task before_test = zone_task(z);
  before_test.n_refits = b->first_test_refit;
  const double start = clock_cpu();
  const lehr_status status = validate_features(&before_test, &options, &z->zone->validation,
                                               &z->choice[CHOICE_QUBO].warm, &z->why_not);
  z->choice[CHOICE_QUBO].cpu_s = clock_cpu() - start;
  if (status == LEHR_OK || zone_is_skippable(status)) return LEHR_OK;
  if (err) *err = z->why_not;
  return status;
}

/* What is in force at each refit: the warm-up's choice, then the test's. */
static lehr_status list_choices(const backtest *b, zone_choice *c, lehr_error *err) {
  c->in_force = memory_array((size_t)b->n_refits, sizeof *c->in_force);
  if (!c->in_force) return error_memory(err, (uint64_t)b->n_refits * sizeof *c->in_force);
  for (int32_t r = 0; r < b->n_refits; r++)
    c->in_force[r] = (r < b->first_test_refit ? c->warm : c->test)->choice;
  return LEHR_OK;
}

/* The choices of all zones that have a warm-up are solved together. */
static lehr_status choose_test(zone_run zones[], int32_t n, lehr_error *err) {
  backtest *b = zones[0].b;
  select_task tasks[ZONE_GROUP];
  zone_run *of[ZONE_GROUP];
  int32_t count = 0;
  for (int32_t k = 0; k < n; k++) {
    const validation *v = &zones[k].zone->validation;
    if (b->first_test_refit > 0 && !zones[k].choice[CHOICE_QUBO].warm) continue;
    of[count] = &zones[k];
    tasks[count++] = (select_task){.name = zones[k].zone->name,
                                   .pool = zones[k].zone->pool,
                                   .zone = zones[k].zone->hours,
                                   .features_max = v->n ? v->features[v->best] : 0};
  }
  if (count == 0) return LEHR_OK;
  const double start = clock_cpu();
  LEHR_TRY(zone_step(of[0], "selection: which", err));
  select_options options = zones[0].o->selection;
  options.stop = zones[0].o->stop;
  LEHR_TRY(select_at(tasks, count, b->first_day, &options, b->threads, err));
  const double each_cpu_s = (clock_cpu() - start) / count;
  for (int32_t k = 0; k < count; k++) {
    of[k]->zone->selection = of[k]->choice[CHOICE_QUBO].test = tasks[k].report;
    of[k]->choice[CHOICE_QUBO].cpu_s += each_cpu_s;
    of[k]->why_not = tasks[k].error;
  }
  for (int32_t k = 0; k < count; k++)
    if (of[k]->zone->selection) LEHR_TRY(list_choices(b, &of[k]->choice[CHOICE_QUBO], err));
  return LEHR_OK;
}

/* ---- Comparisons ---- */

static lehr_status choose_at(zone_run *z, int32_t origin, const select_options *o,
                             select_report **out, lehr_error *err) {
  const validation *v = &z->zone->validation;
  select_task task = {.name = z->zone->name,
                      .pool = z->zone->pool,
                      .zone = z->zone->hours,
                      .features_max = v->n ? v->features[v->best] : 0};
  LEHR_TRY(select_at(&task, 1, origin, o, z->b->threads, err));
  *out = task.report;
  if (task.status != LEHR_OK && err) *err = task.error;
  return task.status;
}

/* As many candidates as the QUBO's, at the same origins. */
static lehr_status choose_otherwise(zone_run *z, const forecaster *f, lehr_error *err) {
  const backtest *b = z->b;
  zone_choice *c = &z->choice[f->method];
  select_options options = z->o->selection;
  options.stop = z->o->stop;
  options.method = f->method;
  if (z->o->trial_solver.solve) options.solver = z->o->trial_solver;
  if (!z->choice[CHOICE_QUBO].in_force || c->in_force) return LEHR_OK;
  LEHR_TRY(zone_step(z, "selection: comparisons", err));
  const double start = clock_cpu();
  if (b->first_test_refit > 0) LEHR_TRY(choose_at(z, b->refit[0], &options, &c->warm, err));
  LEHR_TRY(choose_at(z, b->first_day, &options, &c->test, err));
  c->cpu_s = clock_cpu() - start;
  return list_choices(b, c, err);
}

static lehr_status choose_comparisons(zone_run *z, lehr_error *err) {
  for (int32_t k = 0; k < z->o->n_models; k++) {
    const forecaster *f = z->o->models[k];
    if (!f->needs_selection || f->method == CHOICE_QUBO) continue;
    lehr_error why = {.text = ""};
    const lehr_status status = choose_otherwise(z, f, &why);
    if (status == LEHR_OK) continue;
    if (err) *err = why;
    if (!zone_is_skippable(status)) return status;
    z->why_not = why;
  }
  return LEHR_OK;
}

lehr_status zones_choose(zone_run zones[], int32_t n, lehr_error *err) {
  const backtest_options *o = zones[0].o;
  bool is_needed = false;
  for (int32_t k = 0; k < o->n_models; k++) is_needed |= o->models[k]->needs_selection;
  if (!is_needed) return LEHR_OK;
  for (int32_t k = 0; k < n; k++) LEHR_TRY(choose_warm_up(&zones[k], err));
  LEHR_TRY(choose_test(zones, n, err));
  for (int32_t k = 0; k < n; k++) LEHR_TRY(choose_comparisons(&zones[k], err));
  return LEHR_OK;
}
