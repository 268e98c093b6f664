/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/minimum.h"
#include "base/error.h"
#include "qubo/energy.h"
#include "solvers/tn/engine.h"

lehr_status tn_run_minimum(tn_job *j) {
  lehr_run *run = j->run;
  const mp_options options = mp_options_of((mp_orderer){0});
  uint8_t *bits = run->alloc(run, (size_t)run->model->n);
  mp_minimum minimum;
  if (!bits) return LEHR_ENOMEM;
  LEHR_TRY(mp_minimize_plan(&j->plan, &options, &j->guard, bits, &minimum, &j->err));
  if (minimum.is_stopped) return LEHR_OK;
  run->attempts(run, (int64_t)minimum.updates);
  run->statistic(run, "width", minimum.width);
  j->has_state = true;
  if (!energy_feasible(run->model, bits)) { /* the lowest of all states breaks a group (plan.h) */
    run->infeasible(run);
    return LEHR_OK;
  }
  if (minimum.energy == minimum.bound) tn_tell_gap(run, &j->plan.network, 0, bits);
  return run->sample(run, bits, run->reads > 0 ? run->reads : 1);
}

lehr_status tn_plan_minimum(const tn_plan *p, const tn_guard *guard, tn_estimate *e,
                            lehr_error *err) {
  const mp_options options = mp_options_of((mp_orderer){0});
  mp_needs needs;
  LEHR_TRY(mp_minimize_needs(p, &options, guard, &needs, err));
  e->bytes = needs.bytes;
  e->seconds = needs.seconds;
  return LEHR_OK;
}
