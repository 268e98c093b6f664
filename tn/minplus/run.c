/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/run.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/costs.h"
#include "tn/minplus/join.h"
#include "tn/minplus/retrace.h"
#include "tn/minplus/runner.h"
#include "tn/minplus/tail.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

mp_setup mp_setup_of(mp_type type, int shift) {
  mp_setup s = {.type = type,
                .shift = shift,
                .level = cpu_best_level(),
                .limits = mp_limits_of(type),
                .first_decision = INT64_MAX};
  s.limits.growth = s.limits.growth > INT64_MAX >> shift ? INT64_MAX : s.limits.growth << shift;
  return s;
}

/* The span of a table; one that does not fill a granule is repeated until it does. */
static mp_span table_span(const mp_runner *r, const mp_stacked *t) {
  const int lane_bits = mp_types[r->setup->type].lane_bits;
  mp_ends ends = {0};
  if (t->width >= lane_bits) {
    r->kernels->copy(t->data, t->data, (int64_t)1 << t->width, &ends);
    return r->kernels->span(&ends);
  }
  _Alignas(64) char full[MP_GRANULE];
  const size_t bytes = (size_t)runner_entry_bytes(r) << t->width;
  for (size_t at = 0; at < MP_GRANULE; at += bytes) memcpy(full + at, t->data, bytes);
  r->kernels->copy(full, full, (int64_t)1 << lane_bits, &ends);
  return r->kernels->span(&ends);
}

/* Whether the minimum takes room that entries need. */
static bool is_grown(const mp_runner *r, const mp_stacked *t) {
  const int64_t least = t->span.least;
  return r->setup->type == MP_FLOAT ? least > 0 : least > mp_types[r->setup->type].top / 16;
}

/* ---- Operations on the stack ---- */

/* PUSH and FACTOR; what a factor's entries cost is rounded as couplings are. */
static bool push(mp_runner *r, const tn_op *op) {
  mp_stacked *const t = &r->stack[r->depth];
  const uint64_t bytes = layout_table_bytes(r->setup->type, r->layout.width[r->n_pushed]);
  *t = (mp_stacked){.data = pages_take(&r->budget, bytes), .bytes = bytes, .width = op->width};
  if (!t->data) return false;
  memset(t->data, 0, 2 * MP_GRANULE);
  if (op->kind == TN_FACTOR)
    costs_of_factor(r->setup->type, factors_at(&r->p->factors, op->factor), r->setup->shift,
                    t->data);
  t->span = table_span(r, t);
  r->n_pushed++;
  r->depth++;
  return true;
}

/* The table on top becomes part of the next, as *j says: all but map and tail is set here. */
static void join_top(mp_runner *r, mp_join j) {
  mp_stacked *const from = &r->stack[--r->depth], *const to = from - 1;
  j.type = r->setup->type;
  j.kernels = r->kernels;
  j.to = to->data;
  j.from = from->data;
  j.to_width = to->width;
  j.from_width = from->width;
  j.room = r->tiles;
  const int64_t top = mp_types[j.type].top, most = to->span.most + from->span.most;
  to->span.most = most < top ? most : top;
  if (!join_tables(&j, r->guard, &to->span.least)) atomic_store(&r->is_stopped, true);
  to->offset += from->offset;
  pages_give(&r->budget, from->data, from->bytes);
}

/* A branch whose last variable leaves on the way; the minimum of its table is subtracted when it
 * has grown. */
static int64_t join_tail(mp_runner *r, const tn_tail *tail) {
  mp_stacked *const from = &r->stack[r->depth - 1];
  mp_tail_join own;
  tail_make(r->p, tail, &own);
  const mp_join_tail t = {.program = &own.program,
                          .unit = {r->setup->type, r->setup->shift},
                          .less = is_grown(r, from) ? from->span.least : 0,
                          .step = r->steps,
                          .costs = r->costs};
  from->offset += t.less;
  from->span.most += (own.cost >> r->setup->shift) - t.less;
  join_top(r, (mp_join){.map = own.map, .tail = &t});
  return tail->join + 1;
}

/* ---- Passes ---- */

