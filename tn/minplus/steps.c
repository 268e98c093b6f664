/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/steps.h"

#include "tn/minplus/costs.h"

#include <stddef.h>
#include <string.h>

/* Bytes of the two granule tables and the two run tables of one step. */
static uint64_t table_bytes(void) { return (uint64_t)MP_GRANULE << MP_TABLE_BITS; }

/* One value per run of a tile, in whole granules. */
static uint64_t run_bytes(int bits, mp_type type) {
  const uint64_t bytes = (uint64_t)mp_types[type].bytes << bits;
  return (bytes + MP_GRANULE - 1) / MP_GRANULE * MP_GRANULE;
}

uint64_t mp_steps_bytes(const mp_limits *limits, mp_type type) {
  const int least = limits->row_bits + 2; /* pass.h */
  const int most = limits->tile_bits > least ? limits->tile_bits : least;
  const int bits = most - mp_types[type].lane_bits - MP_TABLE_BITS;
  return 2 * MP_PASS_OPS * (table_bytes() + run_bytes(bits > 0 ? bits : 0, type));
}

/* Where couplings end: short tables for the lowest bits of a pair's number, runs above them. */
static void choose_bits(mp_step *s, mp_type type) {
  const int lanes = mp_types[type].lane_bits, bits = s->width - lanes - (s->slot >= lanes);
  mp_costs *const c = &s->costs;
  c->table_bits = 0;
  c->links = 0;
  c->run_bits = bits;
  for (int k = 0; k < s->n_inside; k++) {
    const int slot = s->inside[k].bit, at = slot - lanes - (s->slot >= lanes && slot > s->slot);
    if (slot < lanes) continue;
    if (at < MP_TABLE_BITS) c->links |= (int64_t)1 << at;
    if (at < MP_TABLE_BITS && at >= c->table_bits) c->table_bits = at + 1;
    if (at >= MP_TABLE_BITS && at < c->run_bits) c->run_bits = at;
  }
}

static void make_links(const tn_program *p, const mp_pass *pass, const tn_op *op, mp_step *s) {
  for (int32_t k = 0; k < op->n_terms; k++) {
    const tn_term *const t = &p->terms[op->first_term + k];
    if (t->J == 0) continue;
    const int rank = slot_rank(pass->slots, t->slot);
    if (pass->slots >> t->slot & 1)
      s->inside[s->n_inside++] = (mp_link){.bit = (uint8_t)rank, .J = t->J};
    else
      s->outside[s->n_outside++] = (mp_link){.bit = (uint8_t)(t->slot - rank), .J = t->J};
  }
}

void mp_steps_make(const tn_program *p, const mp_pass *pass, mp_unit unit, mp_step steps[],
                   void *room) {
  const mp_type type = unit.type;
  const int lanes = mp_types[type].lane_bits;
  char *at = room;
  for (int64_t k = pass->first; k < pass->last; k++) {
    const tn_op *const op = &p->ops[k];
    mp_step *const s = &steps[k - pass->first];
    memset(s, 0, offsetof(mp_step, inside));
    s->bits = NULL;
    s->kind = op->kind;
    s->width = (uint8_t)slot_rank(pass->slots, op->width);
    s->slot = (uint8_t)slot_rank(pass->slots, op->slot);
    s->shift = (uint8_t)unit.shift;
    s->field = op->field;
    if (op->kind == TN_INTRO) continue;
    make_links(p, pass, op, s);
    s->coupling = op->kind == TN_REPLACE ? op->enter_coupling : 0;
    const int64_t size = cost_clamp(type, s->coupling, unit.shift);
    s->costs = (mp_costs){.coupling = s->coupling < 0 ? -size : size};
    if (s->width <= lanes) continue;
    choose_bits(s, type);
    const int bits = s->width - lanes - (s->slot >= lanes);
    const uint64_t granules = (uint64_t)MP_GRANULE << s->costs.table_bits;
    const uint64_t runs = run_bytes(bits - s->costs.run_bits, type);
    s->costs.a = at;
    s->costs.b = at + granules;
    s->costs.run_a = at + 2 * granules;
    s->costs.run_b = at + 2 * granules + runs;
    at += 2 * (granules + runs);
    costs_fill(type, s);
  }
}

static int64_t size_of_links(const mp_link links[], int n, int shift) {
  int64_t sum = 0;
  for (int k = 0; k < n; k++) sum += (links[k].J < 0 ? -links[k].J : links[k].J) >> shift;
  return sum;
}

int64_t mp_steps_rise(const mp_step steps[], int64_t n) {
  int64_t sum = 0;
  for (const mp_step *s = steps; s < steps + n; s++) {
    if (s->kind == TN_INTRO) continue;
    sum += ((s->field < 0 ? -s->field : s->field) >> s->shift) +
           ((s->coupling < 0 ? -s->coupling : s->coupling) >> s->shift) +
           size_of_links(s->inside, s->n_inside, s->shift) +
           size_of_links(s->outside, s->n_outside, s->shift);
  }
  return sum;
}

/* Sums of what x = -1 and x = +1 pay for the couplings with slots outside. */
static void outside_costs(const mp_step *s, mp_type type, int64_t number, mp_costs *c) {
  for (int k = 0; k < s->n_outside; k++) {
    const int64_t J = s->outside[k].J, size = (J < 0 ? -J : J) >> s->shift;
    const bool is_plus = number >> s->outside[k].bit & 1;
    if ((J > 0) == is_plus)
      c->tile_b += size;
    else
      c->tile_a += size;
  }
  c->tile_a = cost_clamp(type, c->tile_a, 0);
  c->tile_b = cost_clamp(type, c->tile_b, 0);
}

