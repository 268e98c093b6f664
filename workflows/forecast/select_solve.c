/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/select_solve.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"

#include <stdlib.h>

const char *const SELECT_SWEEPS = "sweeps=20";

static lehr_status solve_one(const select_in_process *s, const lehr_model *model, uint64_t seed,
                             uint8_t bits[], lehr_error *err) {
  lehr_params params = s->params;
  params.seed = seed;
  params.threads = 1;
  params.initial = bits;
  params.n_initial = 1;
  lehr_sampleset *samples = NULL;
  const lehr_status status = lehr_solve(s->context, model, &params, &samples, err);
  if (status != LEHR_OK) return status;
  if (lehr_sampleset_size(samples) > 0 && lehr_sampleset_feasible(samples, 0) &&
      lehr_sampleset_energy(samples, 0) < lehr_model_energy(model, bits))
    lehr_sampleset_bits(samples, 0, bits);
  lehr_sampleset_free(samples);
  return LEHR_OK;
}

static lehr_status solve_in_process(void *user, const lehr_model *const models[], int32_t n,
                                    uint64_t key, uint8_t *const bits[], lehr_error *err) {
  const select_in_process *s = user;
  lehr_status *status = memory_array((size_t)n, sizeof *status);
  lehr_error *errors = memory_array((size_t)n, sizeof *errors);
  lehr_status first = LEHR_OK;
  if (status && errors) {
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
    for (int32_t k = 0; k < n; k++)
      status[k] = solve_one(s, models[k], philox_subkey(key, (uint64_t)k), bits[k], &errors[k]);
    for (int32_t k = n - 1; k >= 0; k--) {
      if (status[k] == LEHR_OK) continue;
      first = status[k];
      if (err) *err = errors[k];
    }
  } else {
    first = error_memory(err, (uint64_t)n * sizeof *errors);
  }
  free(status);
  free(errors);
  return first;
}

select_solver select_solver_in_process(select_in_process *s) {
  return (select_solver){.solve = solve_in_process, .user = s};
}
