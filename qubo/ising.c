/* SPDX-License-Identifier: Apache-2.0 */
/* Between binary and spin variables, x = (1 + s) / 2:
 *   q x_i x_j = q/4 (1 + s_i + s_j + s_i s_j),   l x_i = l/2 (1 + s_i)
 *   J s_i s_j = J (4 x_i x_j - 2 x_i - 2 x_j + 1),   h s_i = h (2 x_i - 1)
 * Binary to spin keeps exact models exact by taking units of scale/4. */
#include "base/error.h"
#include "qubo/energy.h"
#include "qubo/model.h"
#include "qubo/scale.h"

#include <math.h>

static int64_t row_sum_i64(const lehr_model_view *v, int32_t i) {
  int64_t sum = 0;
  for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) sum += v->weight_i64[k];
  return sum;
}

static double row_sum_f64(const lehr_model_view *v, int32_t i) {
  double sum = 0;
  for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) sum += v->weight_f64[k];
  return sum;
}

/* All in units of scale/4; each partial sum is within four times the checked range. */
static void exact_to_spin(const lehr_model_view *v, lehr_model *out) {
  int64_t offset = 4 * v->offset_i64;
  for (int32_t i = 0; i < v->n; i++) {
    const int64_t sum = row_sum_i64(v, i);
    out->linear_i64[i] = 2 * v->linear_i64[i] + sum;
    offset += 2 * v->linear_i64[i];
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      out->weight_i64[k] = v->weight_i64[k];
      if (v->col[k] < i) offset += v->weight_i64[k];
    }
  }
  out->view.offset_i64 = offset;
  out->view.scale = v->scale / 4;
}

static void real_to_spin(const lehr_model_view *v, lehr_model *out) {
  double offset = v->offset_f64;
  for (int32_t i = 0; i < v->n; i++) {
    out->linear_f64[i] = v->linear_f64[i] / 2 + row_sum_f64(v, i) / 4;
    offset += v->linear_f64[i] / 2;
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      out->weight_f64[k] = v->weight_f64[k] / 4;
      if (v->col[k] < i) offset += v->weight_f64[k] / 4;
    }
  }
  out->view.offset_f64 = offset;
}

/* h -> 2h - 2 sum J, J -> 4J; out of range is caught by energy_check_range afterwards, wrap-around
 * before it by the overflow builtins. */
static bool exact_to_binary(const lehr_model_view *v, lehr_model *out) {
  int64_t offset = v->offset_i64;
  for (int32_t i = 0; i < v->n; i++) {
    int64_t linear;
    if (__builtin_mul_overflow(v->linear_i64[i] - row_sum_i64(v, i), 2, &linear)) return false;
    out->linear_i64[i] = linear;
    offset -= v->linear_i64[i];
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      if (__builtin_mul_overflow(v->weight_i64[k], 4, &out->weight_i64[k])) return false;
      if (v->col[k] < i) offset += v->weight_i64[k];
    }
  }
  out->view.offset_i64 = offset;
  out->view.scale = v->scale;
  return true;
}

static void real_to_binary(const lehr_model_view *v, lehr_model *out) {
  double offset = v->offset_f64;
  for (int32_t i = 0; i < v->n; i++) {
    out->linear_f64[i] = 2 * v->linear_f64[i] - 2 * row_sum_f64(v, i);
    offset -= v->linear_f64[i];
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      out->weight_f64[k] = 4 * v->weight_f64[k];
      if (v->col[k] < i) offset += v->weight_f64[k];
    }
  }
  out->view.offset_f64 = offset;
}

static lehr_status convert(const lehr_model_view *v, lehr_vartype vartype, lehr_model *out,
                           lehr_error *err) {
  if (vartype == LEHR_SPIN) {
    if (v->is_exact)
      exact_to_spin(v, out);
    else
      real_to_spin(v, out);
  } else if (!v->is_exact) {
    real_to_binary(v, out);
  } else if (!exact_to_binary(v, out)) {
    return error_set(err, LEHR_ERANGE, "binary form outside the 64-bit range");
  }
  if (out->view.is_exact)
    out->view.offset_f64 = scale_real(out->view.offset_i64, out->view.scale);
  else if (!isfinite(out->view.offset_f64))
    return error_set(err, LEHR_ERANGE, "converted constant overflows");
  return energy_check_range(&out->view, err);
}

lehr_status lehr_model_convert(const lehr_model *m, lehr_vartype vartype, lehr_model **out,
                               lehr_error *err) {
  const lehr_model_view *v = &m->view;
  *out = NULL;
  if (vartype != LEHR_BINARY && vartype != LEHR_SPIN) return LEHR_EUSAGE;
  lehr_model *made = model_alloc(vartype, v->n, v->n_interactions, v->is_exact);
  if (!made) return error_memory(err, (uint64_t)v->n_interactions * 24);
  for (int32_t i = 0; i <= v->n; i++) made->row[i] = v->row[i];
  for (int64_t k = 0; k < 2 * v->n_interactions; k++) made->col[k] = v->col[k];
  lehr_status status = model_copy_structure(m, made);
  if (status != LEHR_OK) {
    error_memory(err, 0);
  } else if (v->vartype == (int32_t)vartype) {
    for (int64_t k = 0; k < 2 * v->n_interactions; k++) {
      if (v->is_exact)
        made->weight_i64[k] = v->weight_i64[k];
      else
        made->weight_f64[k] = v->weight_f64[k];
    }
    for (int32_t i = 0; i < v->n; i++) {
      if (v->is_exact)
        made->linear_i64[i] = v->linear_i64[i];
      else
        made->linear_f64[i] = v->linear_f64[i];
    }
    made->view.offset_i64 = v->offset_i64;
    made->view.offset_f64 = v->offset_f64;
    made->view.scale = v->scale;
  } else {
    status = convert(v, vartype, made, err);
  }
  if (status != LEHR_OK)
    lehr_model_free(made);
  else
    *out = made;
  return status;
}
