/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/subproblem/move.h"

const sub_kernel *sub_kernel_at(int level) {
  if (level == SUB_SCALAR) return &sub_scalar;
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &sub_avx2;
  if (level == CPU_AVX512) return &sub_avx512;
#endif
  return &sub_baseline;
}

/* What arrays of a space hold. */
typedef struct sizes {
  size_t entries, words, offsets, largest, couplings;
} sizes;

static size_t most(size_t a, size_t b) { return a > b ? a : b; }

static sizes sizes_of(const sub_plan plans[], int32_t count) {
  sizes s = {0};
  for (int32_t k = 0; k < count; k++) {
    const sub_plan *p = &plans[k];
    s.entries = most(s.entries, (size_t)p->entries);
    s.words = most(s.words, (size_t)p->words);
    s.largest = most(s.largest, (size_t)1 << p->largest);
    s.offsets = most(s.offsets, (size_t)p->most_children << p->largest);
    s.couplings = most(s.couplings, (size_t)p->n_couplings);
  }
  return s;
}

static uint64_t bytes_of(sizes s) {
  return SUB_LANES * (8 * s.entries + 2 * s.words) + 4 * s.offsets +
         16 * (s.largest + s.couplings) + 6 * 64;
}

/* On lattices tables that wait take three times the largest, fronts of half the width are common;
 * branches are few. */
enum { USUAL_TABLES = 8, USUAL_CHILDREN = 16 };

static sizes usual_sizes(int32_t n, int64_t couplings, int32_t width) {
  return (sizes){.entries = ((size_t)USUAL_TABLES << width) + 256,
                 .words = (size_t)n * (width > 7 ? (size_t)1 << (width - 6) : 2) + 64,
                 .offsets = ((size_t)USUAL_CHILDREN << width) + 256,
                 .largest = (size_t)1 << width,
                 .couplings = (size_t)couplings};
}

uint64_t sub_usual_space_bytes(int32_t n, int64_t entries_of_rows, int32_t width) {
  return bytes_of(usual_sizes(n, entries_of_rows / 2, width));
}

bool sub_plan_is_usual(const sub_plan *p, int32_t n) {
  const sizes s = sizes_of(p, 1), usual = usual_sizes(n, p->n_couplings, p->width);
  return s.entries <= usual.entries && s.words <= usual.words && s.offsets <= usual.offsets;
}

uint64_t sub_space_bytes(const sub_plan plans[], int32_t count) {
  return bytes_of(sizes_of(plans, count));
}

bool sub_space_make(sub_space *s, const sub_plan plans[], int32_t count, sub_memory memory) {
  const sizes z = sizes_of(plans, count);
  s->tables = memory.alloc(memory.user, z.entries * SUB_LANES * 8);
  s->decisions = memory.alloc(memory.user, z.words * SUB_LANES * sizeof *s->decisions);
  s->offset = memory.alloc(memory.user, z.offsets * sizeof *s->offset);
  s->even = memory.alloc(memory.user, z.largest * sizeof *s->even);
  s->odd = memory.alloc(memory.user, z.largest * sizeof *s->odd);
  s->weights = memory.alloc(memory.user, 2 * z.couplings * sizeof *s->weights);
  return s->tables && s->decisions && s->offset && s->even && s->odd && s->weights;
}

/* Sums within an operation stay below 16 times the spread (minimise.inc). */
sub_type sub_type_of(const sub_plan *p, int64_t largest_field) {
  const bool is_narrow = largest_field < INT32_MAX / 2;
  if (is_narrow && p->spread < INT16_MAX / 16) return SUB_INT16;
  if (is_narrow && p->spread < INT32_MAX / 16) return SUB_INT32;
  return p->spread < 0x1p58 ? SUB_INT64 : SUB_TYPES;
}

int32_t sub_chunk_end(const sub_plan *p, int32_t begin) {
  enum { CHUNK = 1 << 17, EACH = 32 }; /* entries, and what an operation takes beside them */
  int64_t work = 0;
  int32_t end = begin;
  while (end < p->count && work < CHUNK) work += EACH + (1 << p->ops[end++].n_front);
  return end;
}

/* Lattices of 2000 spins, widths 1 to 12, AVX-512, int16: 3.8 to 51 ns per variable for a minimum,
 * 6.8 to 131 for a draw, with 2 to 354 entries per variable. */
double sub_plan_seconds(const sub_plan *p, bool is_draw) {
  return is_draw ? 6.3e-9 * p->count + 0.42e-9 * p->updates
                 : 3.5e-9 * p->count + 0.17e-9 * p->updates;
}
