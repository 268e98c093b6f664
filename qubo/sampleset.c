/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/sampleset.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void bits_pack(const uint8_t bits[], int32_t n, uint8_t packed[]) {
  memset(packed, 0, ((size_t)n + 7) / 8);
  for (int32_t i = 0; i < n; i++) packed[i >> 3] |= (uint8_t)((bits[i] & 1) << (i & 7));
}

void bits_unpack(const uint8_t packed[], int32_t n, uint8_t bits[]) {
  for (int32_t i = 0; i < n; i++) bits[i] = packed[i >> 3] >> (i & 7) & 1;
}

lehr_sampleset *sampleset_create(int32_t n) {
  lehr_sampleset *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->n = n;
  s->row_bytes = ((size_t)n + 7) / 8;
  return s;
}

static bool grow_to(void **array, int64_t count, size_t size) {
  size_t bytes;
  if (!size_mul((size_t)count, size, &bytes)) return false;
  void *grown = realloc(*array, bytes ? bytes : 1);
  if (grown) *array = grown;
  return grown != NULL;
}

static lehr_status reserve(lehr_sampleset *s) {
  if (s->count < s->capacity) return LEHR_OK;
  const int64_t wanted = s->capacity < 8 ? 8 : s->capacity * 2;
  if (!grow_to((void **)&s->bits, wanted, s->row_bytes) ||
      !grow_to((void **)&s->energies, wanted, sizeof *s->energies) ||
      !grow_to((void **)&s->occurrences, wanted, sizeof *s->occurrences) ||
      !grow_to((void **)&s->feasible, wanted, sizeof *s->feasible))
    return LEHR_ENOMEM;
  s->capacity = wanted;
  return LEHR_OK;
}

lehr_status sampleset_put(lehr_sampleset *s, const uint8_t bits[], int64_t occurrences, energy e,
                          bool is_feasible) {
  const lehr_status status = reserve(s);
  if (status != LEHR_OK) return status;
  const int64_t row = s->count++;
  bits_pack(bits, s->n, s->bits + (size_t)row * s->row_bytes);
  s->energies[row] = e;
  s->occurrences[row] = occurrences;
  s->feasible[row] = is_feasible;
  return LEHR_OK;
}

lehr_status sampleset_add(lehr_sampleset *s, const lehr_model_view *m, const uint8_t bits[],
                          int64_t occurrences) {
  return sampleset_put(s, bits, occurrences, energy_of(m, bits), energy_feasible(m, bits));
}

const uint8_t *sampleset_packed(const lehr_sampleset *s, int64_t row) {
  return s->bits + (size_t)row * s->row_bytes;
}

typedef struct sort_context {
  const lehr_sampleset *set;
  const lehr_model_view *model;
} sort_context;

static int compare_rows(const sort_context *c, int64_t a, int64_t b) {
  const lehr_sampleset *s = c->set;
  if (s->feasible[a] != s->feasible[b]) return s->feasible[a] ? -1 : 1;
  if (energy_less(c->model, s->energies[a], s->energies[b])) return -1;
  if (energy_less(c->model, s->energies[b], s->energies[a])) return 1;
  return memcmp(sampleset_packed(s, a), sampleset_packed(s, b), s->row_bytes);
}

/* Stable merge sort of row numbers; qsort_r is not portable and its order of equals not defined. */
static void sort_rows(const sort_context *c, int64_t rows[], int64_t spare[], int64_t count) {
  if (count < 2) return;
  const int64_t half = count / 2;
  sort_rows(c, rows, spare, half);
  sort_rows(c, rows + half, spare, count - half);
  memcpy(spare, rows, (size_t)half * sizeof *rows);
  int64_t a = 0, b = half, out = 0;
  while (a < half && b < count)
    rows[out++] = compare_rows(c, spare[a], rows[b]) <= 0 ? spare[a++] : rows[b++];
  while (a < half) rows[out++] = spare[a++];
}

