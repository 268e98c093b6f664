/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/stretches.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/layout.h"

#include <stdlib.h>

/* A pass, or an operation that is in none. */
typedef struct portion {
  int64_t first;
  uint64_t decisions; /* bytes */
  uint64_t stack;     /* bytes that the tables before it take where they are kept */
} portion;

typedef struct portions {
  int64_t count;
  portion *list;
  uint64_t largest_stack, all_decisions, largest_decisions;
} portions;

uint64_t mp_kept_bytes(mp_type type, int width) {
  const uint64_t bytes = (uint64_t)mp_types[type].bytes << width;
  return bytes < 2 * MP_GRANULE ? 2 * MP_GRANULE : bytes;
}

static uint64_t decisions_of(const tn_program *p, int64_t first, int64_t last) {
  uint64_t sum = 0;
  for (int64_t k = first; k < last; k++)
    if (p->ops[k].kind == TN_ELIM || p->ops[k].kind == TN_REPLACE)
      sum += layout_decision_bytes(op_width_after(&p->ops[k]));
  return sum;
}

static void add_portion(portions *all, portion next) {
  all->list[all->count++] = next;
  all->all_decisions += next.decisions;
  if (next.decisions > all->largest_decisions) all->largest_decisions = next.decisions;
  if (next.stack > all->largest_stack) all->largest_stack = next.stack;
}

/* width[p->depth]: scratch. */
static void find_portions(const tn_program *p, mp_type type, const mp_limits *limits, int width[],
                          portions *all) {
  uint64_t stack = 0;
  int depth = 0;
  for (int64_t k = 0; k < p->n_ops;) {
    const tn_op *const op = &p->ops[k];
    portion next = {.first = k++, .stack = stack};
    if (op_begins(op)) {
      width[depth++] = op->width;
      stack += mp_kept_bytes(type, op->width);
    } else if (op->kind == TN_JOIN) {
      stack -= mp_kept_bytes(type, width[--depth]);
    } else {
      const mp_pass pass = mp_pass_at(p, next.first, limits, 0);
      k = pass.last;
      next.decisions = decisions_of(p, pass.first, pass.last);
      stack -= mp_kept_bytes(type, width[depth - 1]);
      width[depth - 1] = pass.width_out;
      stack += mp_kept_bytes(type, pass.width_out);
    }
    add_portion(all, next);
  }
}

/* Into stretches with decisions of at most `room` bytes, the last one full, since it runs only
 * once; false where more than `most` are needed. */
static bool cut(const portions *all, uint64_t room, int most, int64_t n_ops, mp_stretches *out) {
  uint64_t here = 0;
  *out = (mp_stretches){.count = 1};
  for (int64_t k = all->count - 1; k >= 0; k--) {
    const uint64_t decisions = all->list[k].decisions;
    if (here + decisions > room) {
      if (out->count == most || decisions > room) return false;
      out->start[out->count++ - 1] = all->list[k + 1].first;
      out->kept += all->list[k + 1].stack;
      here = 0;
    }
    here += decisions;
    if (here > out->decisions) out->decisions = here;
  }
  for (int i = 0, j = out->count - 1; i < j; i++, j--) { /* found from the last one on */
    const int64_t start = out->start[i];
    out->start[i] = out->start[j];
    out->start[j] = start;
  }
  out->start[out->count] = n_ops;
  return true;
}

static bool cut_within(const portions *all, uint64_t bytes, int64_t n_ops, mp_stretches *out) {
  for (int most = 1; most <= MOST_STRETCHES; most++) {
    const uint64_t stacks = (uint64_t)(most - 1) * all->largest_stack;
    if (stacks < bytes && cut(all, bytes - stacks, most, n_ops, out)) return true;
  }
  return false;
}

/* What the best number of stretches takes, if they are alike to a portion. */
static uint64_t least_bytes(const portions *all) {
  uint64_t least = UINT64_MAX;
  for (uint64_t count = 1; count <= MOST_STRETCHES; count++) {
    const uint64_t bytes = (count - 1) * all->largest_stack + all->all_decisions / count +
                           (count > 1 ? all->largest_decisions : 1);
    if (bytes < least) least = bytes;
  }
  return least;
}

lehr_status mp_stretches_make(const tn_program *p, mp_type type, const mp_limits *limits,
                              uint64_t bytes, mp_stretches *out, lehr_error *err) {
  portions all = {.list = memory_array((size_t)p->n_ops, sizeof *all.list)};
  int *const width = memory_array((size_t)p->depth, sizeof *width);
  const bool is_possible = all.list && width;
  if (is_possible) {
    find_portions(p, type, limits, width, &all);
    if (!cut_within(&all, bytes, p->n_ops, out)) cut_within(&all, least_bytes(&all), p->n_ops, out);
  }
  free(all.list);
  free(width);
  return is_possible ? LEHR_OK : error_memory(err, (uint64_t)p->n_ops * sizeof *all.list);
}