/* ---- Running ---- */

enum { BLOCK_BYTES_LOG2 = 14 }; /* half of the smallest first cache */

typedef struct place {
  const mp_kernels *kernels;
  mp_type type;
  bool is_plain;
  char *tile;
  int64_t number;
} place;

/* Whether s[0] and s[1], both there, are for the kernel that does two. */
static bool are_two(const mp_step s[2], mp_type type) {
  const int lanes = mp_types[type].lane_bits;
  return s[0].kind == TN_REPLACE && s[1].kind == TN_REPLACE && s[0].slot != s[1].slot &&
         s[0].slot >= lanes && s[1].slot >= lanes && !s[0].bits && !s[1].bits;
}

static mp_costs costs_in(const mp_step *s, const place *at) {
  mp_costs costs = s->costs;
  outside_costs(s, at->type, at->number, &costs);
  return costs;
}

static void run_one(const mp_step *s, const place *at) {
  const mp_type_facts *const type = &mp_types[at->type];
  const uint64_t size = ((uint64_t)1 << s->width) * (uint64_t)type->bytes;
  if (s->kind == TN_INTRO) {
    memcpy(at->tile + size, at->tile, size);
    return;
  }
  if (s->width <= type->lane_bits) {
    tiny_run(at->type, s, at->tile);
    return;
  }
  const int after = s->width - (s->kind == TN_ELIM);
  uint8_t *const bits = s->bits ? s->bits + (at->number << after >> 3) : NULL;
  const mp_costs costs = costs_in(s, at);
  const mp_op_fn op =
      s->kind == TN_REPLACE ? at->kernels->replace[at->is_plain] : at->kernels->elim;
  op(at->tile, s->width, s->slot, &costs, bits);
}

static void run_two(const mp_step s[2], const place *at) {
  const mp_costs first = costs_in(&s[0], at), second = costs_in(&s[1], at);
  at->kernels->replace_two[at->is_plain](at->tile, s->width, (const int[2]){s[0].slot, s[1].slot},
                                         &first, &second);
}

/* ---- Block by block ---- */

/* How many steps from here on may go through the tile in blocks of 2^block_bits entries. */
static int64_t count_low(const mp_step steps[], int64_t n, int block_bits) {
  int64_t count = 0;
  while (count < n && steps[count].kind == TN_REPLACE && steps[count].slot < block_bits &&
         steps[count].width > block_bits)
    count++;
  return count;
}

/* A block of 2^bits entries: the numbers of its pairs start at a multiple of theirs. */
typedef struct block {
  int bits;
  int64_t number;
} block;

static mp_costs costs_of_block(const mp_step *s, const mp_costs *all, mp_type type, block b) {
  const int pair_bits = b.bits - mp_types[type].lane_bits - (s->slot >= mp_types[type].lane_bits);
  const int64_t run = (b.number << pair_bits >> all->run_bits) * mp_types[type].bytes;
  mp_costs costs = *all;
  costs.run_a = (const char *)all->run_a + run;
  costs.run_b = (const char *)all->run_b + run;
  if (costs.run_bits > pair_bits) costs.run_bits = pair_bits;
  return costs;
}

/* One step, or the first two of s[] and all[], on a block. */
static void run_block(const mp_step s[], const mp_costs all[], const place *at, block b,
                      bool is_two) {
  const int64_t entry = b.number << b.bits;
  char *const data = at->tile + entry * mp_types[at->type].bytes;
  const mp_costs costs = costs_of_block(&s[0], &all[0], at->type, b);
  if (is_two) {
    const mp_costs second = costs_of_block(&s[1], &all[1], at->type, b);
    at->kernels->replace_two[at->is_plain](data, b.bits, (const int[2]){s[0].slot, s[1].slot},
                                           &costs, &second);
    return;
  }
  uint8_t *const bits = s->bits ? s->bits + (((at->number << s->width) + entry) >> 3) : NULL;
  at->kernels->replace[at->is_plain](data, b.bits, s->slot, &costs, bits);
}

static void run_low(const mp_step steps[], int64_t n, const place *at, int block_bits) {
  mp_costs costs[MP_PASS_OPS];
  bool is_two[MP_PASS_OPS];
  for (int64_t k = 0; k < n; k++) {
    costs[k] = costs_in(&steps[k], at);
    is_two[k] = k + 1 < n && are_two(steps + k, at->type);
  }
  const int64_t blocks = (int64_t)1 << (steps[0].width - block_bits);
  for (int64_t number = 0; number < blocks; number++)
    for (int64_t k = 0; k < n; k += 1 + is_two[k])
      run_block(steps + k, costs + k, at, (block){block_bits, number}, is_two[k]);
}

void mp_steps_run(const mp_steps *all, void *tile, int64_t number) {
  const place at = {.kernels = all->kernels,
                    .type = all->type,
                    .is_plain = all->is_plain,
                    .tile = tile,
                    .number = number};
  const int block_bits = BLOCK_BYTES_LOG2 - (MP_GRANULE_LOG2 - mp_types[all->type].lane_bits);
  for (int64_t k = 0; k < all->n;) {
    const mp_step *const steps = all->steps + k;
    const int64_t low = count_low(steps, all->n - k, block_bits);
    const bool is_two = low < 2 && k + 1 < all->n && are_two(steps, all->type);
    if (low > 1)
      run_low(steps, low, &at, block_bits);
    else if (is_two)
      run_two(steps, &at);
    else
      run_one(steps, &at);
    k += low > 1 ? low : 1 + is_two;
  }
}
