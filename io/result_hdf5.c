/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 as a row of the result formats: the model with all its samples. */
#include "io/hdf5_solution.h"
#include "io/result.h"

#include <stdlib.h>

static lehr_status write_path(const result *r, const char *path, lehr_error *err) {
  return hdf5_solution_write(path, r->model, r->set, r->stop_reason, err);
}

static lehr_status add_row(const hdf5_samples *s, int64_t row, char text[], result_rows *rows,
                           lehr_error *err) {
  for (int32_t i = 0; i < s->n; i++) text[i] = (char)('0' + s->bits[row * s->n + i]);
  const result_sample sample = {.bits = text,
                                .length = (size_t)s->n,
                                .energy = s->energy[row],
                                .occurrences = s->reads[row],
                                .is_int = s->exact != NULL,
                                .energy_int = s->exact ? s->exact[row] : 0,
                                .feasible = row == 0 ? s->feasible : -1};
  return result_rows_add(rows, &sample, err);
}

static lehr_status read_path(const char *path, result_rows *rows, lehr_error *err) {
  hdf5_samples s;
  lehr_status status = hdf5_solution_read(path, &s, err);
  if (status != LEHR_OK) return status;
  char *text = malloc((size_t)s.n + 1);
  if (!text) status = LEHR_ENOMEM;
  rows->summary.claims = s.claims;
  rows->is_scaled = true;
  for (int64_t k = 0; k < s.count && status == LEHR_OK; k++)
    status = add_row(&s, k, text, rows, err);
  free(text);
  hdf5_samples_free(&s);
  return status;
}

const result_format result_hdf5 = {
    .name = "hdf5", .extensions = "h5 hdf5", .write_path = write_path, .read_path = read_path};
