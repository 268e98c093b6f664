/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/subgraph/tree.h"

#include "base/philox.h"
#include "solvers/poll.h"

const tree_kernel *tree_kernel_at(int level) {
  if (level == TREE_SCALAR) return &trees_scalar;
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &trees_avx2;
  if (level == CPU_AVX512) return &trees_avx512;
#endif
  return &trees_baseline;
}

uint64_t tree_model_bytes(const lehr_model_view *m) {
  return 4 * ((uint64_t)m->n + 2 * (uint64_t)m->n_interactions) + 128;
}

static int32_t *narrowed(const int64_t values[], int64_t count, lehr_run *run) {
  int32_t *narrow = run->alloc(run, (size_t)count * sizeof *narrow);
  poll p = {.run = run};
  for (int64_t k = 0; narrow && k < count; k++) {
    narrow[k] = (int32_t)values[k];
    if (poll_stops(&p, 1)) return NULL;
  }
  return narrow;
}

bool tree_model_make(tree_model *out, const spin_form *f, lehr_run *run) {
  *out = (tree_model){.form = f, .is_narrow = f->largest_field < INT32_MAX, .h = f->h, .J = f->J};
  if (!out->is_narrow) return true;
  out->h = narrowed(f->h, f->n, run);
  out->J = narrowed(f->J, f->row[f->n], run);
  return out->h && out->J;
}

/* Largest number of positions in a chunk: a tree that joins an almost full chunk. */
static uint64_t most_positions(const lehr_model_view *m) {
  const uint64_t n = (uint64_t)m->n;
  return n < CHUNK_WORK + TREE_SITES ? n : CHUNK_WORK + TREE_SITES;
}

uint64_t tree_strip_bytes(const lehr_model_view *m) {
  return TREE_LANES * ((uint64_t)m->n + 9 * most_positions(m)) + 256;
}

bool tree_strip_make(tree_strip *s, const tree_model *m, const forest_family *family,
                     lehr_run *run) {
  const size_t positions = (size_t)family->largest_chunk * TREE_LANES;
  *s = (tree_strip){.model = m};
  s->spin = run->alloc(run, (size_t)m->form->n * TREE_LANES);
  s->field = run->alloc(run, positions * sizeof(int64_t));
  s->before = run->alloc(run, positions);
  return s->spin && s->field && s->before;
}

void tree_strip_seed(tree_strip *s, int32_t lane, uint64_t key, uint64_t move) {
  const philox_block seed = philox_at(key, 1, move);
  for (int k = 0; k < TREE_WORDS; k++) s->random[k][lane] = seed.v[k];
}
