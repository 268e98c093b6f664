/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/retrace.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool keep_stack(mp_runner *r, mp_retrace *t, mp_checkpoint *at) {
  at->stack = memory_array((size_t)r->depth, sizeof *at->stack);
  if (!at->stack) return false;
  at->depth = r->depth;
  at->n_pushed = r->n_pushed;
  for (int k = 0; k < r->depth; k++) {
    const uint64_t bytes = mp_kept_bytes(r->setup->type, r->stack[k].width);
    at->stack[k] = r->stack[k];
    at->stack[k].data = t->room + t->used;
    memcpy(at->stack[k].data, r->stack[k].data, bytes);
    t->used += bytes;
  }
  return true;
}

/* In place of the stack that is there. */
static bool put_back(mp_runner *r, const mp_checkpoint *at) {
  while (r->depth > 0) {
    const mp_stacked *const top = &r->stack[--r->depth];
    pages_give(&r->budget, top->data, top->bytes);
  }
  for (; r->depth < at->depth; r->depth++) {
    mp_stacked *const table = &r->stack[r->depth];
    *table = at->stack[r->depth];
    table->data = pages_take(&r->budget, table->bytes);
    if (!table->data) return false;
    memcpy(table->data, at->stack[r->depth].data, mp_kept_bytes(r->setup->type, table->width));
  }
  r->n_pushed = at->n_pushed;
  return true;
}

/* Stretch number k with its decisions. */
static bool decide(mp_runner *r, int k) {
  const int64_t *const start = &r->layout.stretches.start[k];
  const int64_t first = r->setup->first_decision;
  r->decide_from = start[0] > first ? start[0] : first;
  r->bits_used = 0;
  return runner_go(r, start[0], start[1]);
}

bool retrace_forward(mp_runner *r, mp_retrace *t) {
  const mp_stretches *const all = &r->layout.stretches;
  t->room = pages_take(&r->budget, all->kept);
  if (!t->room) return false;
  r->decide_from = INT64_MAX;
  for (int k = 0; k < all->count; k++) {
    if (k > 0 && !keep_stack(r, t, &t->at[k])) return false;
    if (k == all->count - 1) return decide(r, k);
    if (!runner_go(r, all->start[k], all->start[k + 1])) return false;
    if (r->is_stopped) return true;
  }
  return true;
}

bool retrace_back(mp_runner *r, mp_retrace *t, int8_t spins[]) {
  const mp_stretches *const all = &r->layout.stretches;
  if (!slots_reserve(&t->slots, r->p->depth)) return false;
  t->slots.depth = 1;
  t->slots.table[0].width = 0;
  for (int k = all->count - 1; k >= 0 && !r->is_stopped; k--) {
    if (k < all->count - 1 && (!put_back(r, &t->at[k]) || !decide(r, k))) return false;
    const mp_traced traced = {
        .first = r->decide_from, .end = all->start[k + 1], .decisions = r->decision};
    if (!r->is_stopped) decisions_trace(r->p, &traced, &t->slots, spins);
  }
  return true;
}

void retrace_free(mp_runner *r, mp_retrace *t) {
  for (int k = 0; k < MOST_STRETCHES; k++) free(t->at[k].stack);
  pages_give(&r->budget, t->room, r->layout.stretches.kept);
  slots_free(&t->slots);
}
