/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/program_ops.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

void ops_free(program_ops *b) {
  program_free(&b->p);
  slots_free(&b->slots);
}

/* One more operation, applied to the slots as well. */
static lehr_status append(program_ops *b, tn_op op) {
  tn_program *p = &b->p;
  if (p->n_ops == b->op_room) {
    const int64_t room = b->op_room + b->op_room / 2 + 64;
    if (!memory_grow((void **)&p->ops, (size_t)room, sizeof *p->ops)) return LEHR_ENOMEM;
    b->op_room = room;
  }
  p->ops[p->n_ops++] = op;
  slots_forward(&b->slots, p, &op);
  const int32_t width = slots_top(&b->slots)->width;
  if (width > p->width) p->width = width;
  if (b->slots.depth > p->depth) p->depth = b->slots.depth;
  return LEHR_OK;
}

lehr_status ops_push(program_ops *b) {
  if (!slots_reserve(&b->slots, b->slots.depth + 1)) return LEHR_ENOMEM;
  return append(b, (tn_op){.kind = TN_PUSH, .leaves = -1, .enters = -1});
}

lehr_status ops_factor(program_ops *b, int32_t k) {
  if (!slots_reserve(&b->slots, b->slots.depth + 1)) return LEHR_ENOMEM;
  return append(b, (tn_op){.kind = TN_FACTOR,
                           .width = (uint8_t)factors_at(&b->p.factors, k).width,
                           .leaves = -1,
                           .enters = -1,
                           .factor = k});
}

/* The table shrank into a smaller one for a moment only. */
static void replace_at_once(program_ops *b, tn_op *last, int32_t u) {
  slots_backward(&b->slots, &b->p, last);
  last->kind = TN_REPLACE;
  last->enters = u;
  slots_forward(&b->slots, &b->p, last);
}

lehr_status ops_enter(program_ops *b, int32_t u) {
  tn_op *last = &b->p.ops[b->p.n_ops - 1];
  if (last->kind == TN_ELIM) {
    replace_at_once(b, last, u);
    return LEHR_OK;
  }
  const int32_t width = slots_top(&b->slots)->width;
  if (width == TN_MOST_SLOTS) return LEHR_EUNAVAILABLE;
  return append(b, (tn_op){.kind = TN_INTRO,
                           .width = (uint8_t)width,
                           .slot = (uint8_t)width,
                           .leaves = -1,
                           .enters = u});
}

lehr_status ops_join(program_ops *b) {
  tn_program *p = &b->p;
  const tn_table_slots *top = slots_top(&b->slots), *below = top - 1;
  if (p->n_maps + top->width > b->map_room) {
    const int64_t room = b->map_room + b->map_room / 2 + TN_MOST_SLOTS;
    if (room > INT32_MAX || !memory_grow((void **)&p->maps, (size_t)room, 1)) return LEHR_ENOMEM;
    b->map_room = room;
  }
  const tn_op op = {.kind = TN_JOIN,
                    .width = (uint8_t)top->width,
                    .slot = (uint8_t)below->width,
                    .leaves = -1,
                    .enters = -1,
                    .map = (int32_t)p->n_maps};
  for (int32_t k = 0; k < top->width; k++)
    p->maps[p->n_maps++] = (uint8_t)slots_find(below, top->variable[k]);
  return append(b, op);
}

tn_term *ops_terms(program_ops *b, int64_t count) {
  tn_program *p = &b->p;
  if (p->n_terms + count >= b->term_room) {
    const int64_t room = p->n_terms + count + b->term_room / 2 + 64;
    if (!memory_grow((void **)&p->terms, (size_t)room, sizeof *p->terms)) return NULL;
    b->term_room = room;
  }
  return p->terms + p->n_terms;
}

lehr_status ops_leave(program_ops *b, tn_op leave) {
  tn_program *p = &b->p;
  const tn_table_slots *top = slots_top(&b->slots);
  for (int32_t k = 0; k < leave.n_terms; k++) {
    tn_term *term = &p->terms[p->n_terms + k];
    term->slot = slots_find(top, term->variable);
  }
  leave.kind = leave.enters < 0 ? TN_ELIM : TN_REPLACE;
  leave.width = (uint8_t)top->width;
  leave.slot = (uint8_t)slots_find(top, leave.leaves);
  leave.first_term = p->n_terms;
  p->n_terms += leave.n_terms;
  return append(b, leave);
}
