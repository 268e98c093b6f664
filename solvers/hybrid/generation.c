/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/generation.h"

#include "solvers/hybrid/joined.h"

#include <omp.h>
#include <string.h>

enum { ELITE = 16 };

uint64_t generation_bytes(const lehr_model_view *m, int32_t capacity, int32_t threads) {
  const uint64_t row = (uint64_t)cluster_words(m->n) * sizeof(uint64_t);
  return spin_form_bytes(m) + joined_bytes(m) +
         (uint64_t)threads * (recombine_bytes(m->n) + sizeof(recombine) + row) +
         (2 * row + sizeof(double) + sizeof(int32_t)) * ((uint64_t)capacity + 1) + 512;
}

double generation_elite(const generation *p, int32_t most) {
  double least[ELITE], sum = 0; /* rising */
  int32_t kept = 0;
  if (most > ELITE) most = ELITE;
  for (int32_t r = 0; r < p->count; r++) {
    const double e = generation_energy(p, r);
    if (kept == most && e >= least[kept - 1]) continue;
    int32_t at = kept < most ? kept++ : kept - 1;
    for (; at > 0 && least[at - 1] > e; at--) least[at] = least[at - 1];
    least[at] = e;
  }
  for (int32_t k = 0; k < kept; k++) sum += least[k];
  return kept > 0 ? sum / kept : 0;
}

bool generation_make(generation *p, lehr_run *run, int32_t capacity) {
  *p = (generation){
      .capacity = capacity, .threads = run->threads, .words = cluster_words(run->model->n)};
  if (!spin_form_make(&p->form, run)) return false;
  const bool has_groups = run->model->n_groups > 0;
  p->is_whole = has_groups && !joined_is_possible(run->model);
  if (has_groups && !p->is_whole && !joined_form(&p->form, run)) return false;
  p->crossing = run->alloc(run, (size_t)p->threads * sizeof *p->crossing);
  for (int32_t t = 0; p->crossing && t < p->threads; t++) {
    if (!recombine_make(&p->crossing[t], &p->form, run)) return false;
    p->crossing[t].is_symmetric &= !has_groups; /* a complement breaks groups */
  }
  p->slot = run->alloc(run, (size_t)capacity * sizeof *p->slot);
  p->rows = run->alloc(run, (size_t)capacity * (size_t)p->words * sizeof *p->rows);
  p->energies = run->alloc(run, (size_t)capacity * sizeof *p->energies);
  p->other = run->alloc(run, (size_t)p->threads * (size_t)p->words * sizeof *p->other);
  p->before = run->alloc(run, (size_t)capacity * (size_t)p->words * sizeof *p->before);
  for (int32_t r = 0; p->slot && r < capacity; r++) p->slot[r] = r;
  return p->crossing && p->slot && p->rows && p->energies && p->other && p->before;
}

static uint64_t *row_of(const generation *p, int32_t r) { return p->rows + p->slot[r] * p->words; }

static double energy_of_row(const generation *p, const uint64_t row[]) {
  const spin_form *f = &p->form;
  double sum = 0;
  for (int32_t i = 0; i < f->n; i++) {
    int64_t field = f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1] && f->col[k] < i; k++)
      field += cluster_bit(row, f->col[k]) ? f->J[k] : -f->J[k];
    sum += (double)(cluster_bit(row, i) ? field : -field);
  }
  return sum;
}

void generation_put(generation *p, int32_t r, const uint8_t bits[]) {
  cluster_pack(p->form.n, bits, row_of(p, r));
  p->energies[p->slot[r]] = energy_of_row(p, row_of(p, r));
  if (r == p->count) p->count++;
}

void generation_get(const generation *p, int32_t r, uint8_t bits[]) {
  cluster_unpack(p->form.n, row_of(p, r), bits);
}

/* All of `other`, if it is not worse. */
static double take_whole(generation *p, int32_t r, const uint64_t other[], recombine_ties ties) {
  const double gain = generation_energy(p, r) - energy_of_row(p, other);
  if (gain < 0 || (gain == 0 && ties == RECOMBINE_KEEP_TIES)) return 0;
  memcpy(row_of(p, r), other, (size_t)p->words * sizeof *other);
  p->energies[p->slot[r]] -= gain;
  return gain;
}

static double cross(generation *p, int32_t r, const uint64_t other[], recombine_ties ties,
                    int thread) {
  if (p->is_whole) return take_whole(p, r, other, ties);
  const double gain = (double)recombine_into(&p->crossing[thread], row_of(p, r), other, ties);
  p->energies[p->slot[r]] -= gain;
  return gain;
}

static double cross_bits(generation *p, int32_t r, const uint8_t bits[], int thread) {
  uint64_t *other = p->other + thread * p->words;
  cluster_pack(p->form.n, bits, other);
  return cross(p, r, other, RECOMBINE_TAKE_TIES, thread);
}

double generation_cross(generation *p, int32_t r, const uint8_t bits[]) {
  return cross_bits(p, r, bits, 0);
}

void generation_cross_many(generation *p, int32_t first, const uint8_t bits[], int32_t rows,
                           double gains[]) {
#pragma omp parallel for num_threads(p->threads) schedule(dynamic) if (p->threads > 1 && rows > 1)
  for (int32_t k = 0; k < rows; k++)
    gains[k] = cross_bits(p, (first + k) % p->count, bits + (size_t)k * (size_t)p->form.n,
                          omp_get_thread_num());
}

void generation_cross_rows(generation *p, int32_t distance) {
  memcpy(p->before, p->rows, (size_t)p->capacity * (size_t)p->words * sizeof *p->rows);
#pragma omp parallel for num_threads(p->threads) schedule(dynamic, 4) if (p->threads > 1)
  for (int32_t r = 0; r < p->count; r++) {
    const int32_t from = (r + distance) % p->count;
    if (from == r) continue;
    (void)cross(p, r, p->before + p->slot[from] * p->words, RECOMBINE_KEEP_TIES,
                omp_get_thread_num());
  }
}

void generation_sort(generation *p) {
  const size_t bytes = (size_t)p->words * sizeof *p->rows;
  int32_t kept = 0;
  for (int32_t r = 1; r < p->count; r++) { /* insertion: some hundred rows, mostly in order */
    const int32_t slot = p->slot[r];
    int32_t at = r;
    for (; at > 0 && p->energies[slot] < generation_energy(p, at - 1); at--)
      p->slot[at] = p->slot[at - 1];
    p->slot[at] = slot;
  }
  for (int32_t r = 0; r < p->count; r++) {
    const int32_t slot = p->slot[r];
    bool is_new = true;
    for (int32_t q = kept; q-- > 0 && is_new && generation_energy(p, q) == p->energies[slot];)
      is_new = memcmp(row_of(p, q), row_of(p, r), bytes) != 0;
    if (!is_new) continue;
    p->slot[r] = p->slot[kept];
    p->slot[kept++] = slot;
  }
  p->count = kept;
}
