/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/legs.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/legs_parts.h"

#include <stdlib.h>

/* States of a leg, and ones of all of its states. */
enum { MOST_STATES = 1 << 12, MOST_ONES = 1 << 16 };

void legs_free(tn_legs *l) {
  free(l->first);
  free(l->member);
  free(l->bit);
  free(l->first_state);
  free(l->first_one);
  free(l->one);
  free(l->factor);
  *l = (tn_legs){0};
}

/* ---- Which groups ---- */

static int64_t size_of(const lehr_model_view *m, int32_t g) {
  return m->group_ptr[g + 1] - m->group_ptr[g];
}

/* How many of `size` are 1 at least and at most. */
static void range_of(const lehr_model_view *m, int32_t g, int32_t *least, int32_t *most) {
  *most = m->group_k[g];
  *least = m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE ? 0 : *most;
}

/* Choices of k from `size`, at most MOST_STATES + 1. */
static int64_t choices(int64_t size, int64_t k) {
  int64_t count = 1;
  if (k > size) return 0;
  if (k > size - k) k = size - k;
  for (int64_t i = 1; i <= k && count <= MOST_STATES; i++) count = count * (size - k + i) / i;
  return count <= MOST_STATES ? count : MOST_STATES + 1;
}

static int64_t states_of(const lehr_model_view *m, int32_t g) {
  int32_t least, most;
  range_of(m, g, &least, &most);
  return choices(size_of(m, g), most) + (least < most);
}

static int32_t bits_for(int64_t states) {
  int32_t bits = 0;
  while ((int64_t)1 << bits < states) bits++;
  return bits;
}

static bool can_be_leg(const lehr_model_view *m, int32_t g, bool narrow) {
  const int64_t states = states_of(m, g);
  if (states < 1 || states > MOST_STATES || states * m->group_k[g] > MOST_ONES) return false;
  return !narrow || bits_for(states) < size_of(m, g);
}

int32_t legs_choose(const lehr_model_view *m, bool narrow, uint8_t is_leg[]) {
  uint8_t *const is_taken = memory_array((size_t)m->n, 1);
  int32_t count = 0;
  if (!is_taken) return -1;
  for (int32_t g = 0; g < m->n_groups; g++) {
    bool is_free = can_be_leg(m, g, narrow);
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1] && is_free; k++)
      is_free = !is_taken[m->group_idx[k]];
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1] && is_free; k++)
      is_taken[m->group_idx[k]] = 1;
    is_leg[g] = is_free;
    count += is_free;
  }
  free(is_taken);
  return count;
}

/* ---- Members and states ---- */

typedef struct sizes {
  int64_t legs, states, ones;
} sizes;

static sizes measure(const lehr_model_view *m, const uint8_t is_leg[]) {
  sizes s = {.legs = m->n, .states = 2 * (int64_t)m->n, .ones = m->n};
  for (int32_t g = 0; g < m->n_groups; g++) {
    if (!is_leg[g]) continue;
    s.legs += 1 - size_of(m, g);
    s.states += states_of(m, g) - 2 * size_of(m, g);
    s.ones += states_of(m, g) * m->group_k[g] - size_of(m, g);
  }
  return s;
}

static void add_state(tn_legs *l, const int32_t chosen[], int32_t count) {
  int32_t *const last = &l->first_state[l->count + 1];
  const int64_t first = l->first_one[*last];
  for (int32_t k = 0; k < count; k++) l->one[first + k] = chosen[k];
  l->first_one[++*last] = first + count;
}

/* All choices of k of size, in lexicographic order. */
static void add_choices(tn_legs *l, int32_t size, int32_t k, int32_t chosen[]) {
  for (int32_t i = 0; i < k; i++) chosen[i] = i;
  for (;;) {
    add_state(l, chosen, k);
    int32_t i = k - 1;
    while (i >= 0 && chosen[i] == size - k + i) i--;
    if (i < 0) return;
    chosen[i]++;
    for (int32_t j = i + 1; j < k; j++) chosen[j] = chosen[j - 1] + 1;
  }
}

