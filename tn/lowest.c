/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/lowest.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/semiring/partials.h"
#include "tn/semiring/tape.h"
#include "tn/semiring/walk.h"

#include <stdlib.h>
#include <string.h>

/* Partial states are pruned when there are twice as many as are wanted. */
enum { SLACK = 2, POLL = 4096, PARALLEL = 1024 };

/* With factors all sums of magnitudes are below 2^59 (legs.h), and second codes of a state have an
 * energy of 2^61, give or take so much. */
static const int64_t NEVER = INT64_C(1) << 61, MOST_EVER = INT64_C(1) << 60;

typedef struct search {
  const tn_program *p;
  const tn_guard *guard;
  tn_lowest_wish wish;
  partials list;
  int32_t depth;
  atomic_bool is_over;
  lehr_error *err;
} search;

static lehr_status short_of_memory(const search *s) {
  return error_memory(s->err,
                      (uint64_t)s->list.room * partials_bytes(s->list.depth, s->list.words));
}

static lehr_status begin(void *user, const tn_table *root) {
  search *s = user;
  partials *list = &s->list;
  const int64_t lowest = *(const int64_t *)root->plane[0];
  if (!partials_reserve(list)) return short_of_memory(s);
  list->count = 1;
  list->bound[0] = lowest;
  list->index[0] = 0;
  memset(list->spins, 0, (size_t)list->words * sizeof *list->spins);
  list->complete = INT64_MAX;
  if (__builtin_add_overflow(lowest, s->wish.above, &list->limit)) list->limit = INT64_MAX;
  if (s->p->factors.count > 0 && list->limit > MOST_EVER) list->limit = MOST_EVER;
  s->depth = 1;
  return LEHR_OK;
}

static walk_indices indices_of(const search *s) {
  const partials *const list = &s->list;
  return (walk_indices){list->index, list->count, list->depth, 1, s->depth};
}

static uint64_t *index_of(const search *s, int64_t k) {
  const walk_indices all = indices_of(s);
  return walk_top(&all, k);
}

static void flip_spin(uint64_t spins[], int32_t v) { spins[v / 64] ^= UINT64_C(1) << (v % 64); }

static bool is_time(search *s, int64_t k) {
  if (k % POLL == 0 && guard_should_stop(s->guard))
    atomic_store_explicit(&s->is_over, true, memory_order_relaxed);
  return atomic_load_explicit(&s->is_over, memory_order_relaxed);
}

/* Takes the better value of the spin that left; the other one costs `excess` more. */
static void decide(search *s, const tn_op *op, const int64_t energy[], int64_t k) {
  uint64_t *index = index_of(s, k);
  const uint64_t after = *index, down = walk_down(op, after), bit = UINT64_C(1) << op->slot;
  const int64_t f = walk_field(op, s->p->terms + op->first_term, down, after);
  const int64_t gain = (energy[down] - f) - (energy[down | bit] + f);
  *index = gain > 0 ? down | bit : down;
  if (gain > 0) flip_spin(s->list.spins + k * s->list.words, op->leaves);
  s->list.excess[k] = gain > 0 ? gain : -gain;
}

/* A copy of partial state k with the other value. */
static bool branch(search *s, const tn_op *op, int64_t k) {
  partials *list = &s->list;
  if (!partials_reserve(list)) return false;
  const int64_t other = list->count++;
  list->bound[other] = list->bound[k] + list->excess[k];
  memcpy(list->index + other * list->depth, list->index + k * list->depth,
         (size_t)list->depth * sizeof *list->index);
  memcpy(list->spins + other * list->words, list->spins + k * list->words,
         (size_t)list->words * sizeof *list->spins);
  *index_of(s, other) ^= UINT64_C(1) << op->slot;
  flip_spin(list->spins + other * list->words, op->leaves);
  return true;
}

static lehr_status read_leaving(search *s, const tn_op *op, const tn_table *before) {
  partials *list = &s->list;
  const int64_t *energy = before->plane[0], count = list->count;
  const int threads = count < PARALLEL ? 1 : s->guard->threads;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (int64_t k = 0; k < count; k++)
    if (!is_time(s, k)) decide(s, op, energy, k);
  for (int64_t k = 0; k < count && !is_time(s, k); k++) {
    const int64_t bound = list->bound[k] + list->excess[k];
    if (bound > list->limit)
      partials_leave_out(list, bound);
    else if (!branch(s, op, k))
      return short_of_memory(s);
  }
  if (list->count >= SLACK * list->most && !partials_prune(list)) return short_of_memory(s);
  return LEHR_OK;
}

