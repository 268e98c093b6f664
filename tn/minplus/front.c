/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/front.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/slots.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Costs of a row fit the first cache. */
enum { ROW_BITS = 12 };

/* A coupling of two slots. */
typedef struct front_pair {
  int32_t high, low;
  int64_t J;
} front_pair;

/* Fields and couplings of the front, in the kernels' units: |J| where J is not satisfied. */
typedef struct front_costs {
  int64_t field[TN_MOST_SLOTS];
  int32_t n_pairs;
  front_pair pair[TN_MOST_SLOTS * (TN_MOST_SLOTS - 1) / 2];
  int64_t sum;                   /* of all magnitudes */
  int64_t inside[1 << ROW_BITS]; /* of the slots within a row */
} front_costs;

/* ---- Costs of the front by itself ---- */

static int64_t magnitude(int64_t a) { return a < 0 ? -a : a; }
static int spin_at(uint64_t index, int slot) { return index >> slot & 1 ? 1 : -1; }
static int64_t cost_of(int64_t J, int product) { return J * product > 0 ? magnitude(J) : 0; }

static bool find_variables(const tn_program *p, int64_t begin, mp_front *f) {
  tn_slots slots = {0};
  if (!slots_reserve(&slots, p->depth)) return false;
  for (int64_t k = 0; k < begin; k++) slots_forward(&slots, p, &p->ops[k]);
  f->width = slots_top(&slots)->width;
  for (int32_t k = 0; k < f->width; k++) f->variable[k] = slots_top(&slots)->variable[k];
  slots_free(&slots);
  return true;
}

static int32_t slot_of(const mp_front *f, int32_t v) {
  int32_t slot = 0;
  while (f->variable[slot] != v) slot++;
  return slot;
}

static void add_costs(const tn_program *p, int64_t begin, const mp_front *f) {
  front_costs *const c = f->costs;
  for (int64_t k = begin; k < p->n_ops; k++) {
    const tn_op *const op = &p->ops[k];
    const int32_t a = slot_of(f, op->leaves);
    c->field[a] = op->field;
    c->sum += magnitude(op->field);
    for (int32_t i = 0; i < op->n_terms; i++) {
      const tn_term *const term = &p->terms[op->first_term + i];
      const int32_t b = slot_of(f, term->variable);
      c->pair[c->n_pairs++] =
          (front_pair){.high = a > b ? a : b, .low = a > b ? b : a, .J = term->J};
      c->sum += magnitude(term->J);
    }
  }
}

/* Of the slots from..to-1 among themselves. */
static int64_t cost_among(const front_costs *c, int from, int to, uint64_t index) {
  int64_t sum = 0;
  for (int i = from; i < to; i++) sum += cost_of(c->field[i], spin_at(index, i));
  for (int32_t k = 0; k < c->n_pairs; k++) {
    const front_pair *const p = &c->pair[k];
    if (p->low >= from && p->high < to)
      sum += cost_of(p->J, spin_at(index, p->high) * spin_at(index, p->low));
  }
  return sum;
}

/* ---- Rows ---- */

/* Costs of a row's entries less those of the table: the first entry's, and what every slot adds
 * when it is +1. */
typedef struct row_costs {
  int64_t first, step[ROW_BITS];
} row_costs;

static row_costs costs_of_row(const mp_front *f, uint64_t row) {
  const front_costs *const c = f->costs;
  const uint64_t index = row << f->row_bits;
  row_costs r = {.first = cost_among(c, f->row_bits, f->width, index)};
  for (int32_t k = 0; k < c->n_pairs; k++) {
    const front_pair *const p = &c->pair[k];
    if (p->low >= f->row_bits || p->high < f->row_bits) continue;
    const int64_t down = cost_of(p->J, -spin_at(index, p->high));
    r.first += down;
    r.step[p->low] += cost_of(p->J, spin_at(index, p->high)) - down;
  }
  return r;
}

