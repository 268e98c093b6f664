/* SPDX-License-Identifier: Apache-2.0 */
/* Every energy of a result, recomputed from the input, and everything that follows from it. */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_result.h"
#include "io/result_claims.h"
#include "qubo/energy.h"
#include "qubo/sampleset.h"
#include "workflows/batch/setup.h"
#include "workflows/batch/tally.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparison {
  batch_reader *input;
  result_reader *result;
  batch_window *window; /* of the input, around the current item */
  lehr_error *err;
} comparison;

static lehr_status mismatch(const comparison *c, int64_t index, const char *what) {
  return error_set(c->err, LEHR_EINPUT, "%s: item %" PRId64 ": %s",
                   h5_reader_path(result_reader_file(c->result)), index, what);
}

/* The model of an item, or NULL if it cannot be built. */
static lehr_status model_of(comparison *c, int64_t index, const char **name, lehr_model **m) {
  lehr_error why = {0};
  const batch_window *w = c->window;
  if (!w || index >= batch_window_first(w) + batch_window_count(w)) {
    const int64_t items = batch_reader_items(c->input);
    LEHR_TRY(w ? batch_reader_refill(c->input, index, items, c->window, c->err)
               : batch_reader_window(c->input, index, items, &c->window, c->err));
    w = c->window;
  }
  const int64_t k = index - batch_window_first(w);
  *name = batch_window_name(w, k);
  if (batch_window_model(w, k, m, &why) != LEHR_OK) *m = NULL;
  return LEHR_OK;
}

/* What a row without a sample must look like. */
static bool holds_no_sample(const result_row *row) {
  return isnan(row->energy) && row->energy_int == INT64_MIN && row->bits_bytes == 0 &&
         !row->feasible && row->n_reads == 0;
}

static lehr_status compare_failed(const comparison *c, int64_t index, const result_row *row) {
  if (!holds_no_sample(row) || row->status != LEHR_SOLVE_UNKNOWN || row->proven ||
      !isnan(row->bound))
    return mismatch(c, index, "failed, but has a result");
  return LEHR_OK;
}

static lehr_status compare_claims(const comparison *c, int64_t index, const result_row *row,
                                  const result_facts *facts) {
  const result_claims claims = {.has_status = true,
                                .status = (lehr_solve_status)row->status,
                                .is_proven = row->proven != 0,
                                .bound = row->bound};
  const char *fault = result_claims_fault(&claims, facts);
  return fault ? mismatch(c, index, fault) : LEHR_OK;
}

/* The best sample is one of the reads. */
static lehr_status compare_reads(const comparison *c, int64_t index, const result_row *row) {
  bool has_best = row->n_reads == 0;
  for (int64_t k = 0; k < row->n_reads; k++) {
    if (row->read_count[k] < 1) return mismatch(c, index, "a read occurs less than once");
    has_best = has_best || row->read_energy[k] == row->energy;
  }
  return has_best ? LEHR_OK : mismatch(c, index, "its energy is not among its reads");
}

/* Bits of no variable are 0. */
static bool is_padded(const result_row *row, int32_t n) {
  return n % 8 == 0 || row->bits[row->bits_bytes - 1] >> n % 8 == 0;
}

static lehr_status compare_sample(const comparison *c, int64_t index, const result_row *row,
                                  const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  if (row->bits_bytes != (v->n + 7) / 8 || !is_padded(row, v->n))
    return mismatch(c, index, "has a wrong number of bits");
  uint8_t *bits = memory_array((size_t)v->n, 1);
  if (!bits) return error_memory(c->err, (uint64_t)v->n);
  bits_unpack(row->bits, v->n, bits);
  const double recomputed = lehr_model_energy(m, bits);
  const result_facts facts = {.has_sample = true,
                              .is_feasible = lehr_model_feasible(m, bits),
                              .energy = recomputed,
                              .proof_gap = energy_proof_gap(v, recomputed)};
  const int64_t exact = v->is_exact ? lehr_model_energy_int(m, bits) : INT64_MIN;
  free(bits);
  if (facts.energy != row->energy || exact != row->energy_int)
    return mismatch(c, index, "its energy is not the energy of its bits");
  if (facts.is_feasible != (row->feasible != 0))
    return mismatch(c, index, "its feasibility is not that of its bits");
  LEHR_TRY(compare_reads(c, index, row));
  return compare_claims(c, index, row, &facts);
}

static lehr_status compare_row(comparison *c, int64_t index, const result_row *row) {
  const char *name;
  lehr_model *m = NULL;
  LEHR_TRY(model_of(c, index, &name, &m));
  lehr_status status;
  if (strcmp(name, row->name) != 0)
    status = mismatch(c, index, "has another name than in the input");
  else if (row->failed_reason[0] != '\0')
    status = compare_failed(c, index, row);
  else if (!m)
    status = mismatch(c, index, "has a result, but its model cannot be built");
  else if (isnan(row->energy))
    status = holds_no_sample(row) ? compare_claims(c, index, row, &(result_facts){0})
                                  : mismatch(c, index, "has no energy");
  else
    status = compare_sample(c, index, row, m);
  lehr_model_free(m);
  return status;
}

static lehr_status compare_all(comparison *c, batch_tally *tally) {
  const result_header *h = result_reader_header(c->result);
  int64_t first, count;
  if (h->items != batch_reader_items(c->input))
    return error_set(c->err, LEHR_EINPUT, "%s: the input has %" PRId64 " items, not %" PRId64,
                     h5_reader_path(result_reader_file(c->result)), batch_reader_items(c->input),
                     h->items);
  batch_shard_block(h->items, h->shard, h->shards, &first, &count);
  if (count != h->rows) return mismatch(c, first, "the number of rows is not that of the shard");
  while (tally->rows < count) {
    result_window *w;
    LEHR_TRY(result_reader_window(c->result, tally->rows, &w, c->err));
    lehr_status status = LEHR_OK;
    for (int64_t k = 0; k < result_window_count(w) && status == LEHR_OK; k++) {
      const result_row row = result_window_row(w, k);
      status = compare_row(c, first + tally->rows, &row);
      if (status == LEHR_OK) batch_tally_add(tally, &row);
    }
    result_window_free(w);
    LEHR_TRY(status);
  }
  return LEHR_OK;
}

lehr_status batch_verify(const char *result, const char *input, bool is_trusted, batch_tally *tally,
                         lehr_error *err) {
  comparison c = {.err = err};
  *tally = batch_tally_of_nothing();
  lehr_status status = batch_reader_open(input, is_trusted, &c.input, err);
  if (status == LEHR_OK) status = result_reader_open(result, is_trusted, &c.result, err);
  if (status == LEHR_OK) status = compare_all(&c, tally);
  batch_window_free(c.window);
  result_reader_close(c.result);
  batch_reader_close(c.input);
  return status;
}
