/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/program.h"
#include "tn/slots.h"

#include <stdlib.h>

void program_free(tn_program *p) {
  free(p->ops);
  free(p->terms);
  free(p->maps);
  factors_free(&p->factors);
  *p = (tn_program){0};
}

/* Progress of every variable. */
enum { ABSENT, PRESENT, GONE };

typedef struct checker {
  const tn_program *p;
  tn_slots slots;
  uint8_t *state;  /* [n] */
  int32_t left;    /* variables that are gone */
  int32_t charged; /* factors */
} checker;

/* A variable may be in several tables at a time, but only once in each; it may not come back. */
static const char *check_enters(const checker *c, int32_t u) {
  if (u < 0 || u >= c->p->n) return "a variable that there is not enters";
  if (c->state[u] == GONE) return "a variable comes back";
  return slots_find(slots_top(&c->slots), u) < 0 ? NULL : "a variable enters twice";
}

static const char *check_leaves(const checker *c, const tn_op *op) {
  const tn_table_slots *top = slots_top(&c->slots);
  if (op->slot >= top->width || top->variable[op->slot] != op->leaves)
    return "what leaves is not at its slot";
  for (int32_t k = 0; k + 1 < c->slots.depth; k++)
    if (slots_find(&c->slots.table[k], op->leaves) >= 0) return "what leaves is in other tables";
  if (op->first_term < 0 || op->n_terms < 0 || op->first_term > c->p->n_terms - op->n_terms)
    return "terms are outside of the list";
  for (int32_t k = 0; k < op->n_terms; k++) {
    const tn_term *term = &c->p->terms[op->first_term + k];
    if (term->slot < 0 || term->slot >= top->width || term->slot == op->slot ||
        top->variable[term->slot] != term->variable)
      return "a coupling is not with its slot";
  }
  return NULL;
}

static const char *check_join(const checker *c, const tn_op *op) {
  if (c->slots.depth < 2) return "there is no second table to join";
  const tn_table_slots *top = slots_top(&c->slots), *below = top - 1;
  if (op->slot != below->width) return "wrong width of the table below";
  if (op->map < 0 || op->map > c->p->n_maps - op->width) return "a map is outside of the list";
  for (int32_t k = 0; k < op->width; k++) {
    const int32_t slot = c->p->maps[op->map + k];
    if (slot >= below->width || below->variable[slot] != top->variable[k])
      return "a joined slot is another variable's";
  }
  return NULL;
}

static const char *check_factor(checker *c, const tn_op *op) {
  if (op->factor < 0 || op->factor >= c->p->factors.count) return "a factor that there is not";
  const tn_factor factor = factors_at(&c->p->factors, op->factor);
  if (op->width != factor.width || factor.width > c->p->width) return "wrong width of a factor";
  for (int32_t k = 0; k < factor.width; k++) {
    const int32_t v = factor.variable[k];
    if (v < 0 || v >= c->p->n || c->state[v] == GONE) return "a factor of a variable that is gone";
    c->state[v] = PRESENT;
  }
  c->charged++;
  return NULL;
}

static const char *check_op(checker *c, const tn_op *op) {
  if (op->kind > TN_FACTOR) return "unknown operation";
  if (op_begins(op) && c->slots.depth == c->p->depth) return "more tables than `depth`";
  if (op->kind == TN_PUSH) return NULL;
  if (op->kind == TN_FACTOR) return check_factor(c, op);
  if (c->slots.depth == 0) return "there is no table";
  const int32_t width = slots_top(&c->slots)->width;
  if (op->width != width) return "wrong width";
  if (op->kind == TN_JOIN) return check_join(c, op);
  const char *problem = NULL;
  if (op->kind != TN_INTRO) problem = check_leaves(c, op);
  if (!problem && op->kind != TN_ELIM) problem = check_enters(c, op->enters);
  if (!problem && op->kind == TN_INTRO && (width >= c->p->width || op->slot != width))
    problem = "a table wider than `width`";
  return problem;
}

static const char *check_ops(checker *c) {
  for (int64_t k = 0; k < c->p->n_ops; k++) {
    const tn_op *op = &c->p->ops[k];
    const char *problem = check_op(c, op);
    if (problem) return problem;
    slots_forward(&c->slots, c->p, op);
    if (op->kind == TN_INTRO || op->kind == TN_REPLACE) c->state[op->enters] = PRESENT;
    if (op->kind == TN_ELIM || op->kind == TN_REPLACE) {
      c->state[op->leaves] = GONE;
      c->left++;
    }
  }
  if (c->slots.depth != 1 || slots_top(&c->slots)->width != 0)
    return "not one table without variables is left";
  if (c->charged != c->p->factors.count) return "not every factor is charged once";
  return c->left == c->p->n ? NULL : "a variable never leaves";
}

lehr_status program_check(const tn_program *p, lehr_error *err) {
  if (p->width < 0 || p->width > TN_MOST_SLOTS || p->depth < 1 || p->n < 0)
    return error_set(err, LEHR_EINTERNAL, "tensor program: width, depth or size out of range");
  checker c = {.p = p};
  c.state = memory_array((size_t)p->n, 1);
  if (!c.state || !slots_reserve(&c.slots, p->depth)) {
    free(c.state);
    return error_memory(err, (uint64_t)p->n);
  }
  const char *problem = check_ops(&c);
  slots_free(&c.slots);
  free(c.state);
  return problem ? error_set(err, LEHR_EINTERNAL, "tensor program: %s", problem) : LEHR_OK;
}
