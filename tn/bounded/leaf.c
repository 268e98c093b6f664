/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/leaf.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/minimum.h"

#include <stdlib.h>
#include <string.h>

/* The whole state, if it is better than the best one. */
static void take_state(tn_dual *d, const int8_t fixed[], const int32_t number[],
                       const int8_t rest[], int32_t count) {
  memcpy(d->state, fixed, (size_t)d->t->n);
  for (int32_t k = 0; k < count; k++) d->state[number[k]] = rest[k];
  const int64_t energy = network_energy(d->t, d->state);
  if (energy < d->best->energy) incumbent_take(d->best, energy, d->state, d->t->n);
}

lehr_status leaf_solve(tn_dual *d, const int8_t fixed[], int64_t *bound, bool *is_stopped,
                       lehr_error *err) {
  const size_t n = (size_t)d->t->n;
  int32_t *const number = memory_array(n, sizeof *number);
  int8_t *const spins = memory_array(n, 1);
  const mp_options options = mp_options_of((mp_orderer){0});
  tn_network rest = {0};
  mp_minimum found = {0};
  lehr_status status = LEHR_ENOMEM;
  if (number && spins) status = network_condition(d->t, fixed, &rest, number, err);
  if (status == LEHR_OK) status = mp_minimize(&rest, &options, d->guard, spins, &found, err);
  *is_stopped = found.is_stopped;
  if (status == LEHR_OK && !found.is_stopped) {
    *bound = found.bound;
    d->runs++;
    d->updates += found.updates;
    take_state(d, fixed, number, spins, rest.n);
  }
  network_free(&rest);
  free(number);
  free(spins);
  return status == LEHR_ENOMEM ? error_memory(err, n * 5) : status;
}