static void begin_leg(tn_legs *l, const int32_t member[], int64_t size) {
  int32_t end = l->first[l->count];
  for (int64_t k = 0; k < size; k++) l->member[end++] = member[k];
  l->first[l->count + 1] = end;
  l->first_state[l->count + 1] = l->first_state[l->count];
}

static void end_leg(tn_legs *l) {
  l->factor[l->count] = -1;
  l->bit[l->count + 1] = l->bit[l->count] + bits_for(legs_states(l, l->count));
  l->count++;
}

static void add_group(tn_legs *l, const lehr_model_view *m, int32_t g, int32_t chosen[]) {
  int32_t least, most;
  range_of(m, g, &least, &most);
  begin_leg(l, m->group_idx + m->group_ptr[g], size_of(m, g));
  if (least < most) add_state(l, NULL, 0);
  add_choices(l, (int32_t)size_of(m, g), most, chosen);
  end_leg(l);
}

static void add_variable(tn_legs *l, int32_t v) {
  const int32_t itself = 0;
  begin_leg(l, &v, 1);
  add_state(l, NULL, 0);
  add_state(l, &itself, 1);
  end_leg(l);
}

/* Legs in the order of their first variables. */
static void add_all(tn_legs *l, const lehr_model_view *m, const uint8_t is_leg[], int32_t group[],
                    int32_t chosen[]) {
  for (int32_t v = 0; v < m->n; v++) group[v] = -1;
  for (int32_t g = 0; g < m->n_groups; g++)
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1] && is_leg[g]; k++)
      group[m->group_idx[k]] = g;
  for (int32_t v = 0; v < m->n; v++) {
    const int32_t g = group[v];
    if (g == -1) add_variable(l, v);
    if (g < 0) continue;
    add_group(l, m, g, chosen);
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1]; k++) group[m->group_idx[k]] = -2;
  }
}

lehr_status legs_list(const lehr_model_view *m, const uint8_t is_leg[], tn_legs *out,
                      lehr_error *err) {
  const sizes s = measure(m, is_leg);
  const size_t legs = (size_t)s.legs, n = (size_t)m->n;
  int32_t *const scratch = memory_array(2 * n, sizeof *scratch);
  *out = (tn_legs){.n = m->n,
                   .first = memory_array(legs + 1, sizeof *out->first),
                   .member = memory_array(n, sizeof *out->member),
                   .bit = memory_array(legs + 1, sizeof *out->bit),
                   .first_state = memory_array(legs + 1, sizeof *out->first_state),
                   .first_one = memory_array((size_t)s.states + 1, sizeof *out->first_one),
                   .one = memory_array((size_t)s.ones, sizeof *out->one),
                   .factor = memory_array(legs, sizeof *out->factor)};
  const bool is_made = scratch && out->first && out->member && out->bit && out->first_state &&
                       out->first_one && out->one && out->factor;
  if (is_made) add_all(out, m, is_leg, scratch, scratch + n);
  free(scratch);
  if (is_made) return LEHR_OK;
  legs_free(out);
  return error_memory(err, (uint64_t)(s.states + s.ones) * 12);
}

void legs_bits(const tn_legs *l, const uint8_t codes[], uint8_t bits[]) {
  for (int32_t leg = 0; leg < l->count; leg++) {
    const int32_t *const member = l->member + l->first[leg];
    int32_t code = 0;
    for (int32_t k = l->bit[leg]; k < l->bit[leg + 1]; k++) code |= codes[k] << (k - l->bit[leg]);
    const int32_t state = legs_state(l, leg, code);
    for (int32_t k = l->first[leg]; k < l->first[leg + 1]; k++) bits[l->member[k]] = 0;
    for (int64_t k = l->first_one[state]; k < l->first_one[state + 1]; k++)
      bits[member[l->one[k]]] = 1;
  }
}
