/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/select_batch.h"

#include "base/error.h"
#include "io/hdf5_batch.h"
#include "io/hdf5_result.h"
#include "qubo/sampleset.h"
#include "workflows/batch/batch.h"

#include <string.h>

static lehr_status write_models(const char *path, const lehr_model *const models[], int32_t n,
                                lehr_error *err) {
  batch_totals totals = {.is_exact = true};
  batch_writer *w = NULL;
  for (int32_t k = 0; k < n; k++) batch_totals_add(&totals, models[k]);
  LEHR_TRY(batch_writer_create(path, "inputs of forecast models to be selected", &totals, &w, err));
  for (int32_t k = 0; k < n; k++) batch_writer_add(w, models[k], lehr_model_name(models[k]));
  return batch_writer_publish(w, err);
}

static lehr_status run_batch(const select_through_files *s, uint64_t key, lehr_error *err) {
  batch_outcome outcome;
  batch_job job = {.input = s->models_path,
                   .output = s->results_path,
                   .is_trusted = true,
                   .shards = 1,
                   .context = s->context,
                   .params = s->params};
  job.params.seed = key;
  LEHR_TRY(batch_run(&job, &outcome, err));
  if (outcome.was_interrupted) return error_set(err, LEHR_EBUSY, "stopped");
  return LEHR_OK;
}

/* Takes a row's bits where they satisfy the model's groups and are better than the start. */
static void take_row(const result_row *row, const lehr_model *model, uint8_t bits[]) {
  const int32_t n = lehr_model_look(model)->n;
  if (row->bits_bytes != (n + 7) / 8 || !row->feasible) return;
  if (row->energy < lehr_model_energy(model, bits)) bits_unpack(row->bits, n, bits);
}

static lehr_status read_results(const char *path, const lehr_model *const models[], int32_t n,
                                uint8_t *const bits[], lehr_error *err) {
  result_reader *r = NULL;
  int64_t done = 0;
  LEHR_TRY(result_reader_open(path, true, &r, err));
  lehr_status status = LEHR_OK;
  if (result_reader_header(r)->rows != n)
    status = error_set(err, LEHR_EINPUT, "%s has not as many rows as models were sent", path);
  while (status == LEHR_OK && done < n) {
    result_window *w = NULL;
    status = result_reader_window(r, done, &w, err);
    if (status != LEHR_OK) break;
    for (int64_t k = 0; k < result_window_count(w) && done < n; k++, done++) {
      const result_row row = result_window_row(w, k);
      take_row(&row, models[done], bits[done]);
    }
    result_window_free(w);
  }
  result_reader_close(r);
  return status;
}

static lehr_status solve_through_files(void *user, const lehr_model *const models[], int32_t n,
                                       uint64_t key, uint8_t *const bits[], lehr_error *err) {
  const select_through_files *s = user;
  LEHR_TRY(write_models(s->models_path, models, n, err));
  LEHR_TRY(run_batch(s, key, err));
  return read_results(s->results_path, models, n, bits, err);
}

select_solver select_solver_through_files(select_through_files *s) {
  return (select_solver){.solve = solve_through_files, .user = s};
}
