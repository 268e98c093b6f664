/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/minimum.h"

#include "base/error.h"
#include "qubo/energy.h"
#include "solvers/tn/engine.h"

/* The lowest of all states breaks a group (plan.h), and is the lowest only with its proof. */
static lehr_status deliver(tn_job *j, const mp_minimum *m, const uint8_t bits[]) {
  lehr_run *const run = j->run;
  const bool is_feasible = energy_feasible(run->model, bits);
  j->has_state = is_feasible || !m->is_short;
  if (!is_feasible) {
    if (!m->is_short) run->infeasible(run);
    return LEHR_OK;
  }
  tn_tell_gap(run, &j->plan.network, m->energy - m->bound, bits);
  return run->sample(run, bits, run->reads > 0 ? run->reads : 1);
}

lehr_status tn_run_minimum(tn_job *j, bool *is_short) {
  lehr_run *const run = j->run;
  mp_options options = mp_options_of((mp_orderer){0});
  uint8_t *const bits = run->alloc(run, (size_t)run->model->n);
  mp_minimum minimum;
  if (!bits) return LEHR_ENOMEM;
  options.keeps_state = true;
  LEHR_TRY(mp_minimize_plan(&j->plan, &options, &j->guard, bits, &minimum, &j->err));
  *is_short = minimum.is_short;
  if (minimum.is_stopped) return LEHR_OK;
  run->attempts(run, (int64_t)minimum.updates);
  run->statistic(run, "width", minimum.width);
  return deliver(j, &minimum, bits);
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
