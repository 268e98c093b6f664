/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/flips.h"

#include "solvers/tabu/dense.h"
#include "solvers/tabu/tournament.h"

uint64_t flip_model_bytes(const lehr_model_view *m) { return dense_most_bytes(m); }

uint64_t flips_bytes(const lehr_model_view *m) {
  const uint64_t padded = ((uint64_t)m->n / DENSE_CHUNK + 1) * DENSE_CHUNK;
  const uint64_t dense = 4 * padded * sizeof(int32_t) + 256, sparse = tournament_bytes(m->n);
  return (uint64_t)m->n + 64 + (dense > sparse ? dense : sparse);
}

bool flip_model_make(flip_model *m, const spin_form *form, lehr_run *run) {
  *m = (flip_model){.form = form};
  return !dense_pays(form) || dense_prepare(m, run);
}

bool flips_make(flips *f, const flip_model *m, lehr_run *run, int level) {
  *f = (flips){.model = m, .bits = run->alloc(run, (size_t)m->form->n)};
  if (!f->bits) return false;
  return m->is_dense ? dense_make(f, run, level) : tournament_make(f, run);
}