/* No sum of the row is below: the least entry with the least cost of the front by itself. */
static int64_t row_bound(const mp_front *f, const mp_kernels *kernels, uint64_t row) {
  const row_costs r = costs_of_row(f, row);
  const int64_t count = INT64_C(1) << f->row_bits;
  char *const at = (char *)f->table.data + (row << f->row_bits) * (uint64_t)mp_types[f->type].bytes;
  mp_ends ends = {0};
  kernels->copy(at, at, count, &ends);
  int64_t bound = r.first + kernels->span(&ends).least;
  for (int k = 0; k < f->row_bits; k++) bound += r.step[k] < 0 ? r.step[k] : 0;
  return bound;
}

/* least_: the least sum of a row; fill_: all of them. */
#define ROW_FUNCTIONS(name, entry, sum)                                                            \
  static void fill_##name(const mp_front *f, uint64_t row, sum total[]) {                          \
    const row_costs r = costs_of_row(f, row);                                                      \
    const int64_t count = INT64_C(1) << f->row_bits;                                               \
    const entry *const from = (const entry *)f->table.data + (row << f->row_bits);                 \
    total[0] = (sum)r.first;                                                                       \
    for (int k = 0; k < f->row_bits; k++)                                                          \
      for (int64_t i = 0; i < INT64_C(1) << k; i++)                                                \
        total[i + (INT64_C(1) << k)] = total[i] + (sum)r.step[k];                                  \
    for (int64_t i = 0; i < count; i++) total[i] += (sum)from[i] + (sum)f->costs->inside[i];       \
  }                                                                                                \
  static int64_t least_##name(const mp_front *f, uint64_t row) {                                   \
    sum total[1 << ROW_BITS], least;                                                               \
    fill_##name(f, row, total);                                                                    \
    least = total[0];                                                                              \
    for (int64_t i = 0; i < INT64_C(1) << f->row_bits; i++)                                        \
      least = total[i] < least ? total[i] : least;                                                 \
    return least;                                                                                  \
  }                                                                                                \
  static void each_##name(const mp_front *f, uint64_t row, front_taker to) {                       \
    sum total[1 << ROW_BITS];                                                                      \
    fill_##name(f, row, total);                                                                    \
    for (uint64_t i = 0; i < UINT64_C(1) << f->row_bits; i++)                                      \
      if (total[i] == f->least) to.take(to.user, row << f->row_bits | i);                          \
  }
ROW_FUNCTIONS(int8, uint8_t, int32_t)
ROW_FUNCTIONS(int16, uint16_t, int32_t)
ROW_FUNCTIONS(int32, int32_t, int64_t)
ROW_FUNCTIONS(int64, int64_t, int64_t)

typedef struct row_functions {
  int64_t (*least)(const mp_front *f, uint64_t row);
  void (*each)(const mp_front *f, uint64_t row, front_taker to);
} row_functions;

static const row_functions rows_of[MP_TYPES] = {[MP_INT8] = {least_int8, each_int8},
                                                [MP_INT16] = {least_int16, each_int16},
                                                [MP_INT32] = {least_int32, each_int32},
                                                [MP_INT64] = {least_int64, each_int64}};

/* ---- All of it ---- */

/* Rows between two questions whether to stop: less than a millisecond. */
enum { ROWS_POLLED = 64 };

/* Rows that cannot have the best entries are not looked at further. */
static bool scan(mp_front *f, const tn_guard *guard) {
  const int64_t rows = INT64_C(1) << (f->width - f->row_bits);
  const mp_kernels *const kernels = mp_kernels_of(f->type, cpu_best_level());
  const bool is_long = f->row_bits >= mp_types[f->type].lane_bits;
  atomic_bool is_stopped = false;
  _Atomic int64_t best = INT64_MAX;
#pragma omp parallel for schedule(static) num_threads(guard->threads) if (guard->threads > 1)
  for (int64_t row = 0; row < rows; row++) {
    if (row % ROWS_POLLED == 0 && guard_should_stop(guard)) is_stopped = true;
    if (atomic_load_explicit(&is_stopped, memory_order_relaxed)) continue;
    int64_t known = atomic_load_explicit(&best, memory_order_relaxed);
    f->row_least[row] = INT64_MAX;
    if (is_long && row_bound(f, kernels, (uint64_t)row) > known) continue;
    const int64_t least = rows_of[f->type].least(f, (uint64_t)row);
    f->row_least[row] = least;
    while (least < known && !atomic_compare_exchange_weak(&best, &known, least)) continue;
  }
  if (is_stopped) return false;
  f->least = best;
  f->bound = f->table.energy + 2 * f->least;
  return true;
}

