/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_solution.h"

#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_model.h"
#include "io/result_facts.h"
#include "qubo/sampleset.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above so many values states are stored as packed bits only. */
static const int64_t states_limit = 1000000;

static bool is_packed(int64_t count, int32_t n) { return n > 0 && count > states_limit / n; }

/* ---- Writing ---- */

static void put_states(h5_writer *w, const lehr_model_view *v, const lehr_sampleset *s) {
  const int64_t count = lehr_sampleset_size(s), dims[2] = {count, v->n};
  uint8_t *bits = memory_array((size_t)v->n, 1);
  int64_t *state = memory_array((size_t)v->n, sizeof *state);
  h5_make_dataset(w, "/solution/data/state", H5_INT64, 2, dims);
  if (!bits || !state) h5_writer_fail(w, LEHR_ENOMEM, "not enough memory");
  for (int64_t r = 0; bits && state && r < count; r++) {
    const int64_t start[2] = {r, 0}, one[2] = {1, v->n};
    lehr_sampleset_bits(s, r, bits);
    for (int32_t i = 0; i < v->n; i++)
      state[i] = v->vartype == LEHR_SPIN ? 2 * bits[i] - 1 : bits[i];
    h5_write(w, "/solution/data/state", H5_INT64, 2, start, one, state);
  }
  free(bits);
  free(state);
}

static void put_columns(h5_writer *w, const lehr_model_view *v, const lehr_sampleset *s) {
  const int64_t count = lehr_sampleset_size(s);
  double *value = memory_array((size_t)count, sizeof *value);
  int64_t *exact = memory_array((size_t)count, sizeof *exact);
  int64_t *reads = memory_array((size_t)count, sizeof *reads);
  if (!value || !exact || !reads) {
    h5_writer_fail(w, LEHR_ENOMEM, "not enough memory");
  } else {
    for (int64_t r = 0; r < count; r++) {
      value[r] = lehr_sampleset_energy(s, r);
      exact[r] = lehr_sampleset_energy_int(s, r);
      reads[r] = lehr_sampleset_occurrences(s, r);
    }
    h5_put_array(w, "/solution/data/value", H5_REAL64, count, value);
    h5_put_array(w, "/solution/data/reads", H5_INT64, count, reads);
    if (v->is_exact) h5_put_array(w, "/lehr/solution/energy", H5_INT64, count, exact);
    if (is_packed(count, v->n))
      h5_put_matrix(w, "/lehr/solution/bits", H5_UINT8, count, (int64_t)s->row_bytes, s->bits);
  }
  free(value);
  free(exact);
  free(reads);
}

static void put_facts(h5_writer *w, const lehr_sampleset *s, const char *stop_reason) {
  char source[160];
  static const char group[] = "/lehr/solution";
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  const bool is_feasible = info.status == LEHR_SOLVE_FEASIBLE || info.status == LEHR_SOLVE_OPTIMAL;
  h5_put_attribute_string(w, group, "engine", info.engine);
  if (info.options_json) h5_put_attribute_string(w, group, "options", info.options_json);
  if (info.statistics_json) h5_put_attribute_string(w, group, "statistics", info.statistics_json);
  h5_put_attribute_int(w, group, "seed", (int64_t)info.seed);
  h5_put_attribute_string(w, group, "status", lehr_solve_status_text(info.status));
  h5_put_attribute_string(w, group, "stop_reason",
                          stop_reason ? stop_reason : lehr_stop_reason_text(info.stop_reason));
  h5_put_attribute_real(w, group, "bound", info.has_bound ? info.bound : NAN);
  h5_put_attribute_int(w, group, "proven", info.proven != 0);
  h5_put_attribute_int(w, group, "feasible", is_feasible);
  snprintf(source, sizeof source, "samples of engine %.64s, seed %" PRIu64, info.engine, info.seed);
  h5_put_attribute_string(w, "/", "source", source);
}

lehr_status hdf5_solution_write(const char *path, const lehr_model *m, const lehr_sampleset *s,
                                const char *stop_reason, lehr_error *err) {
  const lehr_model_view *v = lehr_model_look(m);
  const int64_t count = lehr_sampleset_size(s);
  const char *name = lehr_model_name(m);
  const uint64_t row = is_packed(count, v->n) ? s->row_bytes : (uint64_t)v->n * 8;
  h5_writer *w;
  LEHR_TRY(h5_writer_create(
      path, name[0] ? name : "solution",
      hdf5_model_bytes(m) + (uint64_t)count * (row + 24) + result_facts_bytes(s), &w, err));
  hdf5_model_put(w, m);
  h5_make_group(w, "/lehr/solution");
  put_facts(w, s, stop_reason);
  result_facts_hdf5(w, s, v->is_exact != 0);
  h5_make_group(w, "/solution/data");
  if (!is_packed(count, v->n)) put_states(w, v, s);
  put_columns(w, v, s);
  h5_put_string(w, "/solution/sense", "min");
  h5_put_string(w, "/solution/domain", v->vartype == LEHR_SPIN ? "spin" : "bool");
  h5_put_string(w, "/solution/metadata", "{}");
  return h5_writer_publish(w, err);
}

/* ---- Reading ---- */

void hdf5_samples_free(hdf5_samples *s) {
  free(s->bits);
  free(s->energy);
  free(s->reads);
  free(s->exact);
  *s = (hdf5_samples){0};
}

static lehr_status odd(h5_reader *r, const char *what, lehr_error *err) {
  return error_set(err, LEHR_EINPUT, "%s: /solution: %s", h5_reader_path(r), what);
}

