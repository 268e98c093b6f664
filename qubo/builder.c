/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/builder.h"

#include "base/error.h"
#include "base/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t exact_in_double = INT64_C(1) << 53;

lehr_status lehr_builder_create(lehr_vartype vartype, int32_t n, lehr_builder **out) {
  *out = NULL;
  if (n < 0 || n == INT32_MAX || (vartype != LEHR_BINARY && vartype != LEHR_SPIN))
    return LEHR_EUSAGE;
  lehr_builder *b = calloc(1, sizeof *b);
  if (!b) return LEHR_ENOMEM;
  b->vartype = vartype;
  b->n = n;
  b->scale = 1;
  *out = b;
  return LEHR_OK;
}

/* Makes room for `more` elements behind `count`. */
static bool reserve(void **array, int64_t count, int64_t more, int64_t *capacity, size_t size) {
  if (count + more <= *capacity) return true;
  int64_t wanted = *capacity < 16 ? 16 : *capacity + *capacity / 2;
  if (wanted < count + more) wanted = count + more;
  size_t bytes;
  if (!size_mul((size_t)wanted, size, &bytes)) return false;
  void *grown = realloc(*array, bytes);
  if (!grown) return false;
  *array = grown;
  *capacity = wanted;
  return true;
}

static lehr_status to_real(lehr_builder *b, lehr_error *err) {
  for (int64_t k = 0; k < b->n_entries; k++) {
    const int64_t v = b->entries[k].value.i;
    if (v > exact_in_double || v < -exact_in_double)
      return error_set(err, LEHR_ERANGE,
                       "coefficient %" PRId64 " cannot be held exactly beside fractional ones", v);
  }
  for (int64_t k = 0; k < b->n_entries; k++) b->entries[k].value.f = (double)b->entries[k].value.i;
  b->is_real = true;
  return LEHR_OK;
}

static lehr_status append(lehr_builder *b, int32_t i, int32_t j, number value, lehr_error *err) {
  if (!reserve((void **)&b->entries, b->n_entries, 1, &b->entries_capacity, sizeof *b->entries))
    return error_memory(err, sizeof *b->entries * (uint64_t)b->n_entries);
  b->entries[b->n_entries++] = (entry){.i = i, .j = j, .value = value};
  return LEHR_OK;
}

static lehr_status append_int(lehr_builder *b, int32_t i, int32_t j, int64_t v, lehr_error *err) {
  if (!b->is_real) return append(b, i, j, (number){.i = v}, err);
  if (v > exact_in_double || v < -exact_in_double)
    return error_set(err, LEHR_ERANGE,
                     "coefficient %" PRId64 " cannot be held exactly beside fractional ones", v);
  return append(b, i, j, (number){.f = (double)v}, err);
}

static lehr_status append_real(lehr_builder *b, int32_t i, int32_t j, double v, lehr_error *err) {
  if (!isfinite(v)) return error_set(err, LEHR_EINPUT, "coefficient is not a finite number");
  if (!b->is_real && v == nearbyint(v) && fabs(v) <= 0x1p53)
    return append(b, i, j, (number){.i = (int64_t)v}, err);
  if (!b->is_real) LEHR_TRY(to_real(b, err));
  return append(b, i, j, (number){.f = v}, err);
}

/* Orders (i,j); self products become what they equal. */
static lehr_status normalise(const lehr_builder *b, int32_t *i, int32_t *j, lehr_error *err) {
  if (*i < 0 || *j < 0 || *i >= b->n || *j >= b->n)
    return error_set(err, LEHR_EINPUT, "variable %" PRId32 " outside 0..%" PRId32,
                     *i < 0 || *i >= b->n ? *i : *j, b->n - 1);
  if (*i > *j) {
    const int32_t swap = *i;
    *i = *j;
    *j = swap;
  }
  if (*i == *j && b->vartype == LEHR_SPIN) *i = *j = -1;
  return LEHR_OK;
}

lehr_status lehr_builder_add(lehr_builder *b, int32_t i, int32_t j, double value, lehr_error *err) {
  LEHR_TRY(normalise(b, &i, &j, err));
  return append_real(b, i, j, value, err);
}

lehr_status lehr_builder_add_int(lehr_builder *b, int32_t i, int32_t j, int64_t value,
                                 lehr_error *err) {
  LEHR_TRY(normalise(b, &i, &j, err));
  return append_int(b, i, j, value, err);
}

static lehr_status check_index(const lehr_builder *b, int32_t i, lehr_error *err) {
  if (i < 0 || i >= b->n)
    return error_set(err, LEHR_EINPUT, "variable %" PRId32 " outside 0..%" PRId32, i, b->n - 1);
  return LEHR_OK;
}