/* Rows of a tile, at the start or at the end of a pass. */
typedef struct rows {
  uint64_t slots; /* of the table's index that number the rows */
  int64_t count, length;
} rows;

static rows rows_of(const mp_pass *pass, int width) {
  const uint64_t in_table = pass->slots & (((uint64_t)1 << width) - 1);
  return (rows){.slots = in_table >> pass->row_bits << pass->row_bits,
                .count = (int64_t)1 << (slot_rank(pass->slots, width) - pass->row_bits),
                .length = (int64_t)1 << pass->row_bits};
}

/* Made ready for entries up to `most`. */
static mp_steps steps_for(const mp_runner *r, const mp_pass *pass, int64_t most) {
  const int64_t n = pass->last - pass->first, top = mp_types[r->setup->type].top;
  return (mp_steps){.steps = r->steps,
                    .n = n,
                    .kernels = r->kernels,
                    .type = r->setup->type,
                    .is_plain = most <= top && mp_steps_rise(r->steps, n) <= top - most};
}

enum { ROWS_AHEAD = 4, LONG_ROW = 4096, LINE = 64 };

/* Rows are too short and too far apart for the machine to foresee the next one. */
static void fetch_row(const char *row, int64_t bytes) {
  if (bytes >= LONG_ROW) return;
  for (int64_t at = 0; at < bytes; at += LINE) __builtin_prefetch(row + at, 1);
}

typedef struct tile_rows {
  rows in, out;
  char *base; /* of the tile's entries in the table */
  int64_t bytes;
} tile_rows;

static char *row_at(const tile_rows *t, const rows *r, int64_t number) {
  return t->base + spread_bits(number, r->slots) * t->bytes;
}

/* The table's minimum is subtracted on the way. */
static void copy_in(const mp_runner *r, const tile_rows *t, char *tile, int64_t less) {
  const int64_t bytes = t->in.length * t->bytes;
  for (int64_t i = 0; i < t->in.count; i++) {
    if (i + ROWS_AHEAD < t->in.count) fetch_row(row_at(t, &t->in, i + ROWS_AHEAD), bytes);
    r->kernels->lower(tile + i * bytes, row_at(t, &t->in, i), t->in.length, less);
  }
}

/* The span of what is copied. Its place is in the cache since copy_in, fetching ahead would only be
 * in the way. */
static mp_span copy_out(const mp_runner *r, const tile_rows *t, const char *tile) {
  const int64_t bytes = t->out.length * t->bytes;
  mp_ends ends = {0};
  for (int64_t i = 0; i < t->out.count; i++)
    r->kernels->copy(row_at(t, &t->out, i), tile + i * bytes, t->out.length, &ends);
  return r->kernels->span(&ends);
}

typedef struct tiled {
  const mp_runner *r;
  const mp_pass *pass;
  const mp_stacked *table;
  mp_steps steps;
} tiled;

/* Its new span. */
static mp_span run_tile(const tiled *all_tiles, int64_t number, char *tile) {
  const mp_runner *const r = all_tiles->r;
  const mp_pass *const pass = all_tiles->pass;
  const mp_stacked *const t = all_tiles->table;
  const uint64_t outside = (((uint64_t)1 << pass->width_in) - 1) & ~pass->slots;
  const int64_t bytes = runner_entry_bytes(r);
  const tile_rows all = {.in = rows_of(pass, pass->width_in),
                         .out = rows_of(pass, pass->width_out),
                         .base = (char *)t->data + spread_bits(number, outside) * bytes,
                         .bytes = bytes};
  copy_in(r, &all, tile, t->span.least);
  mp_steps_run(&all_tiles->steps, tile, number);
  return copy_out(r, &all, tile);
}

