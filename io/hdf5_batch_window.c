/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_batch_window.h"

#include "base/error.h"
#include "io/hdf5_batch.h"
#include "qubo/columns.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t batch_window_first(const batch_window *w) { return w->first; }
int64_t batch_window_count(const batch_window *w) { return w->count; }
const char *batch_window_name(const batch_window *w, int64_t k) { return w->names[k]; }

void batch_window_clear(batch_window *w) {
  for (int64_t k = 0; w->models && k < w->count; k++) lehr_model_free(w->models[k]);
  free(w->models);
  free(w->reasons);
  free(w->names);
  batch_window empty = {.first = w->first};
  memcpy(empty.stores, w->stores, sizeof empty.stores);
  *w = empty;
}

void batch_window_free(batch_window *w) {
  if (!w) return;
  batch_window_clear(w);
  for (int k = 0; k < WINDOW_COLUMNS; k++) free(w->stores[k].data);
  free(w);
}

static lehr_status add_linear(lehr_builder *b, const batch_window *w, int64_t item,
                              lehr_error *err) {
  const int64_t from = w->linear_ptr[item] - w->linear_ptr[0];
  for (int32_t i = 0; i < w->n[item]; i++) {
    if (w->linear.exact) {
      if (w->linear.exact[from + i] != 0)
        LEHR_TRY(lehr_builder_add_linear_int(b, i, w->linear.exact[from + i], err));
    } else if (w->linear.real[from + i] != 0) {
      LEHR_TRY(lehr_builder_add_linear(b, i, w->linear.real[from + i], err));
    }
  }
  return LEHR_OK;
}

static lehr_status add_quadratic(lehr_builder *b, const batch_window *w, int64_t item,
                                 lehr_error *err) {
  const int64_t from = w->quad_ptr[item] - w->quad_ptr[0];
  const int64_t end = w->quad_ptr[item + 1] - w->quad_ptr[0];
  for (int64_t k = from; k < end; k++) {
    LEHR_TRY(w->quad.exact ? lehr_builder_add_int(b, w->row[k], w->col[k], w->quad.exact[k], err)
                           : lehr_builder_add(b, w->row[k], w->col[k], w->quad.real[k], err));
  }
  return LEHR_OK;
}

static lehr_status add_groups(lehr_builder *b, const batch_window *w, int64_t item,
                              lehr_error *err) {
  const int64_t first = w->group_model_ptr[0], base = w->group_ptr[0];
  for (int64_t g = w->group_model_ptr[item] - first; g < w->group_model_ptr[item + 1] - first; g++)
    LEHR_TRY(lehr_builder_add_group(b, (lehr_group_kind)w->group_kind[g],
                                    w->group_idx + (w->group_ptr[g] - base),
                                    w->group_ptr[g + 1] - w->group_ptr[g], w->group_k[g], err));
  return LEHR_OK;
}

static lehr_status fill(lehr_builder *b, const batch_window *w, int64_t item, lehr_error *err) {
  const double scale = w->scale ? w->scale[item] : 1;
  LEHR_TRY(add_linear(b, w, item, err));
  LEHR_TRY(add_quadratic(b, w, item, err));
  if (w->offset) LEHR_TRY(lehr_builder_add_offset(b, w->offset[item], err));
  if (w->group_ptr) LEHR_TRY(add_groups(b, w, item, err));
  if (lehr_builder_set_scale(b, scale) != LEHR_OK)
    return error_set(err, LEHR_EINPUT, "the scale %g is not positive and finite", scale);
  return LEHR_OK;
}

static lehr_status hand_over(const batch_window *w, int64_t k, lehr_model **out, lehr_error *err) {
  *out = w->models[k];
  if (*out) {
    w->models[k] = NULL;
    return LEHR_OK;
  }
  if (err) *err = w->reasons[k];
  return w->reasons[k].status;
}

/* The columns of an item where they are in the form that needs no builder: integers in order, no
 * groups, a whole offset. */
static bool as_columns(const batch_window *w, int64_t k, model_columns *c) {
  const double offset = w->offset ? w->offset[k] : 0, scale = w->scale ? w->scale[k] : 1;
  if (!w->linear.exact || !w->quad.exact || w->group_ptr) return false;
  if (!(scale > 0) || !isfinite(scale) || offset != nearbyint(offset) || fabs(offset) > 0x1p53)
    return false;
  const int64_t quad = w->quad_ptr[k] - w->quad_ptr[0];
  *c = (model_columns){.vartype = w->vartype ? (lehr_vartype)w->vartype[k] : LEHR_BINARY,
                       .n = w->n[k],
                       .linear = w->linear.exact + (w->linear_ptr[k] - w->linear_ptr[0]),
                       .n_couplings = w->quad_ptr[k + 1] - w->quad_ptr[k],
                       .row = w->row + quad,
                       .col = w->col + quad,
                       .weight = w->quad.exact + quad,
                       .offset = (int64_t)offset,
                       .scale = scale};
  return columns_are_sorted(c);
}

lehr_status batch_window_model(const batch_window *w, int64_t k, lehr_model **out,
                               lehr_error *err) {
  lehr_builder *b;
  model_columns c;
  *out = NULL;
  if (w->models) return hand_over(w, k, out, err);
  const int32_t vartype = w->vartype ? w->vartype[k] : LEHR_BINARY;
  const int64_t linear = w->linear_ptr[k + 1] - w->linear_ptr[k];
  if (vartype != LEHR_BINARY && vartype != LEHR_SPIN)
    return error_set(err, LEHR_EINPUT, "vartype %" PRId32 " is neither 0 nor 1", vartype);
  if (w->n[k] < 0 || linear != w->n[k])
    return error_set(err, LEHR_EINPUT, "%" PRId32 " variables, but %" PRId64 " linear terms",
                     w->n[k], linear);
  if (as_columns(w, k, &c)) return columns_model(&c, out, err);
  if (lehr_builder_create((lehr_vartype)vartype, w->n[k], &b) != LEHR_OK)
    return error_memory(err, (uint64_t)w->n[k]);
  lehr_status status = fill(b, w, k, err);
  if (status == LEHR_OK) status = lehr_builder_finish(b, out, err);
  lehr_builder_free(b);
  return status;
}