static lehr_status alloc_bits(h5_reader *r, hdf5_samples *s, int64_t rows, lehr_error *err) {
  size_t bytes;
  if (rows != s->count) return odd(r, "samples and energies differ in number", err);
  if (!size_mul((size_t)rows, (size_t)s->n, &bytes) || !(s->bits = memory_array(bytes, 1)))
    return error_memory(err, (uint64_t)rows * (uint64_t)s->n);
  return LEHR_OK;
}

static lehr_status read_states(h5_reader *r, hdf5_samples *s, lehr_error *err) {
  static const char path[] = "/solution/data/state";
  h5_shape shape;
  LEHR_TRY(h5_shape_of(r, path, &shape, err));
  if (shape.rank != 2 || shape.dims[1] >= INT32_MAX) return odd(r, "state has a wrong shape", err);
  s->n = (int32_t)shape.dims[1];
  LEHR_TRY(alloc_bits(r, s, shape.dims[0], err));
  int64_t *state = memory_array((size_t)s->n, sizeof *state);
  lehr_status status = state ? LEHR_OK : error_memory(err, (uint64_t)s->n * 8);
  for (int64_t k = 0; k < s->count && status == LEHR_OK; k++) {
    const int64_t start[2] = {k, 0}, one[2] = {1, s->n};
    status = h5_read(r, path, H5_INT64, 2, start, one, state, err);
    for (int32_t i = 0; i < s->n && status == LEHR_OK; i++) {
      if (state[i] < -1 || state[i] > 1) status = odd(r, "state is not 0, 1 or -1, +1", err);
      s->bits[k * s->n + i] = state[i] == 1;
    }
  }
  free(state);
  return status;
}

static lehr_status read_bits(h5_reader *r, hdf5_samples *s, lehr_error *err) {
  static const char path[] = "/lehr/solution/bits";
  h5_shape shape;
  int64_t n;
  LEHR_TRY(h5_shape_of(r, path, &shape, err));
  LEHR_TRY(h5_read_scalar(r, "/model/form/dimension", H5_INT64, &n, err));
  if (n < 0 || n >= INT32_MAX || shape.rank != 2 || shape.dims[1] != (n + 7) / 8)
    return odd(r, "the packed bits have a wrong shape", err);
  s->n = (int32_t)n;
  LEHR_TRY(alloc_bits(r, s, shape.dims[0], err));
  uint8_t *packed = memory_array((size_t)shape.dims[1], 1);
  lehr_status status = packed ? LEHR_OK : error_memory(err, (uint64_t)shape.dims[1]);
  for (int64_t k = 0; k < s->count && status == LEHR_OK; k++) {
    const int64_t start[2] = {k, 0}, one[2] = {1, shape.dims[1]};
    status = h5_read(r, path, H5_UINT8, 2, start, one, packed, err);
    if (status == LEHR_OK) bits_unpack(packed, s->n, s->bits + k * s->n);
  }
  free(packed);
  return status;
}

static lehr_status read_samples(h5_reader *r, hdf5_samples *s, lehr_error *err) {
  h5_kind kind;
  int64_t count;
  const int64_t limit = INT64_C(1) << 40;
  LEHR_TRY(h5_read_array(r, "/solution/data/value", H5_REAL64, limit, (void **)&s->energy,
                         &s->count, err));
  LEHR_TRY(
      h5_read_array(r, "/solution/data/reads", H5_INT64, limit, (void **)&s->reads, &count, err));
  if (count != s->count) return odd(r, "values and reads differ in number", err);
  LEHR_TRY(h5_kind_of(r, "/lehr/solution/energy", &kind, err));
  if (kind == H5_DATASET_OBJECT)
    LEHR_TRY(h5_read_array(r, "/lehr/solution/energy", H5_INT64, limit, (void **)&s->exact, &count,
                           err));
  if (count != s->count) return odd(r, "energies and values differ in number", err);
  LEHR_TRY(h5_kind_of(r, "/solution/data/state", &kind, err));
  return kind == H5_DATASET_OBJECT ? read_states(r, s, err) : read_bits(r, s, err);
}

/* Files of other programs have no /lehr/solution. */
static lehr_status read_claims(h5_reader *r, hdf5_samples *s, lehr_error *err) {
  static const char group[] = "/lehr/solution";
  h5_kind kind;
  char *status = NULL;
  int64_t proven = 0, feasible = -1;
  result_claims *c = &s->claims;
  c->bound = NAN;
  s->feasible = -1;
  LEHR_TRY(h5_kind_of(r, group, &kind, err));
  if (kind != H5_GROUP_OBJECT) return LEHR_OK;
  LEHR_TRY(h5_attribute_real(r, group, "bound", &c->bound, err));
  LEHR_TRY(h5_attribute_int(r, group, "proven", &proven, err));
  LEHR_TRY(h5_attribute_string(r, group, "status", &status, err));
  LEHR_TRY(h5_attribute_int(r, group, "feasible", &feasible, err));
  s->feasible = feasible < 0 ? -1 : feasible > 0;
  c->is_proven = proven != 0;
  c->has_status = status != NULL;
  const bool is_known = !status || result_status_parse(status, &c->status);
  free(status);
  return is_known ? LEHR_OK : odd(r, "has an unknown status", err);
}

lehr_status hdf5_solution_read(const char *path, hdf5_samples *out, lehr_error *err) {
  h5_reader *r;
  *out = (hdf5_samples){0};
  LEHR_TRY(h5_open(path, false, &r, err));
  lehr_status status = read_samples(r, out, err);
  if (status == LEHR_OK) status = read_claims(r, out, err);
  if (status != LEHR_OK) hdf5_samples_free(out);
  h5_close(r);
  return status;
}
