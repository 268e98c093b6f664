/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "tn/legs_parts.h"

#include <stdlib.h>

void leg_energies_free(leg_energies *k) {
  free(k->leg);
  free(k->place);
  free(k->own);
  free(k->pair);
  free(k->row_sum);
  free(k->column_sum);
  free(k->coupling);
  *k = (leg_energies){0};
}

static bool reserve(int64_t **array, int64_t *room, int64_t count) {
  if (count <= *room) return true;
  if (!memory_grow((void **)array, (size_t)count, sizeof **array)) return false;
  *room = count;
  return true;
}

static int32_t ones_of(const tn_legs *l, int32_t state, const int32_t **one) {
  *one = l->one + l->first_one[state];
  return (int32_t)(l->first_one[state + 1] - l->first_one[state]);
}

/* Spins of the leg's members in a state, by place. */
static void spins_of(const tn_legs *l, int32_t leg, int32_t state, int64_t spin[]) {
  const int32_t *one, count = ones_of(l, state, &one);
  for (int32_t i = 0; i < l->first[leg + 1] - l->first[leg]; i++) spin[i] = -1;
  for (int32_t i = 0; i < count; i++) spin[one[i]] = 1;
}

/* What the members cost among themselves. */
static void find_own(leg_energies *k, int32_t leg, int64_t spin[]) {
  const tn_legs *const l = k->legs;
  const tn_network *const t = k->spins;
  for (int32_t s = l->first_state[leg]; s < l->first_state[leg + 1]; s++) {
    spins_of(l, leg, s, spin);
    for (int32_t m = l->first[leg]; m < l->first[leg + 1]; m++) {
      const int32_t v = l->member[m];
      int64_t field = t->h[v];
      for (int64_t e = t->row[v]; e < t->row[v + 1] && t->col[e] < v; e++)
        if (k->leg[t->col[e]] == leg) field += t->J[e] * spin[k->place[t->col[e]]];
      k->own[s] += field * spin[k->place[v]];
    }
  }
}

/* With x = (1 + s) / 2: sum J s s' = sum J - 2 sum of rows that are 1 - 2 of columns + 4 of both;
 * this is without the first. */
static int64_t pair_energy(const leg_energies *k, int64_t columns, int32_t s, int32_t t) {
  const int32_t *one, *other, n_one = ones_of(k->legs, s, &one);
  const int32_t n_other = ones_of(k->legs, t, &other);
  int64_t sum = 0;
  for (int32_t i = 0; i < n_one; i++) sum -= 2 * k->row_sum[one[i]];
  for (int32_t j = 0; j < n_other; j++) sum -= 2 * k->column_sum[other[j]];
  for (int32_t i = 0; i < n_one; i++)
    for (int32_t j = 0; j < n_other; j++) sum += 4 * k->coupling[one[i] * columns + other[j]];
  return sum;
}

bool leg_energies_pair(leg_energies *k, const leg_edge e[], int64_t count) {
  const tn_legs *const l = k->legs;
  const int32_t a = e[0].a, b = e[0].b, rows = l->first[a + 1] - l->first[a];
  const int32_t columns = l->first[b + 1] - l->first[b], states_b = legs_states(l, b);
  const int64_t cells = (int64_t)rows * columns;
  int64_t total = 0;
  if (!reserve(&k->coupling, &k->coupling_room, cells) ||
      !reserve(&k->pair, &k->pair_room, (int64_t)legs_states(l, a) * states_b))
    return false;
  for (int64_t i = 0; i < cells; i++) k->coupling[i] = 0;
  for (int32_t i = 0; i < rows; i++) k->row_sum[i] = 0;
  for (int32_t j = 0; j < columns; j++) k->column_sum[j] = 0;
  for (int64_t i = 0; i < count; i++) {
    k->coupling[(int64_t)e[i].i * columns + e[i].j] = e[i].J;
    k->row_sum[e[i].i] += e[i].J;
    k->column_sum[e[i].j] += e[i].J;
    total += e[i].J;
  }
  for (int32_t s = 0; s < legs_states(l, a); s++)
    for (int32_t t = 0; t < states_b; t++)
      k->pair[(int64_t)s * states_b + t] =
          total + pair_energy(k, columns, l->first_state[a] + s, l->first_state[b] + t);
  return true;
}

bool leg_energies_make(const tn_legs *l, const tn_network *spins, leg_energies *out) {
  const size_t n = (size_t)spins->n;
  *out = (leg_energies){.legs = l,
                        .spins = spins,
                        .leg = memory_array(n, sizeof *out->leg),
                        .place = memory_array(n, sizeof *out->place),
                        .own = memory_array((size_t)l->first_state[l->count], sizeof *out->own),
                        .row_sum = memory_array(n, sizeof *out->row_sum),
                        .column_sum = memory_array(n, sizeof *out->column_sum)};
  if (!out->leg || !out->place || !out->own || !out->row_sum || !out->column_sum) return false;
  for (int32_t leg = 0; leg < l->count; leg++)
    for (int32_t m = l->first[leg]; m < l->first[leg + 1]; m++) {
      out->leg[l->member[m]] = leg;
      out->place[l->member[m]] = m - l->first[leg];
    }
  for (int32_t leg = 0; leg < l->count; leg++) find_own(out, leg, out->row_sum);
  return true;
}