static void run_tiles(mp_runner *r, const mp_pass *pass, mp_stacked *t) {
  const int64_t tiles = (int64_t)1 << pass->outside;
  const uint64_t tile_bytes = layout_tile_bytes(r->setup->type, &r->setup->limits);
  const tiled all = {r, pass, t, steps_for(r, pass, t->span.most - t->span.least)};
  int64_t least = INT64_MAX, most = 0;
#pragma omp parallel for schedule(static) reduction(min                                            \
                                                    : least) reduction(max                         \
                                                                       : most)                     \
    num_threads(r->guard->threads) if (r->guard->threads > 1)
  for (int64_t number = 0; number < tiles; number++) {
    if (atomic_load_explicit(&r->is_stopped, memory_order_relaxed)) continue;
    char *const tile = (char *)r->tiles + (uint64_t)omp_get_thread_num() * tile_bytes;
    const mp_span here = run_tile(&all, number, tile);
    if (here.least < least) least = here.least;
    if (here.most > most) most = here.most;
    if (guard_should_stop(r->guard)) atomic_store(&r->is_stopped, true);
  }
  t->offset += t->span.least;
  t->span = (mp_span){least, most};
}

/* A table that is one tile stays where it is; its minimum is subtracted when it has grown. */
static void run_in_place(mp_runner *r, const mp_pass *pass, mp_stacked *t) {
  const mp_type_facts *const type = &mp_types[r->setup->type];
  const int64_t least = t->span.least;
  if (is_grown(r, t)) {
    const int64_t count = (int64_t)1 << (t->width > type->lane_bits ? t->width : type->lane_bits);
    r->kernels->lower(t->data, t->data, count, least);
    t->offset += least;
    t->span.most -= least;
  }
  const mp_steps steps = steps_for(r, pass, t->span.most);
  mp_steps_run(&steps, t->data, 0);
  t->width = pass->width_out;
  t->span = table_span(r, t);
  if (guard_should_stop(r->guard)) atomic_store(&r->is_stopped, true);
}

/* Gives the steps from decide_from on the places of their decisions. */
static void place_decisions(mp_runner *r, const mp_pass *pass) {
  for (int64_t k = pass->first; k < pass->last; k++) {
    const tn_op *const op = &r->p->ops[k];
    if (k < r->decide_from || op->kind == TN_INTRO) continue;
    uint8_t *const bits = r->bits + r->bits_used;
    r->bits_used += layout_decision_bytes(op_width_after(op));
    r->steps[k - pass->first].bits = bits;
    r->decision[k - r->decide_from] = (mp_decision){.bits = bits, .slots = pass->slots};
  }
}

static int64_t run_pass(mp_runner *r, int64_t first) {
  const mp_pass pass = mp_pass_at(r->p, first, &r->setup->limits, r->setup->first_decision);
  mp_stacked *const t = &r->stack[r->depth - 1];
  mp_steps_make(r->p, &pass, (mp_unit){r->setup->type, r->setup->shift}, r->steps, r->costs);
  if (r->bits) place_decisions(r, &pass);
  if (pass.outside == 0)
    run_in_place(r, &pass, t);
  else
    run_tiles(r, &pass, t);
  t->width = pass.width_out;
  return pass.last;
}

/* ---- All of it ---- */

bool runner_go(mp_runner *r, int64_t from, int64_t to) {
  tn_tail tail;
  for (int64_t k = from; k < to && !r->is_stopped;) {
    const tn_op *const op = &r->p->ops[k];
    if (op_begins(op) && !push(r, op)) return false;
    if (op->kind == TN_JOIN) join_top(r, (mp_join){.map = r->p->maps + op->map});
    if (tail_at(r->p, k, &r->setup->limits, r->setup->first_decision, &tail))
      k = join_tail(r, &tail);
    else
      k = op_is_on_top(op) ? run_pass(r, k) : k + 1;
  }
  return true;
}

/* The energy that costs are counted from: every field and coupling satisfied. */
static int64_t energy_at_no_cost(const tn_program *p) {
  int64_t sum = 0;
  for (int64_t k = 0; k < p->n_ops; k++) {
    const tn_op *const op = &p->ops[k];
    if (op->kind == TN_ELIM || op->kind == TN_REPLACE)
      sum -= op->field < 0 ? -op->field : op->field;
    if (op->kind == TN_REPLACE)
      sum -= op->enter_coupling < 0 ? -op->enter_coupling : op->enter_coupling;
  }
  for (int64_t k = 0; k < p->n_terms; k++)
    sum -= p->terms[k].J < 0 ? -p->terms[k].J : p->terms[k].J;
  return sum;
}

