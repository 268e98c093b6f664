/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/setup.h"

#include "base/philox.h"
#include "base/real.h"

/* Models of batches, where a longer trial would cost more than it gains. */
enum { TABLE_KEY = 0x7461626c, LARGEST_UNSURVEYED = ROW_CHUNK };

bool setup_prepare(anneal_setup *s, lehr_run *run) {
  const anneal_options *o = run->options;
  const int32_t n = run->model->n;
  if (!spin_form_make(&s->form, run) ||
      !quantile_make(&s->quantiles, quantile_count(n), philox_subkey(run->key, TABLE_KEY), run))
    return false;
  s->job = (strip_job){.run = run,
                       .model = &s->model,
                       .quantiles = &s->quantiles,
                       .shape = {.kind = (schedule_kind)o->schedule},
                       .site_work = n > 0 ? (int32_t)(4 + s->form.row[n] / n) : 4};
  return true;
}

bool setup_lanes(anneal_setup *s, int level) {
  const int type = lanes_type(&s->form);
  s->job.trial_kernel = lanes_kernel(level, type, 1);
  return lanes_prepare(&s->model, &s->form, type, s->job.run) &&
         lanes_couple(&s->model, &s->form, s->job.run);
}

bool setup_temperatures(anneal_setup *s, const budget *b) {
  lehr_run *run = s->job.run;
  range r = {.reheat = anneal_reheat(run)};
  const anneal_options *o = run->options;
  schedule_shape *shape = &s->job.shape;
  const double cost_unit = 2 * s->form.unit;
  if (o->boltzmann) s->job.deviates = deviates_make(run);
  if (o->boltzmann && !s->job.deviates) return false;
  if (run->n_schedule > 0) return schedule_points(shape, run, cost_unit);
  const bool is_surveyed = shape->kind == SCHEDULE_ADAPTIVE && s->form.n > LARGEST_UNSURVEYED;
  if (!range_survey(&r, &s->form, &s->job, is_surveyed ? &shape->trial : NULL)) return false;
  /* Below this no threshold reaches 1, the smallest uphill cost of an integer model. */
  const double coldest = 1 / real_log(s->quantiles.count);
  range_repair(&r, coldest);
  anneal_override(&r, o, cost_unit);
  shape->hot = r.hot;
  shape->cold = r.cold;
  shape->coldest = o->beta_cold > 0 ? 0 : coldest;
  anneal_report(shape, run, b, cost_unit);
  return true;
}
