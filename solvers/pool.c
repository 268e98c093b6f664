/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/pool.h"

#include <string.h>

static bool is_free_of_fields_exact(const lehr_model_view *m) {
  for (int32_t i = 0; i < m->n; i++) {
    int64_t field = m->linear_i64[i];
    if (m->vartype == LEHR_BINARY) {
      field *= 2;
      for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) field += m->weight_i64[k];
    }
    if (field != 0) return false;
  }
  return true;
}

/* Real binary models count as symmetric only without coefficients at all: rounding hides it. */
static bool is_free_of_fields_real(const lehr_model_view *m) {
  if (m->vartype == LEHR_BINARY && m->n_interactions > 0) return false;
  for (int32_t i = 0; i < m->n; i++)
    if (m->linear_f64[i] != 0) return false;
  return true;
}

bool pool_is_symmetric(const lehr_model_view *m) {
  if (m->n_groups > 0) return false;
  return m->is_exact ? is_free_of_fields_exact(m) : is_free_of_fields_real(m);
}

uint64_t pool_bytes(const lehr_model_view *m, int32_t capacity) {
  const uint64_t each = (uint64_t)m->n + sizeof(energy) + sizeof(int64_t) + sizeof(int32_t);
  return (uint64_t)capacity * each + 512;
}

bool pool_make(pool *p, lehr_run *run, int32_t capacity, int32_t min_distance) {
  const size_t rows = (size_t)capacity;
  *p = (pool){.model = run->model, .capacity = capacity, .min_distance = min_distance};
  p->bits = run->alloc(run, rows * (size_t)run->model->n);
  p->energies = run->alloc(run, rows * sizeof *p->energies);
  p->serials = run->alloc(run, rows * sizeof *p->serials);
  p->slots = run->alloc(run, rows * sizeof *p->slots);
  if (!p->bits || !p->energies || !p->serials || !p->slots) return false;
  p->is_symmetric = pool_is_symmetric(run->model);
  for (int32_t k = 0; k < capacity; k++) p->slots[k] = k;
  return true;
}

const uint8_t *pool_bits(const pool *p, int32_t rank) {
  return p->bits + (size_t)p->slots[rank] * (size_t)p->model->n;
}

energy pool_energy(const pool *p, int32_t rank) { return p->energies[p->slots[rank]]; }

int64_t pool_serial(const pool *p, int32_t rank) { return p->serials[p->slots[rank]]; }

static int32_t flips_between(int32_t n, const uint8_t a[], const uint8_t b[]) {
  int32_t flips = 0;
  for (int32_t i = 0; i < n; i++) flips += a[i] ^ b[i];
  return flips;
}

int32_t pool_distance(const pool *p, const uint8_t a[], const uint8_t b[]) {
  const int32_t n = p->model->n, flips = flips_between(n, a, b);
  return p->is_symmetric && n - flips < flips ? n - flips : flips;
}

void pool_align(const pool *p, const uint8_t bits[], const uint8_t to[], uint8_t aligned[]) {
  const int32_t n = p->model->n;
  const uint8_t turn = p->is_symmetric && 2 * flips_between(n, bits, to) > n;
  for (int32_t i = 0; i < n; i++) aligned[i] = bits[i] ^ turn;
}

/* Takes the entry of a rank out; its slot becomes the first free one. */
static void drop(pool *p, int32_t rank) {
  const int32_t slot = p->slots[rank];
  p->count--;
  memmove(p->slots + rank, p->slots + rank + 1, (size_t)(p->count - rank) * sizeof *p->slots);
  p->slots[p->count] = slot;
}

static void insert(pool *p, const uint8_t bits[], energy e) {
  const int32_t slot = p->slots[p->count];
  int32_t rank = p->count;
  for (; rank > 0 && energy_less(p->model, e, pool_energy(p, rank - 1)); rank--)
    p->slots[rank] = p->slots[rank - 1];
  p->slots[rank] = slot;
  p->energies[slot] = e;
  p->serials[slot] = ++p->taken;
  if (p->model->n > 0)
    memcpy(p->bits + (size_t)slot * (size_t)p->model->n, bits, (size_t)p->model->n);
  p->count++;
}

bool pool_offer(pool *p, const uint8_t bits[], energy e) {
  const lehr_model_view *m = p->model;
  int32_t as_good = 0; /* entries that are no worse come first */
  while (as_good < p->count && !energy_less(m, e, pool_energy(p, as_good))) as_good++;
  if (as_good == p->capacity) return false;
  for (int32_t k = 0; k < as_good; k++)
    if (pool_distance(p, bits, pool_bits(p, k)) < p->min_distance) return false;
  for (int32_t k = p->count - 1; k >= as_good; k--)
    if (pool_distance(p, bits, pool_bits(p, k)) < p->min_distance) drop(p, k);
  if (p->count == p->capacity) drop(p, p->count - 1);
  insert(p, bits, e);
  return true;
}

void pool_shrink(pool *p, int32_t keep) {
  if (keep < p->count) p->count = keep;
}
