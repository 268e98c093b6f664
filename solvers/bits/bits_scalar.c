/* SPDX-License-Identifier: Apache-2.0 */
/* The definition of what the bit-sliced kernels compute: one replica at a time, with numbers. */
#include "solvers/bits/bits.h"

/* Weight of the unsatisfied bonds of a place, in the replica of bit r. */
static int64_t unsatisfied(const bit_strip *s, const bit_group *g, int32_t p, int r) {
  const bit_model *m = s->model;
  int64_t sum = 0;
  if (g->degree > 0) {
    const int64_t first = g->entry + (int64_t)(p - g->begin) * g->degree;
    for (int64_t e = first; e < first + g->degree; e++) {
      const uint64_t sign = m->sign ? m->sign[e] : m->shared_sign;
      sum += (int64_t)((s->spins[p] ^ s->spins[m->col[e]] ^ sign) >> r & 1);
    }
    return sum;
  }
  const int64_t *entry = m->entry + (g->entry + p - g->begin) * (m->levels + 1);
  for (int k = 0; k < m->levels; k++)
    for (int64_t e = entry[k]; e < entry[k + 1]; e++) {
      const uint64_t sign = m->general_col[e] & BITS_POSITIVE ? UINT64_MAX : 0;
      const uint64_t other = s->spins[m->general_col[e] & ~BITS_POSITIVE];
      sum += (int64_t)((s->spins[p] ^ other ^ sign) >> r & 1) << k;
    }
  return sum;
}

static bool visit(bit_strip *s, const bit_group *g, int32_t p) {
  const uint64_t random = bits_next(&s->random);
  const int64_t weight =
      g->degree > 0 ? g->degree : s->model->general[g->entry + p - g->begin].weight;
  const int parity = (int)(weight & 1);
  const int64_t drop = s->drop[bits_drop_at(random, s->drop_mask)][parity];
  const uint64_t noise = s->noise[parity * BITS_NOISE + (int)bits_noise_at(random)];
  uint64_t flip = 0;
  for (int r = 0; r < BITS_WORD; r++)
    if (unsatisfied(s, g, p, r) + (int64_t)(noise >> r & 1) + drop >= (weight + 1) / 2)
      flip |= UINT64_C(1) << r;
  s->spins[p] ^= flip;
  return flip != 0;
}

static bool sweep(bit_strip *s, int32_t begin, int32_t end) {
  bool any = false;
  for (int32_t g = 0; g < s->model->n_groups; g++) {
    const bit_group *group = &s->model->groups[g];
    for (int32_t p = group->begin; p < group->end; p++)
      if (p >= begin && p < end) any |= visit(s, group, p);
  }
  return any;
}

/* Density level / 2^BITS_DENSITY: the binary fraction decides with one random bit per digit. */
static void stir(bit_noise *noise, int pool, int first, int count, const int32_t level[]) {
  for (int e = 0; e < count; e++) {
    uint64_t word = 0;
    for (int k = 0; k < BITS_DENSITY; k++) {
      uint64_t random;
      BITS_XORSHIFT(noise->state[0], noise->state[1], random);
      word = level[e] >> k & 1 ? word | random : word & random;
    }
    noise->word[pool * BITS_NOISE + first + e] = word;
  }
}

/* ---- Ladders ---- */

/* Density row `row`: the binary fraction decides with one random bit per digit. */
static uint64_t draw(const bit_ladder *l, int row) {
  const uint64_t *digit = l->density + row * BITS_PRECISION;
  uint64_t word = 0;
  for (int b = 0; b < BITS_PRECISION; b++) {
    uint64_t random;
    BITS_XORSHIFT(l->state[0], l->state[1], random);
    word = (digit[b] & (word | random)) | (~digit[b] & word & random);
  }
  return word;
}

static bool visit_ladder(bit_strip *s, const bit_group *g, int32_t p, const bit_ladder *l) {
  const int64_t weight =
      g->degree > 0 ? g->degree : s->model->general[g->entry + p - g->begin].weight;
  int planes = 0;
  while (weight >> planes) planes++;
  uint64_t digit[BITS_WORD], flip = 0;
  const uint64_t overflow = draw(l, l->digits + planes);
  for (int k = 0; k < planes; k++) digit[k] = draw(l, k);
  for (int r = 0; r < BITS_WORD; r++) {
    int64_t y = 0;
    for (int k = 0; k < planes; k++) y += (int64_t)(digit[k] >> r & 1) << k;
    if (overflow >> r & 1 || weight - 2 * unsatisfied(s, g, p, r) <= y) flip |= UINT64_C(1) << r;
  }
  s->spins[p] ^= flip;
  return flip != 0;
}

static bool sweep_ladder(bit_strip *s, const bit_ladder *l, int32_t begin, int32_t end) {
  bool any = false;
  for (int32_t g = 0; g < s->model->n_groups; g++) {
    const bit_group *group = &s->model->groups[g];
    for (int32_t p = group->begin; p < group->end; p++)
      if (p >= begin && p < end) any |= visit_ladder(s, group, p, l);
  }
  return any;
}

const bit_kernel bits_scalar = {1, sweep, sweep_ladder, stir};
