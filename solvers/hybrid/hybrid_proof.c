/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that can be proven. */
#include "base/error.h"
#include "solvers/hybrid/hybrid.h"
#include "solvers/registry.h"

/* Of a time limit that one enumeration may take. */
static const double time_share = 0.25;

static void take_proof(void *user, const uint8_t bits[], bool is_read) {
  (void)is_read;
  part_consider(user, bits);
}

static lehr_status prove(hybrid *h, part *p) {
  stage s = {.engine = &engine_exhaustive,
             .model = p->view,
             .reads = 1,
             .time_limit_s = -1,
             .memory_bytes = UINT64_MAX,
             .phase = "enumerating",
             .take = take_proof,
             .user = p};
  stage_result result;
  LEHR_TRY(hybrid_stage(h, &s, &result));
  if (result.is_infeasible) h->run->infeasible(h->run);
  p->is_proven = result.has_bound && p->has_best && result.bound >= p->best_energy.exact;
  hybrid_improved(h, p);
  return LEHR_OK;
}

bool hybrid_can_prove(const lehr_run *run, const lehr_model_view *m) {
  const double seconds = stage_seconds(&engine_exhaustive, m);
  const bool is_paid = run->work == 0 || run->work >> m->n > 0;
  return is_paid && (run->time_limit_s < 0 || seconds < time_share * run->time_limit_s);
}

lehr_status hybrid_prove(hybrid *h) {
  const hybrid_options *o = h->run->options;
  for (int32_t k = 0; k < h->split.count && !hybrid_should_stop(h); k++)
    if (h->parts[k].view->n <= o->exact && hybrid_can_prove(h->run, h->parts[k].view))
      LEHR_TRY(prove(h, &h->parts[k]));
  return LEHR_OK;
}

void hybrid_claim_bound(const hybrid *h) {
  lehr_run *run = h->run;
  bool is_proven =
      h->is_complete && run->model->is_exact && (!h->reduced || presolve_is_exact(h->reduced));
  for (int32_t k = 0; k < h->split.count; k++) is_proven &= h->parts[k].is_proven;
  if (is_proven) run->bound_int(run, energy_of(run->model, h->bits).exact);
}
