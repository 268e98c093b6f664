/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/setup.h"

#include "base/philox.h"
#include "base/real.h"

enum { TABLE_KEY = 0x7461626c };

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

bool setup_temperatures(anneal_setup *s) {
  range temperatures = {0};
  lehr_run *run = s->job.run;
  const double cost_unit = 2 * s->form.unit;
  if (run->n_schedule > 0) return schedule_points(&s->job.shape, run, cost_unit);
  if (!range_find(&temperatures, &s->form, &s->job)) return false;
  /* Below this no threshold reaches 1, the smallest uphill cost of an integer model. */
  range_repair(&temperatures, 1 / real_log(s->quantiles.count));
  anneal_override(&temperatures, run->options, cost_unit);
  anneal_report(&temperatures, run, cost_unit);
  s->job.shape.hot = temperatures.hot;
  s->job.shape.cold = temperatures.cold;
  return true;
}