static lehr_status read_op(void *user, const tn_op *op, const tn_table *before,
                           const tn_table *below) {
  search *s = user;
  walk_indices all = indices_of(s);
  (void)below;
  const bool nobody_leaves = walk_back(&all, op, s->p->maps);
  s->depth = all.depth;
  return nobody_leaves ? LEHR_OK : read_leaving(s, op, before);
}

/* ---- The result ---- */

static int compare(const void *left, const void *right, void *user) {
  const partials *list = user;
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  if (list->bound[a] != list->bound[b]) return list->bound[a] < list->bound[b] ? -1 : 1;
  const uint64_t *x = list->spins + a * list->words, *y = list->spins + b * list->words;
  for (int64_t w = 0; w < list->words; w++) {
    const uint64_t differing = x[w] ^ y[w];
    if (differing != 0) return x[w] & (differing & -differing) ? 1 : -1;
  }
  return 0;
}

static lehr_status deliver(const partials *list, tn_lowest *out, lehr_error *err) {
  const size_t count = (size_t)list->count, words = (size_t)list->words;
  int64_t *order = memory_array(count, sizeof *order);
  *out = (tn_lowest){.words = list->words, .complete_from = list->complete};
  out->energy = memory_array(count, sizeof *out->energy);
  out->spins = memory_array(count, words * sizeof *out->spins);
  if (!order || !out->energy || !out->spins) {
    free(order);
    lowest_free(out);
    return error_memory(err, count * (words + 2) * 8);
  }
  for (size_t k = 0; k < count; k++) order[k] = (int64_t)k;
  qsort_r(order, count, sizeof *order, compare, (void *)list);
  for (size_t k = 0; k < count; k++) {
    out->energy[k] = list->bound[order[k]];
    memcpy(out->spins + k * words, list->spins + (size_t)order[k] * words,
           words * sizeof *out->spins);
  }
  out->count = list->count;
  free(order);
  return LEHR_OK;
}

void lowest_free(tn_lowest *l) {
  free(l->energy);
  free(l->spins);
  *l = (tn_lowest){0};
}

/* ---- Memory: partial states, then tables ---- */

/* Half of the memory bounds the partial states; at most all states are of interest. */
static int64_t most_states(const tn_program *p, tn_lowest_wish wish, uint64_t limit,
                           uint64_t *bytes) {
  const uint64_t each = SLACK * 2 * partials_bytes(p->depth, (p->n + 63) / 64);
  int64_t most = wish.most;
  if (p->n < 62 && most > INT64_C(1) << p->n) most = INT64_C(1) << p->n;
  if ((uint64_t)most > limit / 2 / each) most = (int64_t)(limit / 2 / each);
  if (most < 1) most = 1;
  *bytes = (uint64_t)most * each;
  return most;
}

lehr_status lowest_plan(const tn_program *p, tn_lowest_wish wish, tn_need *cost, uint64_t limit,
                        lehr_error *err) {
  uint64_t own;
  tape_cost tape;
  most_states(p, wish, limit, &own);
  LEHR_TRY(
      tape_plan(p, semiring_best(LOWEST_ENERGY), false, limit > own ? limit - own : 0, &tape, err));
  *cost = (tn_need){.bytes = own + tape.bytes, .fits = tape.fits};
  const semiring_work work = tape_work(p, &tape);
  cost->seconds = semiring_seconds(semiring_best(LOWEST_ENERGY), &work);
  return LEHR_OK;
}

lehr_status lowest_states(const tn_program *p, tn_lowest_wish wish, const tn_guard *guard,
                          tn_lowest *out, bool *is_complete, lehr_error *err) {
  uint64_t own;
  search s = {.p = p, .wish = wish, .err = err};
  tn_guard rest = *guard;
  s.list = (partials){.depth = p->depth, .words = (p->n + 63) / 64};
  s.list.most = most_states(p, wish, guard->bytes, &own);
  rest.bytes = guard->bytes > own ? guard->bytes - own : 0;
  s.guard = &rest;
  *out = (tn_lowest){0};
  semiring_context c = {.guard = &rest, .is_exact = true};
  c.never = p->factors.count > 0 ? NEVER : INT64_MAX;
  const tape_reader reader = {.user = &s, .begin = begin, .read = read_op};
  lehr_status status = tape_read(p, semiring_best(LOWEST_ENERGY), &c, &reader, is_complete, err);
  if (status == LEHR_OK && *is_complete) {
    status = partials_prune(&s.list) ? deliver(&s.list, out, err) : short_of_memory(&s);
    /* What was left out are codes that are no states. */
    if (p->factors.count > 0 && out->complete_from > MOST_EVER) out->complete_from = INT64_MAX;
  }
  partials_free(&s.list);
  return status;
}
