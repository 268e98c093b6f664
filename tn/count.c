/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/count.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/residue.h"
#include "tn/semiring/machine.h"
#include "tn/semiring/wide.h"

#include <stdlib.h>

enum { EXACT_BITS = 52, PRIME_BITS = 61 };

typedef struct first_pass {
  int64_t energy;
  wide states;
} first_pass;

static void read_first(const tn_table *root, void *user) {
  first_pass *f = user;
  f->energy = *(const int64_t *)root->plane[0];
  f->states = (wide){*(const double *)root->plane[1], *(const int32_t *)root->plane[2]};
}

static void read_residue(const tn_table *root, void *user) {
  *(uint64_t *)user = *(const uint64_t *)root->plane[1];
}

/* Residues of the number, one contraction each. */
static lehr_status count_residues(const tn_program *p, const tn_guard *guard, int32_t count,
                                  uint64_t primes[], uint64_t residues[], bool *is_complete,
                                  lehr_error *err) {
  uint64_t above = UINT64_C(1) << 62;
  *is_complete = true;
  for (int32_t k = 0; k < count && *is_complete; k++) {
    above = primes[k] = residue_prime_below(above);
    semiring_context c = {.prime = primes[k], .guard = guard, .is_exact = true};
    guard_progress(guard, (k + 1.0) / (count + 1.0), "count");
    LEHR_TRY(machine_run(p, semiring_best(COUNT_RESIDUE), &c, is_complete, read_residue,
                         &residues[k], err));
  }
  return LEHR_OK;
}

static lehr_status count_large(const tn_program *p, const tn_guard *guard, int32_t bits,
                               natural *states, bool *is_complete, lehr_error *err) {
  const int32_t count = bits / PRIME_BITS + 1;
  uint64_t *primes = memory_array((size_t)count, sizeof *primes);
  uint64_t *residues = memory_array((size_t)count, sizeof *residues);
  lehr_status status = primes && residues ? LEHR_OK : error_memory(err, (uint64_t)count * 16);
  if (status == LEHR_OK)
    status = count_residues(p, guard, count, primes, residues, is_complete, err);
  if (status == LEHR_OK && *is_complete)
    status = residue_natural(primes, residues, count, states, err);
  free(primes);
  free(residues);
  return status;
}

lehr_status count_ground_states(const tn_program *p, const tn_guard *guard, int64_t *energy,
                                natural *states, bool *is_complete, lehr_error *err) {
  first_pass first;
  semiring_context c = {.guard = guard, .is_exact = true};
  natural_clear(states);
  LEHR_TRY(machine_run(p, semiring_best(COUNT_WIDE), &c, is_complete, read_first, &first, err));
  if (!*is_complete) return LEHR_OK;
  *energy = first.energy;
  if (first.states.e <= EXACT_BITS)
    return natural_multiply_add(states, 0, (uint64_t)wide_real(first.states), err);
  /* Rounding can have made the number smaller by a factor of 1 - n 2^-52 at most: one bit more. */
  return count_large(p, guard, first.states.e + 2, states, is_complete, err);
}

lehr_status count_plan(const tn_program *p, uint64_t *bytes, double *entries, lehr_error *err) {
  size_t tables;
  LEHR_TRY(machine_bytes(p, semiring_best(COUNT_WIDE), &tables, err));
  *bytes = tables;
  *entries = 0;
  for (int64_t k = 0; k < p->n_ops; k++) *entries += (double)((size_t)1 << p->ops[k].width);
  return LEHR_OK;
}
