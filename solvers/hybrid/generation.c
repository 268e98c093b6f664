/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/generation.h"

#include <string.h>

uint64_t generation_bytes(const lehr_model_view *m, int32_t capacity) {
  const uint64_t row = (uint64_t)cluster_words(m->n) * sizeof(uint64_t);
  return spin_form_bytes(m) + recombine_bytes(m->n) +
         (row + sizeof(double) + sizeof(int32_t)) * ((uint64_t)capacity + 2) + 512;
}

bool generation_make(generation *p, lehr_run *run, int32_t capacity) {
  *p = (generation){.capacity = capacity, .words = cluster_words(run->model->n)};
  if (!spin_form_make(&p->form, run) || !recombine_make(&p->crossing, &p->form, run)) return false;
  p->slot = run->alloc(run, (size_t)capacity * sizeof *p->slot);
  p->rows = run->alloc(run, (size_t)capacity * (size_t)p->words * sizeof *p->rows);
  p->energies = run->alloc(run, (size_t)capacity * sizeof *p->energies);
  p->other = run->alloc(run, (size_t)p->words * sizeof *p->other);
  for (int32_t r = 0; p->slot && r < capacity; r++) p->slot[r] = r;
  return p->slot && p->rows && p->energies && p->other;
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

static double cross(generation *p, int32_t r, const uint64_t other[], recombine_ties ties) {
  const double gain = (double)recombine_into(&p->crossing, row_of(p, r), other, ties);
  p->energies[p->slot[r]] -= gain;
  return gain;
}

double generation_cross(generation *p, int32_t r, const uint8_t bits[]) {
  cluster_pack(p->form.n, bits, p->other);
  return cross(p, r, p->other, RECOMBINE_TAKE_TIES);
}

double generation_cross_rows(generation *p, int32_t r, int32_t from) {
  return cross(p, r, row_of(p, from), RECOMBINE_KEEP_TIES);
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
