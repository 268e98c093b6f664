/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/large.h"

#include "base/clock.h"
#include "base/error.h"
#include "solvers/hybrid/blocks.h"
#include "solvers/hybrid/reheat.h"
#include "solvers/registry.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 1 << 14, ANNEALED_BITS = 8, WHOLE_WORD = 512, ANNEALED_LANES = 16 };

/* Of the slice, for the annealing before the blocks: most of it where there are no places, as in
 * random graphs, whose blocks are bound by what is around them. */
static const double local_share = 0.3, random_share = 0.85;
/* Of annealing before its first sweep, in seconds per variable and neighbour on one core of Zen 4.
 */
static const double preparation = 0.085e-6;
/* Of delivering a state, likewise, and the part of the annealing that this may take. */
static const double delivery = 12e-9, delivery_share = 0.1;
/* Of cutting, and of evaluating what the blocks came to, likewise. */
static const double blocks_seconds = 0.06e-6;
/* And of what is left, at most, for METIS. */
static const double cut_share = 0.2;

bool large_is(const part *p) { return p->view->n > LARGE_PART && p->view->n_groups == 0; }

static double entries_of(const part *p) {
  return (double)p->view->n + 2 * (double)p->view->n_interactions;
}

/* The share of annealing in a slice. Where that is short, growing blocks to see how they would be
 * takes too much of it, and they would not come to much. */
static lehr_status share_of(hybrid *h, const part *p, slice budget, double *share) {
  static const double least = 4;
  blocks b;
  *share = random_share;
  if (budget.seconds >= 0 && budget.seconds < least * preparation * entries_of(p)) return LEHR_OK;
  const lehr_status status = blocks_grow(&b, p->view, BLOCK, 1, h->run);
  if (status == LEHR_OK && !hybrid_should_stop(h) && blocks_are_local(blocks_cut(&b, p->view)))
    *share = local_share;
  blocks_free(&b);
  return status;
}

/* A word of bits takes as long for one as for all, but for the delivery. */
static int64_t reads_of(const part *p) {
  if (!p->is_bit_sliced) return ANNEALED_LANES;
  return large_is(p) ? ANNEALED_BITS : WHOLE_WORD;
}

static lehr_status anneal_whole(hybrid *h, part *p, slice budget) {
  const double start = clock_wall();
  double share;
  LEHR_TRY(share_of(h, p, budget, &share));
  if (hybrid_should_stop(h)) return LEHR_OK;
  int64_t reads = reads_of(p);
  stage_result result;
  if (budget.seconds >= 0) {
    const double seconds = share * (budget.seconds - (clock_wall() - start));
    const double affordable = delivery_share * seconds / (delivery * entries_of(p));
    if (seconds < preparation * entries_of(p)) return LEHR_OK;
    if (affordable < (double)reads) reads = affordable < 1 ? 1 : (int64_t)affordable;
    return reheat_timed(h, p, reads, seconds, &result);
  }
  const double sweeps = share * (double)budget.work / ((double)reads * p->view->n);
  return reheat_start(h, p, reads, sweeps < 1 ? 1 : (int64_t)sweeps, &result);
}

/* A block under way; its part has no population. */
typedef struct digger {
  part *block;
} digger;

static void take(void *user, const uint8_t bits[], bool is_read) {
  (void)is_read;
  part_consider(((digger *)user)->block, bits);
}

static lehr_status improve_block(hybrid *h, const blocks *b, part *whole, int32_t k, slice budget) {
  part block = {.variables = b->list + b->ptr[k], .best = whole->bits};
  const int32_t n = b->ptr[k + 1] - b->ptr[k];
  lehr_model *model;
  uint8_t *given = memory_array((size_t)n, 1);
  if (!given) return LEHR_ENOMEM;
  lehr_status status = blocks_extract(b, whole->view, k, whole->best, &model);
  if (status == LEHR_OK) {
    block.view = lehr_model_look(model);
    part_get(&block, whole->best, given);
    part_consider(&block, given);
    digger d = {&block};
    stage s = {.engine = &engine_hybrid,
               .model = block.view,
               .key = hybrid_next_key(h),
               .reads = 1,
               .work = budget.seconds < 0 ? budget.work : 0,
               .time_limit_s = budget.seconds,
               .n_initial = 1,
               .initial = given,
               .memory_bytes = UINT64_MAX,
               .phase = "improving blocks",
               .take = take,
               .user = &d};
    stage_set(&s, "fresh", 0);
    stage_result result;
    status = hybrid_stage(h, &s, &result);
    part_put(&block, block.best, whole->best);
  }
  lehr_model_free(model);
  free(given);
  return status;
}

/* The whole part's best was changed in place: its energy, and the host, have yet to learn of it. */
static void announce(hybrid *h, part *p) {
  p->best_energy = energy_of(p->view, p->best);
  hybrid_improved(h, p);
}

/* One pass over all blocks, `left` of the budget. */
static lehr_status pass(hybrid *h, part *p, int32_t number, slice left) {
  blocks b;
  const int32_t size = BLOCK + BLOCK / 4 * (number % 3);
  const double start = clock_wall();
  /* Work is taken for the time that annealing would need for it. */
  const double seconds =
      left.seconds < 0 ? (double)left.work * arm_price(ARM_ANNEAL, p) : left.seconds;
  lehr_status status = blocks_grow(&b, p->view, size, number + 1, h->run);
  if (status == LEHR_OK) status = blocks_refine(&b, p->view, number + 1, cut_share * seconds);
  for (int32_t k = 0; status == LEHR_OK && k < b.count && !hybrid_should_stop(h); k++) {
    const double rest = left.seconds - (clock_wall() - start);
    const slice s = {.seconds = left.seconds < 0 ? -1 : fmax(1e-3, rest / (b.count - k)),
                     .work = left.work / b.count + 1};
    status = improve_block(h, &b, p, k, s);
    if (k % 16 == 15) announce(h, p);
  }
  announce(h, p);
  blocks_free(&b);
  return status;
}

lehr_status large_slice(hybrid *h, part *p, slice budget) {
  const double start = clock_wall();
  const int64_t before = h->attempts;
  if (budget.seconds >= 0 && budget.seconds < blocks_seconds * entries_of(p)) return LEHR_OK;
  lehr_status status = anneal_whole(h, p, budget);
  for (int32_t number = 0; status == LEHR_OK && !hybrid_should_stop(h); number++) {
    const slice left = {.seconds =
                            budget.seconds < 0 ? -1 : budget.seconds - (clock_wall() - start),
                        .work = budget.work - (h->attempts - before)};
    if (budget.seconds < 0 ? left.work < p->view->n : left.seconds <= 0) break;
    status = pass(h, p, number, left);
  }
  return status;
}