lehr_status lehr_builder_add_linear(lehr_builder *b, int32_t i, double value, lehr_error *err) {
  LEHR_TRY(check_index(b, i, err));
  return append_real(b, i, i, value, err);
}

lehr_status lehr_builder_add_linear_int(lehr_builder *b, int32_t i, int64_t value,
                                        lehr_error *err) {
  LEHR_TRY(check_index(b, i, err));
  return append_int(b, i, i, value, err);
}

lehr_status lehr_builder_add_offset(lehr_builder *b, double value, lehr_error *err) {
  return append_real(b, -1, -1, value, err);
}

lehr_status lehr_builder_add_offset_int(lehr_builder *b, int64_t value, lehr_error *err) {
  return append_int(b, -1, -1, value, err);
}

lehr_status lehr_builder_set_scale(lehr_builder *b, double scale) {
  if (!(scale > 0) || !isfinite(scale)) return LEHR_EUSAGE;
  b->scale = scale;
  return LEHR_OK;
}

static int compare_i32(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

lehr_status lehr_builder_add_group(lehr_builder *b, lehr_group_kind kind, const int32_t idx[],
                                   int64_t count, int32_t k, lehr_error *err) {
  if (kind < LEHR_GROUP_ONE_HOT || kind > LEHR_GROUP_CARDINALITY)
    return error_set(err, LEHR_EINPUT, "unknown group kind %d", (int)kind);
  if (count < 0 || count > b->n)
    return error_set(err, LEHR_EINPUT, "group of %" PRId64 " variables, the model has %" PRId32,
                     count, b->n);
  if (kind == LEHR_GROUP_ONE_HOT && count == 0)
    return error_set(err, LEHR_EINPUT, "a one-hot group without variables cannot be satisfied");
  if (kind != LEHR_GROUP_CARDINALITY)
    k = 1;
  else if (k < 0 || k > count)
    return error_set(err, LEHR_EINPUT, "cardinality %" PRId32 " of a group of %" PRId64, k, count);
  if (b->n_groups == INT32_MAX) return error_set(err, LEHR_EINPUT, "too many groups");
  for (int64_t m = 0; m < count; m++) LEHR_TRY(check_index(b, idx[m], err));
  if (!reserve((void **)&b->groups, b->n_groups, 1, &b->groups_capacity, sizeof *b->groups) ||
      !reserve((void **)&b->members, b->n_members, count, &b->members_capacity, sizeof *b->members))
    return error_memory(err, (uint64_t)count * sizeof *b->members);
  int32_t *members = b->members + b->n_members;
  if (count > 0) memcpy(members, idx, (size_t)count * sizeof *members);
  qsort(members, (size_t)count, sizeof *members, compare_i32);
  for (int64_t m = 1; m < count; m++)
    if (members[m] == members[m - 1])
      return error_set(err, LEHR_EINPUT, "variable %" PRId32 " twice in one group", members[m]);
  b->groups[b->n_groups++] = (group){.kind = kind, .k = k, .first = b->n_members};
  b->n_members += count;
  return LEHR_OK;
}

lehr_status lehr_builder_set_name(lehr_builder *b, const char *name) {
  char *copy = strdup(name);
  if (!copy) return LEHR_ENOMEM;
  free(b->name);
  b->name = copy;
  return LEHR_OK;
}

lehr_status lehr_builder_set_label(lehr_builder *b, int32_t i, const char *label) {
  if (i < 0 || i >= b->n) return LEHR_EUSAGE;
  if (!b->label && !(b->label = calloc((size_t)b->n, sizeof *b->label))) return LEHR_ENOMEM;
  char *copy = strdup(label);
  if (!copy) return LEHR_ENOMEM;
  free(b->label[i]);
  b->label[i] = copy;
  return LEHR_OK;
}

lehr_status lehr_builder_set_time_index(lehr_builder *b, const int32_t time_index[]) {
  int32_t *copy = memory_copy(time_index, (size_t)b->n, sizeof *copy);
  if (!copy) return LEHR_ENOMEM;
  free(b->time_index);
  b->time_index = copy;
  return LEHR_OK;
}

void lehr_builder_free(lehr_builder *b) {
  if (!b) return;
  for (int32_t i = 0; b->label && i < b->n; i++) free(b->label[i]);
  free(b->label);
  free(b->entries);
  free(b->groups);
  free(b->members);
  free(b->name);
  free(b->time_index);
  free(b);
}
