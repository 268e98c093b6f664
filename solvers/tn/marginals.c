/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tn/marginals.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static double clamp(double p) { return fmin(1, fmax(0, p)); }

void marginals_pair(const double mean[], const tn_pair *p, double probability[4]) {
  for (int x = 0; x < 4; x++) {
    const double a = x & 2 ? 1 : -1, b = x & 1 ? 1 : -1;
    const double sum = 1 + a * mean[p->i] + b * mean[p->j] + a * b * p->correlation;
    probability[x] = clamp(0.25 * sum);
  }
}

double marginals_one(double mean) { return clamp(0.5 * (1 + mean)); }

/* m is of all variables, those that are fixed included. */
static lehr_status tell(tn_job *j, const tn_marginals *m, int64_t count) {
  lehr_pair_marginal *told = memory_array((size_t)count, sizeof *told);
  if (!told) return LEHR_ENOMEM;
  for (int64_t k = 0; k < count; k++) {
    told[k] = (lehr_pair_marginal){.i = m->pairs[k].i, .j = m->pairs[k].j};
    marginals_pair(m->mean, &m->pairs[k], told[k].probability);
  }
  for (int32_t v = 0; v < j->plan.mirror.n; v++) m->mean[v] = marginals_one(m->mean[v]);
  const lehr_status status = j->run->marginals(j->run, m->mean, count, told);
  free(told);
  return status;
}

int64_t tn_pairs_of(const tn_plan *p, const tn_options *o) {
  return sum_pairs(&p->program, o->fronts != 0) + mirror_pairs(&p->mirror, o->fronts != 0);
}

/* all[]: means of all variables. */
static lehr_status run_and_tell(tn_job *j, const tn_marginals *m, double all[], double *log_z,
                                bool *is_complete) {
  const tn_program *const p = &j->plan.program;
  const bool fronts = j->o->fronts != 0;
  int64_t count = sum_pairs(p, fronts);
  LEHR_TRY(sum_marginals(p, j->o->beta * j->plan.network.unit, fronts, &j->guard, m, log_z,
                         is_complete, &j->err));
  if (!*is_complete) {
    j->run->unfinished(j->run);
    return LEHR_OK;
  }
  mirror_marginals(&j->plan.mirror, fronts, m->mean, all, m->pairs, &count);
  const tn_marginals found = {.mean = all, .pairs = m->pairs, .entries = m->entries};
  return j->plan.legs.count > 0 ? tn_tell_leg_marginals(j, &found, count) : tell(j, &found, count);
}

lehr_status tn_run_marginals(tn_job *j, double *log_z, bool *is_complete) {
  const tn_factors *const f = &j->plan.program.factors;
  const size_t entries = f->count > 0 ? (size_t)f->entry[f->count] : 0;
  const size_t pairs = (size_t)tn_pairs_of(&j->plan, j->o);
  const tn_marginals m = {.mean = memory_array((size_t)j->plan.network.n, sizeof *m.mean),
                          .pairs = memory_array(pairs, sizeof *m.pairs),
                          .entries = memory_array(entries, sizeof *m.entries)};
  double *const all = memory_array((size_t)j->plan.mirror.n, sizeof *all);
  const bool is_made = m.mean && m.pairs && m.entries && all;
  const lehr_status status = is_made ? run_and_tell(j, &m, all, log_z, is_complete) : LEHR_ENOMEM;
  free(m.mean);
  free(m.pairs);
  free(m.entries);
  free(all);
  return status;
}
