/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/correlation_selection.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double relevance(const selection_problem *s, int32_t i) {
  double sum = 0;
  for (int32_t m = 0; m < s->n_members; m++) {
    const double sd = sqrt(s->member[m].y_variance);
    if (sd > 0) sum += fabs(s->member[m].cross[i]) / sd;
  }
  return sum;
}

static double redundancy(const selection_problem *s, int32_t i, int32_t j) {
  double sum = 0;
  for (int32_t m = 0; m < s->n_members; m++) sum += fabs(s->member[m].corr[(int64_t)i * s->p + j]);
  return sum;
}

static lehr_status fill_mrmr(const selection_problem *s, double weight, lehr_builder *b,
                             lehr_error *err) {
  for (int32_t i = 0; i < s->p; i++) {
    LEHR_TRY(lehr_builder_add_linear(b, i, -relevance(s, i), err));
    for (int32_t j = i + 1; j < s->p; j++) {
      const double coupling = weight / s->k * redundancy(s, i, j);
      if (coupling != 0) LEHR_TRY(lehr_builder_add(b, i, j, coupling, err));
    }
  }
  return selection_add_cardinality(s, b, err);
}

lehr_status selection_mrmr_model(const selection_problem *s, double weight, lehr_model **out,
                                 lehr_error *err) {
  lehr_builder *b = NULL;
  lehr_status status = lehr_builder_create(LEHR_BINARY, s->p, &b);
  if (status != LEHR_OK) return error_memory(err, (uint64_t)s->p * sizeof(double));
  status = fill_mrmr(s, weight, b, err);
  if (status == LEHR_OK && s->name) status = lehr_builder_set_name(b, s->name);
  if (status == LEHR_OK) status = lehr_builder_finish(b, out, err);
  lehr_builder_free(b);
  return status;
}

lehr_status selection_correlation(const selection_problem *s, uint8_t bits[], lehr_error *err) {
  double *value = memory_array((size_t)s->p, sizeof *value);
  if (!value) return error_memory(err, (uint64_t)s->p * sizeof *value);
  for (int32_t i = 0; i < s->p; i++) value[i] = relevance(s, i);
  memset(bits, 0, (size_t)s->p);
  for (int32_t step = 0; step < s->k; step++) {
    int32_t best = -1;
    for (int32_t i = 0; i < s->p; i++)
      if (!bits[i] && (best < 0 || value[i] > value[best])) best = i;
    bits[best] = 1;
  }
  free(value);
  return LEHR_OK;
}
