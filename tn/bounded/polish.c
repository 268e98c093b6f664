/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/polish.h"

#include <stdbool.h>

static void flip(const tn_network *t, int32_t i, int8_t spins[], int64_t field[]) {
  spins[i] = (int8_t)-spins[i];
  for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) field[t->col[k]] += 2 * spins[i] * t->J[k];
}

int64_t polish(const tn_network *t, int8_t spins[], int64_t field[]) {
  for (int32_t i = 0; i < t->n; i++) {
    field[i] = t->h[i];
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) field[i] += t->J[k] * spins[t->col[k]];
  }
  for (bool is_better = true; is_better;) {
    is_better = false;
    for (int32_t i = 0; i < t->n; i++) {
      if (spins[i] * field[i] <= 0) continue;
      flip(t, i, spins, field);
      is_better = true;
    }
  }
  return network_energy(t, spins);
}
