/* SPDX-License-Identifier: Apache-2.0 */
/* Enumeration of exact models: every partial sum is within the range checked when the model was
 * built, so int64 holds it. */
#include "solvers/exhaustive/block.h"
#include "solvers/exhaustive/enumerate.h"

#include "qubo/scale.h"

#include <omp.h>

#define NUMBER int64_t
#define ENUMERATE enumerate_int
#define FILL fill_int
#include "solvers/exhaustive/enumerate.inc"

static void load(tables *t, const lehr_model_view *m) {
  t->offset = m->offset_i64;
  for (int32_t i = 0; i < m->n; i++) {
    const int32_t b = m->n - 1 - i;
    t->linear[b] = m->linear_i64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
      t->weight[b][m->n - 1 - m->col[k]] = m->weight_i64[k];
  }
}

static energy evaluate(const walk *w, uint32_t state, int64_t value) {
  (void)state;
  return (energy){.exact = value, .real = scale_real(value, w->e->run->model->scale)};
}

static int64_t limit_of(const walk *w) { return w->e->found ? w->e->best.exact : INT64_MAX; }
