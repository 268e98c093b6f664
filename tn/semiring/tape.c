/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/tape.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdlib.h>

enum { MOST_CHECKPOINTS = 64, LITTLE = 1 << 26 /* bytes */ };

/* Sizes around an operation. */
typedef struct tape_size {
  size_t stack;   /* of all tables before it */
  size_t kept;    /* of the tables that its reading needs */
  double entries; /* that it computes */
} tape_size;

/* With `c` NULL everything is done but the work itself: that is the plan. */
typedef struct tape {
  const tn_program *p;
  const semiring *s;
  semiring_context *c;
  const tape_reader *reader;
  region region;
  machine m;
  tape_size *size;          /* [n_ops] */
  tn_table *before, *below; /* [n_ops] where they are kept at the time */
  uint64_t limit;
  double entries;
  bool has_begun, fits;
  lehr_status status; /* of the reader */
} tape;

static bool leaves(const tn_op *op) { return op->kind == TN_ELIM || op->kind == TN_REPLACE; }

static bool is_over(const tape *t) {
  if (!t->fits || t->status != LEHR_OK) return true;
  return t->c && (t->c->is_stopped || !t->c->is_exact);
}

/* ---- Sizes ---- */

static void measure(tape *t, bool wants_joins, int32_t width[]) {
  int32_t depth = 0;
  size_t stack = 0;
  for (int64_t k = 0; k < t->p->n_ops; k++) {
    const tn_op *op = &t->p->ops[k];
    tape_size *size = &t->size[k];
    size->stack = stack;
    if (leaves(op)) size->kept = table_bytes(t->s, op->width);
    if (op->kind == TN_JOIN && wants_joins)
      size->kept = table_bytes(t->s, op->width) + table_bytes(t->s, width[depth - 2]);
    if (op_begins(op)) {
      width[depth++] = op->width;
    } else if (op->kind == TN_JOIN) {
      stack -= table_bytes(t->s, op->width);
      depth--;
    } else {
      stack -= table_bytes(t->s, op->width);
      width[depth - 1] += (op->kind == TN_INTRO) - (op->kind == TN_ELIM);
    }
    if (op->kind != TN_JOIN) stack += table_bytes(t->s, width[depth - 1]);
    size->entries = (double)((size_t)1 << width[depth - 1]);
  }
}

static uint64_t small_arrays(const tn_program *p) {
  return (uint64_t)p->n_ops * (sizeof(tape_size) + 2 * sizeof(tn_table));
}

static void tape_free(tape *t) {
  machine_free(&t->m);
  region_free(&t->region);
  free(t->size);
  free(t->before);
  free(t->below);
}

static lehr_status tape_make(tape *t, bool wants_joins, lehr_error *err) {
  const size_t ops = (size_t)t->p->n_ops;
  int32_t *width = memory_array((size_t)t->p->depth, sizeof *width);
  t->size = memory_array(ops, sizeof *t->size);
  if (t->c) {
    t->before = memory_array(ops, sizeof *t->before);
    t->below = memory_array(ops, sizeof *t->below);
  }
  t->fits = true;
  const bool is_made = width && t->size && (!t->c || (t->before && t->below));
  if (is_made) measure(t, wants_joins, width);
  free(width);
  return is_made ? LEHR_OK : error_memory(err, small_arrays(t->p));
}

/* ---- A stretch that fits ---- */

static void keep(tape *t, tn_table *where, const tn_table *from) {
  *where = table_take(&t->region, t->s, from->width);
  table_copy(t->s, where, from);
}

static void keep_before(tape *t, int64_t k) {
  const tn_table *top = machine_top(&t->m);
  if (t->size[k].kept == 0) return;
  keep(t, &t->before[k], top);
  if (t->p->ops[k].kind == TN_JOIN) keep(t, &t->below[k], top - 1);
}

static void step(tape *t, int64_t k) {
  t->entries += t->size[k].entries;
  if (!t->c) return;
  machine_step(&t->m, t->c, k);
  if (guard_should_stop(t->c->guard)) t->c->is_stopped = true;
}

static void read_back(tape *t, int64_t from, int64_t to) {
  const tape_reader *reader = t->reader;
  if (to == t->p->n_ops && !t->has_begun) {
    t->has_begun = true;
    t->status = reader->begin(reader->user, machine_top(&t->m));
  }
  for (int64_t k = to - 1; k >= from && !is_over(t); k--) {
    const bool is_kept = t->size[k].kept > 0, is_join = t->p->ops[k].kind == TN_JOIN;
    t->status = reader->read(reader->user, &t->p->ops[k], is_kept ? &t->before[k] : NULL,
                             is_kept && is_join ? &t->below[k] : NULL);
    if (guard_should_stop(t->c->guard)) t->c->is_stopped = true;
  }
}

static void read_stretch(tape *t, int64_t from, int64_t to) {
  const size_t used = t->region.used;
  for (int64_t k = from; k < to && !is_over(t); k++) {
    if (t->c) keep_before(t, k);
    if (!t->c) region_take(&t->region, t->size[k].kept);
    step(t, k);
  }
  if (t->c && !is_over(t)) read_back(t, from, to);
  t->region.used = used;
}

/* ---- Stretches that do not fit ---- */

/* Cuts from..to so that the tables of no piece take more than `room`; cut[0] = from, cut[1..count].
 * Returns the count, or `most` + 1 where more would be needed. */
static int cut_at(const tape *t, int64_t from, int64_t to, size_t room, int most, int64_t cut[]) {
  int count = 0;
  size_t sum = 0;
  cut[0] = from;
  for (int64_t k = from; k < to; k++) {
    sum += t->size[k].kept;
    if (sum <= room) continue;
    if (k == cut[count] || count == most) return most + 1;
    cut[++count] = k--;
    sum = 0;
  }
  return count;
}