int64_t front_begin(const tn_program *p, int32_t count) {
  int64_t k = p->n_ops;
  while (k > p->n_ops - count && p->ops[k - 1].kind == TN_ELIM) k--;
  return k;
}

static lehr_status prepare(const tn_program *p, int64_t begin, mp_front *f, lehr_error *err) {
  f->costs = memory_array(1, sizeof *f->costs);
  if (!f->costs || !find_variables(p, begin, f)) return error_memory(err, sizeof *f->costs);
  f->row_bits = f->width < ROW_BITS ? f->width : ROW_BITS;
  f->row_least = memory_array((size_t)1 << (f->width - f->row_bits), sizeof *f->row_least);
  if (!f->row_least) return error_memory(err, UINT64_C(8) << (f->width - f->row_bits));
  add_costs(p, begin, f);
  for (uint64_t i = 0; i < UINT64_C(1) << f->row_bits; i++)
    f->costs->inside[i] = cost_among(f->costs, 0, f->row_bits, i);
  /* Sums of rows have 32 bits for entries of up to 16. */
  if (f->type <= MP_INT16 && f->costs->sum > INT32_MAX / 2)
    return error_set(err, LEHR_EUNAVAILABLE, "costs of a front are too large for the type");
  return LEHR_OK;
}

static uint64_t own_bytes(int32_t width) {
  return sizeof(front_costs) + (width > ROW_BITS ? UINT64_C(8) << (width - ROW_BITS) : 8);
}

lehr_status front_bytes(const tn_program *p, int64_t begin, mp_type type, const tn_guard *guard,
                        uint64_t *bytes, lehr_error *err) {
  const mp_setup setup = mp_setup_of(type, 0);
  const uint64_t own = own_bytes((int32_t)(p->n_ops - begin));
  int32_t threads = guard->threads;
  tn_program start = *p;
  start.n_ops = begin;
  LEHR_TRY(mp_fit_threads(&start, &setup, guard->bytes - (own < guard->bytes ? own : guard->bytes),
                          &threads, bytes, err));
  *bytes += own;
  return LEHR_OK;
}

lehr_status front_make(const tn_program *p, int64_t begin, mp_type type, const tn_guard *guard,
                       mp_front *out, bool *is_stopped, lehr_error *err) {
  mp_setup setup = mp_setup_of(type, 0);
  pages_kept kept = {0};
  const uint64_t own = own_bytes((int32_t)(p->n_ops - begin));
  tn_guard rest = *guard;
  tn_program start = *p;
  mp_result result = {0};
  uint64_t bytes = 0;
  *out = (mp_front){.type = type};
  *is_stopped = false;
  setup.kept = &kept;
  start.n_ops = begin;
  rest.bytes -= own < rest.bytes ? own : rest.bytes;
  lehr_status status = prepare(p, begin, out, err);
  if (status == LEHR_OK)
    status = mp_fit_threads(&start, &setup, rest.bytes, &rest.threads, &bytes, err);
  if (status == LEHR_OK) status = mp_bytes(&start, &setup, 1, &out->peak, err);
  out->peak += own;
  if (status == LEHR_OK && bytes > rest.bytes) status = error_memory(err, own + bytes);
  rest.bytes = bytes;
  if (status == LEHR_OK) status = mp_run_table(p, begin, &setup, &rest, &out->table, &result, err);
  pages_kept_free(&kept);
  out->held = own + pages_round(out->table.bytes);
  if (status == LEHR_OK) *is_stopped = result.is_stopped || !scan(out, guard);
  if (status != LEHR_OK) front_free(out);
  return status;
}

void front_free(mp_front *f) {
  mp_table_free(&f->table);
  free(f->row_least);
  free(f->costs);
  *f = (mp_front){0};
}

bool front_each(const mp_front *f, const tn_guard *guard, front_taker taker) {
  for (uint64_t row = 0; row < UINT64_C(1) << (f->width - f->row_bits); row++) {
    if (row % ROWS_POLLED == 0 && guard_should_stop(guard)) return false;
    if (f->row_least[row] == f->least) rows_of[f->type].each(f, row, taker);
  }
  return true;
}
