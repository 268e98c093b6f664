/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/slots.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

bool slots_reserve(tn_slots *s, int32_t depth) {
  if (depth <= s->room) return true;
  const int32_t room = depth + s->room / 2 + 4;
  if (!memory_grow((void **)&s->table, (size_t)room, sizeof *s->table)) return false;
  s->room = room;
  return true;
}

void slots_free(tn_slots *s) {
  free(s->table);
  *s = (tn_slots){0};
}

int32_t slots_find(const tn_table_slots *t, int32_t v) {
  for (int32_t k = 0; k < t->width; k++)
    if (t->variable[k] == v) return k;
  return -1;
}

void slots_forward(tn_slots *s, const tn_program *p, const tn_op *op) {
  if (op->kind == TN_PUSH) {
    s->table[s->depth++].width = 0;
    return;
  }
  if (op->kind == TN_FACTOR) {
    const tn_factor factor = factors_at(&p->factors, op->factor);
    tn_table_slots *own = &s->table[s->depth++];
    own->width = factor.width;
    memcpy(own->variable, factor.variable, (size_t)factor.width * sizeof *own->variable);
    return;
  }
  tn_table_slots *t = slots_top(s);
  switch (op->kind) {
  case TN_INTRO:
    t->variable[t->width++] = op->enters;
    break;
  case TN_ELIM:
    t->variable[op->slot] = t->variable[--t->width];
    break;
  case TN_REPLACE:
    t->variable[op->slot] = op->enters;
    break;
  default: /* TN_JOIN */
    s->depth--;
  }
}

void slots_backward(tn_slots *s, const tn_program *p, const tn_op *op) {
  if (op->kind == TN_JOIN) {
    const tn_table_slots *below = slots_top(s);
    tn_table_slots *joined = &s->table[s->depth++];
    joined->width = op->width;
    for (int32_t k = 0; k < op->width; k++)
      joined->variable[k] = below->variable[p->maps[op->map + k]];
    return;
  }
  tn_table_slots *t = slots_top(s);
  switch (op->kind) {
  case TN_INTRO:
    t->width--;
    break;
  case TN_ELIM:
    if (op->slot < t->width) t->variable[t->width] = t->variable[op->slot];
    t->variable[op->slot] = op->leaves;
    t->width++;
    break;
  case TN_REPLACE:
    t->variable[op->slot] = op->leaves;
    break;
  default: /* TN_PUSH, TN_FACTOR */
    s->depth--;
  }
}