static bool reserve(mp_runner *r, bool has_decisions) {
  const tn_program *const p = r->p;
  r->stack = memory_array((size_t)p->depth, sizeof *r->stack);
  r->steps = memory_array(MP_PASS_OPS, sizeof *r->steps);
  r->tiles = pages_take(&r->budget, (uint64_t)r->guard->threads *
                                        layout_tile_bytes(r->setup->type, &r->setup->limits));
  r->costs = pages_take(&r->budget, mp_steps_bytes(&r->setup->limits, r->setup->type));
  if (has_decisions) {
    const int64_t count = p->n_ops - r->setup->first_decision;
    r->decision = memory_array((size_t)count, sizeof *r->decision);
    r->bits = pages_take(&r->budget, r->layout.decisions);
    if (!r->decision || !r->bits) return false;
  }
  return r->stack && r->steps && r->tiles && r->costs;
}

static void release(mp_runner *r) {
  for (int k = 0; k < r->depth; k++) pages_give(&r->budget, r->stack[k].data, r->stack[k].bytes);
  pages_give(&r->budget, r->tiles,
             (uint64_t)r->guard->threads * layout_tile_bytes(r->setup->type, &r->setup->limits));
  pages_give(&r->budget, r->costs, mp_steps_bytes(&r->setup->limits, r->setup->type));
  pages_give(&r->budget, r->bits, r->layout.decisions);
  layout_free(&r->layout);
  free(r->stack);
  free(r->steps);
  free(r->decision);
}

static mp_runner runner_of(const tn_program *p, const mp_setup *s, const tn_guard *guard) {
  return (mp_runner){.p = p,
                     .setup = s,
                     .guard = guard,
                     .kernels = mp_kernels_of(s->type, s->level),
                     .budget = {.limit = guard->bytes, .kept = s->kept}};
}

static void set_result(const mp_runner *r, mp_result *result) {
  result->is_stopped = r->is_stopped;
  result->peak = r->budget.peak;
  result->updates = r->layout.updates;
}

lehr_status mp_run(const tn_program *p, const mp_setup *s, const tn_guard *guard, int8_t spins[],
                   mp_result *result, lehr_error *err) {
  mp_runner r = runner_of(p, s, guard);
  mp_retrace retrace = {0};
  const bool has_decisions = spins && s->first_decision < p->n_ops;
  *result = (mp_result){0};
  LEHR_TRY(layout_make(p, s, guard->threads, &r.layout, err));
  bool is_done = reserve(&r, has_decisions);
  if (is_done) is_done = has_decisions ? retrace_forward(&r, &retrace) : runner_go(&r, 0, p->n_ops);
  if (is_done && !r.is_stopped) {
    const mp_stacked *const t = &r.stack[0];
    result->energy = energy_at_no_cost(p) + (2 * (t->offset + t->span.least) << s->shift);
    if (has_decisions) is_done = retrace_back(&r, &retrace, spins);
  }
  set_result(&r, result);
  retrace_free(&r, &retrace);
  release(&r);
  return is_done ? LEHR_OK : error_memory(err, guard->bytes);
}

/* ---- The table that is left ---- */

lehr_status mp_run_table(const tn_program *p, int64_t end, const mp_setup *s, const tn_guard *guard,
                         mp_table *out, mp_result *result, lehr_error *err) {
  tn_program begin = *p;
  begin.n_ops = end;
  mp_runner r = runner_of(&begin, s, guard);
  *out = (mp_table){0};
  *result = (mp_result){0};
  LEHR_TRY(layout_make(&begin, s, guard->threads, &r.layout, err));
  const bool is_done = reserve(&r, false) && runner_go(&r, 0, end);
  set_result(&r, result);
  if (is_done && !r.is_stopped) {
    mp_stacked *const t = &r.stack[0];
    *out = (mp_table){.data = t->data, .bytes = t->bytes, .width = t->width};
    out->energy = energy_at_no_cost(p) + (2 * t->offset << s->shift);
    r.depth = 0;
  }
  release(&r);
  return is_done ? LEHR_OK : error_memory(err, guard->bytes);
}

void mp_table_free(mp_table *t) {
  pages_budget budget = {.used = pages_round(t->bytes)};
  pages_give(&budget, t->data, t->bytes);
  *t = (mp_table){0};
}
