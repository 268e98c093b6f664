/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "solvers/start.h"
#include "solvers/tn/engine.h"
#include "tn/group_bound.h"

#include <stdlib.h>

/* From the state that start_report tells of. */
static void tell_start_bound(lehr_run *run, const tn_network *t, int64_t bound, uint8_t bits[],
                             int8_t spins[]) {
  start_state(run, 0, 0, bits);
  for (int32_t v = 0; v < t->n; v++) spins[v] = bits[v] ? 1 : -1;
  const int64_t gap = network_energy(t, spins) - bound;
  if (gap > 0) tn_tell_gap(run, t, gap, bits);
}

/* Sums of up to 2^59 are what group_bound takes. */
static lehr_status bound_groups(tn_job *j) {
  enum { SUM_BITS = 58 };
  lehr_run *const run = j->run;
  const size_t n = (size_t)run->model->n;
  tn_network t;
  int64_t bound;
  bool is_there;
  uint8_t *const bits = run->alloc(run, n);
  int8_t *const spins = run->alloc(run, n);
  if (!bits || !spins) return LEHR_ENOMEM;
  LEHR_TRY(network_of_terms(run->model, SUM_BITS, &t, &j->err));
  const lehr_status status = group_bound(run->model, &t, &bound, &is_there, &j->err);
  if (status == LEHR_OK && is_there) tell_start_bound(run, &t, bound, bits, spins);
  network_free(&t);
  return status;
}

lehr_status tn_report_known(tn_job *j) {
  lehr_run *const run = j->run;
  const tn_effort nothing = tn_effort_of(j, 0);
  bool is_proven;
  if (run->model->n_groups > 0) LEHR_TRY(bound_groups(j));
  if (j->o->mode != TN_MINIMUM || run->model->n_groups > 0) return start_report(run, 1);
  if (!j->known) LEHR_TRY(tn_run_bounded(j, &nothing, &is_proven));
  return run->sample(run, j->known, run->reads > 0 ? run->reads : 1);
}
