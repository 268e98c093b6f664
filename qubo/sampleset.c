/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/sampleset.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST = 8, MERGE_FROM = 4096 };

void bits_pack(const uint8_t bits[], int32_t n, uint8_t packed[]) {
  memset(packed, 0, ((size_t)n + 7) / 8);
  for (int32_t i = 0; i < n; i++) packed[i >> 3] |= (uint8_t)((bits[i] & 1) << (i & 7));
}

void bits_unpack(const uint8_t packed[], int32_t n, uint8_t bits[]) {
  for (int32_t i = 0; i < n; i++) bits[i] = packed[i >> 3] >> (i & 7) & 1;
}

lehr_sampleset *sampleset_create(const lehr_model_view *m) {
  lehr_sampleset *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->n = m->n;
  s->is_exact = m->is_exact != 0;
  s->row_bytes = ((size_t)m->n + 7) / 8;
  s->max_bytes = UINT64_MAX;
  return s;
}

/* Bytes of a row while the set is being sorted: the row twice, and its places in two lists. */
static uint64_t peak_bytes(size_t row_bytes) {
  return 2 * (row_bytes + sizeof(energy) + sizeof(int64_t) + 1) + SORT_BYTES;
}

uint64_t sampleset_bytes(int32_t n, int64_t rows) {
  int64_t capacity = FEWEST;
  uint64_t bytes;
  while (capacity < rows && capacity < INT64_MAX / 4) capacity *= 2;
  const uint64_t each = peak_bytes(((size_t)n + 7) / 8);
  return __builtin_mul_overflow(each, (uint64_t)capacity, &bytes) ? UINT64_MAX : bytes;
}

bool sampleset_resize(lehr_sampleset *s, int64_t capacity) {
  if (!memory_grow((void **)&s->bits, (size_t)capacity, s->row_bytes) ||
      !memory_grow((void **)&s->energies, (size_t)capacity, sizeof *s->energies) ||
      !memory_grow((void **)&s->occurrences, (size_t)capacity, sizeof *s->occurrences) ||
      !memory_grow((void **)&s->feasible, (size_t)capacity, sizeof *s->feasible))
    return false;
  s->capacity = capacity;
  return true;
}

/* Makes room for a row. Beyond MERGE_FROM rows equal ones are merged first, and the arrays grow
 * only where that freed less than half: memory follows the distinct rows, and each row is sorted
 * O(log) times. */
static lehr_status reserve(lehr_sampleset *s) {
  const int64_t full = s->capacity;
  if (s->count < full) return LEHR_OK;
  int64_t wanted = full < FEWEST ? FEWEST : full * 2;
  if (full >= MERGE_FROM) {
    const lehr_status status = sampleset_sort(s);
    if (status != LEHR_OK) return status;
    if (s->count <= full / 2) wanted = full;
  }
  const uint64_t most = s->max_bytes / peak_bytes(s->row_bytes);
  if ((uint64_t)wanted > most) wanted = (int64_t)most;
  /* With hardly a row to spare every few rows would be sorted again. */
  if (wanted <= s->count + s->count / 8) return LEHR_ENOMEM;
  return sampleset_resize(s, wanted) ? LEHR_OK : LEHR_ENOMEM;
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

const uint8_t *sampleset_packed(const lehr_sampleset *s, int64_t row) {
  return s->bits + (size_t)row * s->row_bytes;
}

void sampleset_drop(lehr_sampleset *s) {
  free(s->bits);
  free(s->energies);
  free(s->occurrences);
  free(s->feasible);
  s->bits = NULL;
  s->energies = NULL;
  s->occurrences = NULL;
  s->feasible = NULL;
  s->count = s->capacity = 0;
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

int64_t lehr_sampleset_lowest_size(const lehr_sampleset *s) {
  return s->lowest ? s->lowest->count : 0;
}

const sampleset_level *sampleset_level_of(const lehr_sampleset *s, energy e) {
  for (int64_t k = 0; k < s->n_levels; k++) {
    const energy *level = &s->levels[k].e;
    if (s->is_exact ? level->exact == e.exact : level->real == e.real) return &s->levels[k];
  }
  return NULL;
}

void lehr_sampleset_lowest(const lehr_sampleset *s, int64_t row, lehr_lowest_state *state,
                           uint8_t bits[]) {
  const energy e = s->lowest->energies[row];
  const sampleset_level *level = sampleset_level_of(s, e);
  const lehr_lowest_state known = {.struct_size = state->struct_size,
                                   .energy = e.real,
                                   .energy_int = e.exact,
                                   .degeneracy = level ? level->degeneracy : NULL};
  memcpy(state, &known, state->struct_size < sizeof known ? state->struct_size : sizeof known);
  if (bits) lehr_sampleset_bits(s->lowest, row, bits);
}

void lehr_sampleset_free(lehr_sampleset *s) {
  if (!s) return;
  sampleset_drop(s);
  free((char *)s->info.engine);
  free((char *)s->info.options_json);
  free((char *)s->info.statistics_json);
  free((char *)s->info.degeneracy);
  free((double *)s->info.marginals);
  free((lehr_pair_marginal *)s->info.pair_marginals);
  for (int64_t k = 0; k < s->n_levels; k++) free(s->levels[k].degeneracy);
  free(s->levels);
  lehr_sampleset_free(s->lowest);
  free(s);
}
