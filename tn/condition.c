/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/network.h"

#include <stdlib.h>

/* Room for `n` variables and `entries` couplings, as much as the given network has. */
static bool allocate(const tn_network *t, int32_t n, int64_t entries, tn_network *out) {
  out->row = memory_array((size_t)n + 1, sizeof *out->row);
  out->col = memory_array((size_t)entries, sizeof *out->col);
  out->J = memory_array((size_t)entries, sizeof *out->J);
  out->h = memory_array((size_t)n, sizeof *out->h);
  if (t->time_index) out->time_index = memory_array((size_t)n, sizeof *out->time_index);
  return out->row && out->col && out->J && out->h && (!t->time_index || out->time_index);
}

/* Couplings among those that stay. */
static int64_t count_staying(const tn_network *t, const int8_t value[]) {
  int64_t entries = 0;
  for (int32_t i = 0; i < t->n; i++) {
    if (value[i] != 0) continue;
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) entries += value[t->col[k]] == 0;
  }
  return entries;
}

/* Variable i of t as the next one of out; new_number[] says what its neighbours became. */
static void copy_staying(const tn_network *t, int32_t i, const int8_t value[],
                         const int32_t new_number[], tn_network *out) {
  const int32_t at = new_number[i];
  int64_t end = out->row[at];
  out->h[at] = t->h[i];
  if (t->time_index) out->time_index[at] = t->time_index[i];
  for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) {
    const int32_t j = t->col[k];
    if (value[j] != 0) {
      out->h[at] += value[j] * t->J[k];
    } else {
      out->col[end] = new_number[j];
      out->J[end++] = t->J[k];
    }
  }
  out->row[at + 1] = end;
}

/* What fixed variables have among themselves. */
static int64_t fixed_energy(const tn_network *t, const int8_t value[]) {
  int64_t sum = 0;
  for (int32_t i = 0; i < t->n; i++) {
    if (value[i] == 0) continue;
    int64_t field = t->h[i];
    for (int64_t k = t->row[i]; k < t->row[i + 1] && t->col[k] < i; k++)
      field += t->J[k] * value[t->col[k]];
    sum += field * value[i];
  }
  return sum;
}

lehr_status network_condition(const tn_network *t, const int8_t value[], tn_network *out,
                              int32_t number[], lehr_error *err) {
  *out =
      (tn_network){.constant_energy = t->constant_energy, .unit = t->unit, .rounding = t->rounding};
  int32_t *new_number = memory_array((size_t)t->n, sizeof *new_number);
  const int64_t entries = count_staying(t, value);
  int32_t n = 0;
  for (int32_t i = 0; i < t->n; i++) n += value[i] == 0;
  if (!new_number || !allocate(t, n, entries, out)) {
    free(new_number);
    network_free(out);
    return error_memory(err, ((uint64_t)entries + (uint64_t)t->n) * 2 * sizeof(int64_t));
  }
  for (int32_t i = 0; i < t->n; i++) {
    if (value[i] != 0) continue;
    new_number[i] = out->n;
    number[out->n++] = i;
  }
  for (int32_t k = 0; k < n; k++) copy_staying(t, number[k], value, new_number, out);
  out->constant = t->constant + fixed_energy(t, value);
  const factors_part rest = {.value = value,
                             .number = new_number,
                             .factors = &out->factors,
                             .h = out->h,
                             .constant = &out->constant};
  bool is_made = true;
  for (int32_t k = 0; k < t->factors.count && is_made; k++)
    is_made = factors_restrict(&t->factors, k, &rest);
  free(new_number);
  if (is_made) return LEHR_OK;
  network_free(out);
  return error_memory(err, (uint64_t)t->factors.entry[t->factors.count] * 10);
}
