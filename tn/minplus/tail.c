/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/tail.h"

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

bool tail_at(const tn_program *p, int64_t k, const mp_limits *limits, int64_t first_decision,
             tn_tail *out) {
  return p->ops[k].width > limits->row_bits && program_tail(p, k, out) &&
         out->leave < first_decision && p->ops[out->join].slot > limits->tile_bits;
}

void tail_make(const tn_program *p, const tn_tail *tail, mp_tail_join *out) {
  const tn_op *const op = &p->ops[tail->leave], *const join = &p->ops[tail->join];
  const uint8_t *const map = p->maps + join->map;
  const uint8_t moved = map[op->slot]; /* of what is where the variable was */
  uint8_t all[TN_MOST_SLOTS];          /* slots of A by those of B before the variable leaves */
  for (int k = 0; k < op->width; k++)
    all[k] = op->kind == TN_ELIM && k == op->width - 1 ? moved : map[k];
  all[op->slot] = join->slot;
  *out = (mp_tail_join){.elim = {.kind = TN_ELIM,
                                 .width = (uint8_t)(join->slot + 1),
                                 .slot = join->slot,
                                 .leaves = op->leaves,
                                 .enters = -1,
                                 .field = op->field,
                                 .n_terms = op->n_terms}};
  for (int32_t i = 0; i < op->n_terms; i++) {
    out->terms[i] = p->terms[op->first_term + i];
    out->terms[i].slot = all[out->terms[i].slot];
  }
  if (op->kind == TN_REPLACE && op->enter_coupling != 0)
    out->terms[out->elim.n_terms++] =
        (tn_term){.variable = op->enters, .slot = moved, .J = op->enter_coupling};
  out->cost = magnitude(op->field);
  for (int32_t i = 0; i < out->elim.n_terms; i++) out->cost += magnitude(out->terms[i].J);
  for (int k = 0; k < p->ops[tail->first].width; k++) out->map[k] = all[k];
  out->program = (tn_program){.n_ops = 1,
                              .ops = &out->elim,
                              .n_terms = out->elim.n_terms,
                              .terms = out->terms,
                              .width = out->elim.width};
}
