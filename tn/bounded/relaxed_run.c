/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/relaxed.h"

#include "base/error.h"

#include <string.h>

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

/* r->field, and what does not depend on the copies in the program. */
static int64_t prepare_fields(tn_relaxed *r, const int64_t field[], const int8_t fixed[]) {
  const tn_network *const t = &r->split.network;
  const int32_t *const of = r->split.of;
  int64_t constant = 0;
  memcpy(r->field, field, (size_t)t->n * sizeof *field);
  for (int32_t c = 0; c < t->n; c++) {
    const int8_t x = fixed[of[c]];
    if (x == 0) continue;
    constant += x * field[c];
    for (int64_t k = t->row[c]; k < t->row[c + 1]; k++) {
      const int32_t d = t->col[k];
      const int8_t y = fixed[of[d]];
      if (y == 0)
        r->field[d] += x * t->J[k];
      else if (d < c)
        constant += x * y * t->J[k];
    }
  }
  for (int32_t c = 0; c < t->n; c++) {
    if (r->core[c] >= 0 || fixed[of[c]] != 0) continue;
    const int32_t d = t->col[t->row[c]];
    const int64_t f = r->field[c], J = fixed[of[d]] != 0 ? 0 : t->J[t->row[c]];
    const int64_t least = magnitude(f) < magnitude(J) ? magnitude(f) : magnitude(J);
    constant -= magnitude(f) + magnitude(J) - least;
    r->field[d] -= (f < 0) == (J < 0) ? least : -least;
  }
  return constant;
}

static void write_numbers(tn_relaxed *r, const int8_t fixed[]) {
  const int32_t *const copy = r->copy;
  const tn_network *const t = &r->split.network;
  const int32_t *const of = r->split.of;
  for (int64_t k = 0; k < r->program.n_ops; k++) {
    tn_op *const op = &r->program.ops[k];
    if (op->kind != TN_ELIM && op->kind != TN_REPLACE) continue;
    const int32_t c = copy[op->leaves];
    const bool is_fixed = fixed[of[c]] != 0;
    op->field = is_fixed ? 0 : r->field[c];
    for (int64_t i = op->first_term; i < op->first_term + op->n_terms; i++) {
      tn_term *const term = &r->program.terms[i];
      const bool is_gone = is_fixed || fixed[of[copy[term->variable]]] != 0;
      term->J = is_gone ? 0 : t->J[r->source[i]];
    }
    if (r->entering[k] < 0) continue;
    const bool is_gone = is_fixed || fixed[of[copy[op->enters]]] != 0;
    op->enter_coupling = is_gone ? 0 : t->J[r->entering[k]];
  }
}

/* A leaf takes what its field and its neighbour want; what is free stays 0. */
static void complete_spins(const tn_relaxed *r, const int8_t fixed[], int8_t spin[]) {
  const tn_network *const t = &r->split.network;
  for (int32_t c = 0; c < t->n; c++) {
    const int8_t x = fixed[r->split.of[c]];
    spin[c] = x != 0 ? x : r->core[c] >= 0 ? r->core_spin[r->core[c]] : 0;
  }
  for (int32_t c = 0; c < t->n; c++) {
    if (r->core[c] >= 0 || spin[c] != 0) continue;
    const int32_t d = t->col[t->row[c]];
    const bool is_seen = fixed[r->split.of[d]] == 0; /* a fixed one is part of the field */
    if (is_seen && spin[d] == 0) continue;           /* not known */
    const int64_t f = r->field[c] + (is_seen ? spin[d] * t->J[t->row[c]] : 0);
    spin[c] = f < 0 ? 1 : f > 0 ? -1 : 0;
  }
}

/* Free copies add nothing, whichever way they are. */
static int64_t energy_of_copies(const tn_network *t, const int64_t field[], const int8_t spin[]) {
  int64_t sum = 0;
  for (int32_t c = 0; c < t->n; c++) {
    int64_t f = field[c];
    for (int64_t k = t->row[c]; k < t->row[c + 1] && t->col[k] < c; k++)
      f += t->J[k] * spin[t->col[k]];
    sum += f * spin[c];
  }
  return sum;
}

lehr_status relaxed_run(tn_relaxed *r, const int64_t field[], const int8_t fixed[],
                        const tn_guard *guard, int8_t spin[], relaxed_result *out,
                        lehr_error *err) {
  mp_result result;
  const int64_t constant = prepare_fields(r, field, fixed);
  write_numbers(r, fixed);
  memset(r->core_spin, 0, (size_t)r->n_core);
  r->setup.kept = &r->kept;
  tn_guard some = *guard;
  uint64_t bytes;
  LEHR_TRY(mp_fit_threads(&r->program, &r->setup, r->memory, &some.threads, &bytes, err));
  const lehr_status status = mp_run(&r->program, &r->setup, &some, r->core_spin, &result, err);
  *out = (relaxed_result){.is_stopped = result.is_stopped,
                          .bound = result.energy + constant,
                          .updates = result.updates,
                          .is_complete = r->setup.first_decision == 0};
  if (status != LEHR_OK || out->is_stopped) return status;
  complete_spins(r, fixed, spin);
  if (out->is_complete) out->energy = energy_of_copies(&r->split.network, field, spin);
  return status;
}