/* Copies the rows into `into` in sorted order, equal neighbours merged. */
static void gather(const sort_context *c, const int64_t rows[], lehr_sampleset *into) {
  const lehr_sampleset *s = c->set;
  for (int64_t k = 0; k < s->count; k++) {
    const int64_t row = rows[k];
    if (k > 0 && compare_rows(c, rows[k - 1], row) == 0) {
      into->occurrences[into->count - 1] += s->occurrences[row];
      continue;
    }
    const int64_t out = into->count++;
    if (s->row_bytes > 0)
      memcpy(into->bits + (size_t)out * s->row_bytes, sampleset_packed(s, row), s->row_bytes);
    into->energies[out] = s->energies[row];
    into->occurrences[out] = s->occurrences[row];
    into->feasible[out] = s->feasible[row];
  }
}

static void free_rows(lehr_sampleset *s) {
  free(s->bits);
  free(s->energies);
  free(s->occurrences);
  free(s->feasible);
}

lehr_status sampleset_sort(lehr_sampleset *s, const lehr_model_view *m) {
  if (s->count == 0) return LEHR_OK;
  const sort_context c = {s, m};
  lehr_sampleset sorted = *s;
  sorted.bits = NULL;
  sorted.energies = NULL;
  sorted.occurrences = NULL;
  sorted.feasible = NULL;
  sorted.count = sorted.capacity = 0;
  int64_t *rows = malloc((size_t)s->count * sizeof *rows);
  int64_t *spare = malloc((size_t)s->count * sizeof *spare);
  lehr_status status = LEHR_ENOMEM;
  if (!rows || !spare || !grow_to((void **)&sorted.bits, s->count, s->row_bytes) ||
      !grow_to((void **)&sorted.energies, s->count, sizeof *s->energies) ||
      !grow_to((void **)&sorted.occurrences, s->count, sizeof *s->occurrences) ||
      !grow_to((void **)&sorted.feasible, s->count, sizeof *s->feasible)) {
    free_rows(&sorted);
    goto done;
  }
  sorted.capacity = s->count;
  for (int64_t k = 0; k < s->count; k++) rows[k] = k;
  sort_rows(&c, rows, spare, s->count);
  gather(&c, rows, &sorted);
  free_rows(s);
  *s = sorted;
  status = LEHR_OK;
done:
  free(rows);
  free(spare);
  return status;
}

int64_t lehr_sampleset_size(const lehr_sampleset *s) { return s->count; }

int32_t lehr_sampleset_variables(const lehr_sampleset *s) { return s->n; }

int64_t lehr_sampleset_reads(const lehr_sampleset *s) {
  int64_t sum = 0;
  for (int64_t k = 0; k < s->count; k++) sum += s->occurrences[k];
  return sum;
}

double lehr_sampleset_energy(const lehr_sampleset *s, int64_t row) { return s->energies[row].real; }

int64_t lehr_sampleset_energy_int(const lehr_sampleset *s, int64_t row) {
  return s->energies[row].exact;
}

int64_t lehr_sampleset_occurrences(const lehr_sampleset *s, int64_t row) {
  return s->occurrences[row];
}

int lehr_sampleset_feasible(const lehr_sampleset *s, int64_t row) { return s->feasible[row]; }

void lehr_sampleset_bits(const lehr_sampleset *s, int64_t row, uint8_t bits[]) {
  bits_unpack(sampleset_packed(s, row), s->n, bits);
}

void lehr_sampleset_info(const lehr_sampleset *s, lehr_result_info *info) {
  const size_t wanted = info->struct_size;
  const size_t bytes = wanted < sizeof *info ? wanted : sizeof *info;
  memcpy(info, &s->info, bytes);
  info->struct_size = wanted;
}

void lehr_sampleset_free(lehr_sampleset *s) {
  if (!s) return;
  free_rows(s);
  free((char *)s->info.engine);
  free((char *)s->info.options_json);
  free(s);
}
