/* SPDX-License-Identifier: Apache-2.0 */
/* Every energy of a result, recomputed from the input. */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_result.h"
#include "qubo/sampleset.h"
#include "workflows/batch/setup.h"

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
    batch_window_free(c->window);
    c->window = NULL;
    LEHR_TRY(
        batch_reader_window(c->input, index, batch_reader_items(c->input), &c->window, c->err));
    w = c->window;
  }
  const int64_t k = index - batch_window_first(w);
  *name = batch_window_name(w, k);
  if (batch_window_model(w, k, m, &why) != LEHR_OK) *m = NULL;
  return LEHR_OK;
}

static lehr_status compare_bits(const comparison *c, int64_t index, const result_row *row,
                                const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  if (row->bits_bytes != (v->n + 7) / 8) return mismatch(c, index, "has a wrong number of bits");
  uint8_t *bits = memory_array((size_t)v->n, 1);
  if (!bits) return error_memory(c->err, (uint64_t)v->n);
  bits_unpack(row->bits, v->n, bits);
  const double found = lehr_model_energy(m, bits);
  const bool is_feasible = lehr_model_feasible(m, bits);
  const bool is_exact = !v->is_exact || row->energy_int == lehr_model_energy_int(m, bits);
  free(bits);
  if (found != row->energy || !is_exact)
    return mismatch(c, index, "its energy is not the energy of its bits");
  if (is_feasible != (row->feasible != 0))
    return mismatch(c, index, "its feasibility is not that of its bits");
  if (row->bound > found) return mismatch(c, index, "its bound is above its energy");
  return LEHR_OK;
}

static lehr_status compare_row(comparison *c, int64_t index, const result_row *row) {
  const char *name;
  lehr_model *m = NULL;
  LEHR_TRY(model_of(c, index, &name, &m));
  lehr_status status = LEHR_OK;
  if (strcmp(name, row->name) != 0)
    status = mismatch(c, index, "has another name than in the input");
  else if (!m && row->failed_reason[0] == '\0')
    status = mismatch(c, index, "has a result, but its model cannot be built");
  else if (m && !isnan(row->energy))
    status = compare_bits(c, index, row, m);
  lehr_model_free(m);
  return status;
}

static lehr_status compare_all(comparison *c, int64_t *rows) {
  const result_header *h = result_reader_header(c->result);
  int64_t first, count;
  if (h->items != batch_reader_items(c->input))
    return error_set(c->err, LEHR_EINPUT, "%s: the input has %" PRId64 " items, not %" PRId64,
                     h5_reader_path(result_reader_file(c->result)), batch_reader_items(c->input),
                     h->items);
  batch_shard_block(h->items, h->shard, h->shards, &first, &count);
  if (count != h->rows) return mismatch(c, first, "the number of rows is not that of the shard");
  for (*rows = 0; *rows < count;) {
    result_window *w;
    LEHR_TRY(result_reader_window(c->result, *rows, &w, c->err));
    lehr_status status = LEHR_OK;
    for (int64_t k = 0; k < result_window_count(w) && status == LEHR_OK; k++) {
      const result_row row = result_window_row(w, k);
      status = compare_row(c, first + *rows, &row);
      *rows += status == LEHR_OK;
    }
    result_window_free(w);
    LEHR_TRY(status);
  }
  return LEHR_OK;
}

lehr_status batch_verify(const char *result, const char *input, bool is_trusted, int64_t *rows,
                         lehr_error *err) {
  comparison c = {.err = err};
  *rows = 0;
  lehr_status status = batch_reader_open(input, is_trusted, &c.input, err);
  if (status == LEHR_OK) status = result_reader_open(result, is_trusted, &c.result, err);
  if (status == LEHR_OK) status = compare_all(&c, rows);
  batch_window_free(c.window);
  result_reader_close(c.result);
  batch_reader_close(c.input);
  return status;
}
