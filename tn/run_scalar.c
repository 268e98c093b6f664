/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/run_scalar.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/slots.h"

#include <stdlib.h>
#include <string.h>

typedef struct runner {
  const tn_program *p;
  int64_t **table;     /* [depth] the stack */
  uint64_t **decision; /* [n_ops] bits of the results of ELIM and REPLACE, or NULL */
  int32_t depth;
  uint64_t used, limit; /* bytes */
} runner;

/* NULL beyond the limit. */
static void *take(runner *r, uint64_t bytes) {
  if (bytes > r->limit - r->used) return NULL;
  void *p = malloc(bytes);
  if (p) r->used += bytes;
  return p;
}

static uint64_t table_bytes(int width) { return sizeof(int64_t) << width; }

static void release_table(runner *r, int64_t *table, int width) {
  free(table);
  r->used -= table_bytes(width);
}

/* The table on top becomes `next`. */
static void put_table(runner *r, int64_t *next, int old_width) {
  release_table(r, r->table[r->depth - 1], old_width);
  r->table[r->depth - 1] = next;
}

static bool push(runner *r) {
  int64_t *t = take(r, table_bytes(0));
  if (!t) return false;
  t[0] = 0;
  r->table[r->depth++] = t;
  return true;
}

static bool push_factor(runner *r, const tn_op *op) {
  const tn_factor factor = factors_at(&r->p->factors, op->factor);
  int64_t *t = take(r, table_bytes(op->width));
  if (!t) return false;
  memcpy(t, factor.value, table_bytes(op->width));
  r->table[r->depth++] = t;
  return true;
}

static bool intro(runner *r, int width) {
  const size_t size = (size_t)1 << width;
  int64_t *next = take(r, table_bytes(width + 1));
  if (!next) return false;
  const int64_t *t = r->table[r->depth - 1];
  memcpy(next, t, size * sizeof *t);
  memcpy(next + size, t, size * sizeof *t);
  put_table(r, next, width);
  return true;
}

static void join(runner *r, const tn_op *op, int below_width) {
  int64_t *b = r->table[--r->depth], *a = r->table[r->depth - 1];
  for (size_t s = 0; s < (size_t)1 << below_width; s++) {
    size_t restricted = 0;
    for (int k = 0; k < op->width; k++) restricted |= (s >> r->p->maps[op->map + k] & 1) << k;
    a[s] += b[restricted];
  }
  release_table(r, b, op->width);
}

static int64_t spin_times(size_t s, int slot, int64_t value) {
  return s >> slot & 1 ? value : -value;
}

/* What variable op->leaves feels in state s of the table before the operation. */
static int64_t field_at(const runner *r, const tn_op *op, size_t s) {
  int64_t f = op->field;
  for (int32_t k = 0; k < op->n_terms; k++) {
    const tn_term *term = &r->p->terms[op->first_term + k];
    f += spin_times(s, term->slot, term->J);
  }
  return f;
}

/* State s of the result without the variable that enters: the state before with what left at -1. */
static size_t state_before(const tn_op *op, size_t s) {
  const size_t bit = (size_t)1 << op->slot, last = (size_t)1 << (op->width - 1);
  if (op->kind == TN_REPLACE) return s & ~bit;
  if (bit == last) return s;
  return (s & ~bit) | (s & bit ? last : 0);
}

/* Entry s of the result and whether +1 is better. */
static int64_t entry_after(const runner *r, const tn_op *op, size_t s, bool *is_up) {
  const int64_t *t = r->table[r->depth - 1];
  const size_t down = state_before(op, s), up = down | (size_t)1 << op->slot;
  int64_t f = field_at(r, op, down);
  if (op->kind == TN_REPLACE) f += spin_times(s, op->slot, op->enter_coupling);
  const int64_t value_down = t[down] - f, value_up = t[up] + f;
  *is_up = value_up < value_down;
  return *is_up ? value_up : value_down;
}

static bool leave(runner *r, const tn_op *op) {
  const int width = op->kind == TN_ELIM ? op->width - 1 : op->width;
  const size_t size = (size_t)1 << width;
  int64_t *next = take(r, table_bytes(width));
  if (!next) return false;
  uint64_t *bits = NULL;
  if (r->decision) {
    const uint64_t bytes = (size + 63) / 64 * sizeof *bits;
    bits = r->decision[op - r->p->ops] = take(r, bytes);
    if (bits) memset(bits, 0, bytes);
  }
  for (size_t s = 0; s < size; s++) {
    bool is_up;
    next[s] = entry_after(r, op, s, &is_up);
    if (bits) bits[s / 64] |= (uint64_t)is_up << s % 64;
  }
  put_table(r, next, op->width);
  return !r->decision || bits;
}

static bool run_forward(runner *r, int64_t *value) {
  tn_slots slots = {0};
  bool is_done = slots_reserve(&slots, r->p->depth);
  for (int64_t k = 0; k < r->p->n_ops && is_done; k++) {
    const tn_op *op = &r->p->ops[k];
    slots_forward(&slots, r->p, op);
    if (op->kind == TN_PUSH)
      is_done = push(r);
    else if (op->kind == TN_FACTOR)
      is_done = push_factor(r, op);
    else if (op->kind == TN_INTRO)
      is_done = intro(r, op->width);
    else if (op->kind == TN_JOIN)
      join(r, op, slots_top(&slots)->width);
    else
      is_done = leave(r, op);
  }
  slots_free(&slots);
  if (is_done) *value = r->table[0][0];
  return is_done;
}

/* From the last operation to the first: everybody in the result is known. */
static bool trace_back(const runner *r, int8_t spins[]) {
  const tn_program *p = r->p;
  tn_slots slots = {0};
  if (!slots_reserve(&slots, p->depth)) return false;
  slots.depth = 1;
  slots.table[0].width = 0;
  for (int64_t k = p->n_ops; k-- > 0;) {
    const tn_op *op = &p->ops[k];
    if (op->kind == TN_ELIM || op->kind == TN_REPLACE) {
      const tn_table_slots *after = slots_top(&slots);
      size_t s = 0;
      for (int slot = 0; slot < after->width; slot++)
        s |= (size_t)(spins[after->variable[slot]] > 0) << slot;
      spins[op->leaves] = r->decision[k][s / 64] >> s % 64 & 1 ? 1 : -1;
    }
    slots_backward(&slots, p, op);
  }
  slots_free(&slots);
  return true;
}

static void release(runner *r) {
  for (int32_t k = 0; k < r->depth; k++) free(r->table[k]);
  for (int64_t k = 0; r->decision && k < r->p->n_ops; k++) free(r->decision[k]);
  free(r->table);
  free(r->decision);
}

lehr_status run_scalar(const tn_program *p, uint64_t limit, int64_t *value, int8_t spins[],
                       lehr_error *err) {
  runner r = {.p = p, .limit = limit};
  r.table = memory_array((size_t)p->depth, sizeof *r.table);
  if (spins) r.decision = memory_array((size_t)p->n_ops, sizeof *r.decision);
  const bool is_done = r.table && (!spins || r.decision) && run_forward(&r, value) &&
                       (!spins || trace_back(&r, spins));
  release(&r);
  return is_done ? LEHR_OK : error_memory(err, limit);
}