/* Where to put as few checkpoints as make all pieces fit; one in the middle where there are none.
 */
static int choose_cuts(const tape *t, int64_t from, int64_t to, size_t room, int64_t cut[]) {
  size_t largest = 0, total = 0, sum = 0;
  for (int64_t k = from; k < to; k++) {
    if (t->size[k].stack > largest) largest = t->size[k].stack;
    total += t->size[k].kept;
  }
  for (int most = 1; most <= MOST_CHECKPOINTS && (size_t)most * largest < room; most++) {
    const int count = cut_at(t, from, to, room - (size_t)most * largest, most, cut);
    if (count <= most) return count;
  }
  cut[0] = from;
  cut[1] = from + 1;
  for (int64_t k = from; k < to - 1 && 2 * sum < total; k++) {
    sum += t->size[k].kept;
    cut[1] = k + 1;
  }
  return 1;
}

static void copy_stack(tape *t, tn_table saved[], int32_t depth, bool is_restored) {
  for (int32_t k = 0; k < depth; k++) {
    if (is_restored)
      table_copy(t->s, &t->m.table[k], &saved[k]);
    else
      keep(t, &saved[k], &t->m.table[k]);
  }
}

static void read_between(tape *t, int64_t from, int64_t to);

/* Runs on from `from` to `to`, reads what comes after (up to `end`), then from..to. */
static void read_with_checkpoints(tape *t, const int64_t cut[], int count, int64_t end) {
  const size_t used = t->region.used;
  const int32_t depth = t->m.depth;
  tn_table *saved = NULL;
  if (is_over(t)) return;
  if (count == 0) {
    read_between(t, cut[0], end);
    return;
  }
  if (t->c) {
    saved = memory_array((size_t)depth, sizeof *saved);
    if (!saved) t->status = LEHR_ENOMEM;
    if (saved) copy_stack(t, saved, depth, false);
  } else {
    region_take(&t->region, t->size[cut[0]].stack);
  }
  for (int64_t k = cut[0]; k < cut[1] && !is_over(t); k++) step(t, k);
  read_with_checkpoints(t, cut + 1, count - 1, end);
  if (saved && !is_over(t)) {
    t->m.depth = depth;
    copy_stack(t, saved, depth, true);
  }
  free(saved);
  t->region.used = used;
  read_between(t, cut[0], cut[1]);
}

static void read_between(tape *t, int64_t from, int64_t to) {
  const size_t room = t->limit > t->region.used ? t->limit - t->region.used : 0;
  size_t total = 0;
  int64_t cut[MOST_CHECKPOINTS + 1];
  if (is_over(t) || from >= to) return;
  for (int64_t k = from; k < to; k++) total += t->size[k].kept;
  if (total <= room) {
    read_stretch(t, from, to);
    return;
  }
  if (to - from == 1 || t->size[from].stack > room) {
    t->fits = false;
    t->region.peak = t->region.used + total;
    return;
  }
  const int count = choose_cuts(t, from, to, room, cut);
  read_with_checkpoints(t, cut, count, to);
}

/* ---- Plan and run ---- */

static tape_cost plan_within(tape *t, size_t tables, uint64_t room) {
  t->limit = room;
  t->region = (region){0};
  t->entries = 0;
  t->fits = true;
  region_take(&t->region, tables);
  read_between(t, 0, t->p->n_ops);
  return (tape_cost){.room = room, .bytes = t->region.peak, .entries = t->entries, .fits = t->fits};
}

lehr_status tape_plan(const tn_program *p, const semiring *s, bool wants_joins, uint64_t limit,
                      tape_cost *cost, lehr_error *err) {
  tape t = {.p = p, .s = s};
  size_t tables;
  double once = 0;
  LEHR_TRY(machine_bytes(p, s, &tables, err));
  LEHR_TRY(tape_make(&t, wants_joins, err));
  for (int64_t k = 0; k < p->n_ops; k++) once += t.size[k].entries;
  uint64_t room = LITTLE;
  do {
    *cost = plan_within(&t, tables, room < limit ? room : limit);
    room += room / 2;
  } while (cost->room < limit && !(cost->fits && cost->entries <= 2 * once));
  tape_free(&t);
  cost->once = once;
  return LEHR_OK;
}

static lehr_status too_small(const tape_cost *cost, uint64_t limit, lehr_error *err) {
  char need[BYTES_TEXT], most[BYTES_TEXT];
  number_bytes(cost->bytes, need);
  number_bytes(limit, most);
  return error_set(err, LEHR_ENOMEM,
                   "reading the tables backwards takes %s at least, the limit is %s", need, most);
}

lehr_status tape_read(const tn_program *p, const semiring *s, semiring_context *c,
                      const tape_reader *reader, bool *is_complete, lehr_error *err) {
  tape t = {.p = p, .s = s, .c = c, .reader = reader};
  tape_cost cost;
  *is_complete = false;
  LEHR_TRY(tape_plan(p, s, reader->wants_joins, c->guard->bytes, &cost, err));
  if (!cost.fits) return too_small(&cost, c->guard->bytes, err);
  t.limit = cost.room;
  lehr_status status = tape_make(&t, reader->wants_joins, err);
  if (status == LEHR_OK) status = region_make(&t.region, cost.bytes, err);
  if (status == LEHR_OK) status = machine_make(&t.m, p, s, &t.region, err);
  if (status == LEHR_OK) {
    read_between(&t, 0, p->n_ops);
    status = t.status;
    *is_complete = status == LEHR_OK && !is_over(&t);
  }
  tape_free(&t);
  return status;
}
