/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/part.h"

#include "solvers/bits/bits.h"

#include <stdlib.h>
#include <string.h>

/* Of all pairs. */
static const double dense = 0.05;
enum { FEWEST_DENSE = 64 };

static void characterise(part *p) {
  const lehr_model_view *m = p->view;
  p->is_bit_sliced = m->n_groups == 0 && bits_pay(m);
  p->is_dense = !p->is_bit_sliced && m->n_groups == 0 && m->n >= FEWEST_DENSE &&
                (double)m->n_interactions >= dense * 0.5 * m->n * (m->n - 1.0);
}

lehr_status part_make(part *p, lehr_run *run, const lehr_model_view *m, const components *c,
                      int32_t k) {
  *p = (part){.view = m};
  if (c->ptr[k + 1] - c->ptr[k] < m->n) {
    lehr_error err = {0};
    const lehr_status status = components_extract(m, c, k, &p->model, &err);
    if (status != LEHR_OK) return run->fail(run, status, err.text);
    p->view = lehr_model_look(p->model);
    p->variables = c->list + c->ptr[k];
  }
  characterise(p);
  p->best = run->alloc(run, (size_t)p->view->n);
  p->bits = run->alloc(run, (size_t)p->view->n);
  return p->best && p->bits ? LEHR_OK : LEHR_ENOMEM;
}

int32_t part_threads(const lehr_run *run, const lehr_model_view *m) {
  enum { SMALL = 1 << 12 };
  return (int64_t)m->n + 2 * m->n_interactions < SMALL ? 1 : run->threads;
}

lehr_status part_populate(part *p, lehr_run *run, int32_t capacity) {
  lehr_run own = *run; /* allocates from the same arena, for another model */
  own.model = p->view;
  own.threads = part_threads(run, p->view);
  return generation_make(&p->states, &own, capacity) ? LEHR_OK : LEHR_ENOMEM;
}

void part_release(part *p) {
  lehr_model_free(p->model);
  p->model = NULL;
}

bool part_consider(part *p, const uint8_t bits[]) {
  const energy e = energy_of(p->view, bits);
  if (p->has_best && !energy_less(p->view, e, p->best_energy)) return false;
  if (!energy_feasible(p->view, bits)) return false;
  p->has_best = true;
  p->best_energy = e;
  memcpy(p->best, bits, (size_t)p->view->n);
  return true;
}

void part_put(const part *p, const uint8_t own[], uint8_t all[]) {
  if (!p->variables)
    memcpy(all, own, (size_t)p->view->n);
  else
    for (int32_t i = 0; i < p->view->n; i++) all[p->variables[i]] = own[i];
}

void part_get(const part *p, const uint8_t all[], uint8_t own[]) {
  if (!p->variables)
    memcpy(own, all, (size_t)p->view->n);
  else
    for (int32_t i = 0; i < p->view->n; i++) own[i] = all[p->variables[i]];
}
