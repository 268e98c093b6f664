/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/cost.h"

#include "tn/program_tail.h"

#include <math.h>

/* Nanoseconds of an operation however small its table is: fields are gathered, tables looked up. */
static const double OVERHEAD = 300;

/* Shares of a butterfly's time per entry of the larger table: copying a half, halving, adding
 * (faster where both tables have their slots in one order, slower where not). */
static const double INTRO_SHARE = 0.6, ELIM_SHARE = 0.6, JOIN_SHARE = 4;

/* Entries per nanosecond by log2(bytes per entry) in L2, L3 and memory; Zen 4. Orders are compared
 * by what kernels do (`lehr-bench tn-kernels`): whoever leaves the cache is far slower, which leads
 * the search away from wide tables. Programs are told by what whole sweeps did, open lattices of 14
 * x 14 to 30 x 30 spins. 8 bytes are sums in doubles. */
typedef const double (*rates)[3];
static const double KERNELS[4][3] = {{75, 65, 48}, {42, 35, 25}, {22, 17, 13}, {4, 3, 2.5}};
static const double SWEEPS[4][3] = {{50, 46, 44}, {30, 27, 23}, {19, 15, 12}, {4, 3, 2.5}};
enum { L2_BITS = 20, L3_BITS = 24 };

/* Share of that per coupling that is charged: more of the costs are in tables. Chains of 12 to 22
 * units. */
static const double TERM_SHARE = 0.04;

/* Bytes per nanosecond that fresh memory comes at, zeroed by the kernel. */
static const double FRESH_RATE = 5;

typedef struct tariff {
  rates rate;
  int bytes; /* of an entry */
} tariff;

/* Seconds of one operation that touches 2^width entries. */
static double pass_seconds(tariff t, int width) {
  int size = 0;
  while (1 << (size + 1) <= t.bytes && size < 3) size++;
  const int bits = width + size;
  const int level = bits <= L2_BITS ? 0 : bits <= L3_BITS ? 1 : 2;
  return 1e-9 * (OVERHEAD + ldexp(1, width) / t.rate[size][level]);
}

/* INTROs from one width to another: all but the last are halves of the next. */
static void add_growth(tn_cost *c, int from, int to, tariff t) {
  for (int w = from + 1; w <= to; w++) {
    c->seconds += INTRO_SHARE * pass_seconds(t, w);
    c->entries += ldexp(1, w);
  }
  if (to > c->width) c->width = to;
}

static void add_pass(tn_cost *c, int width, double share, tariff t) {
  c->seconds += share * pass_seconds(t, width);
  c->entries += ldexp(1, width);
  if (width > c->width) c->width = width;
}

/* Widths beyond this cost the same: infinitely much. */
enum { MOST_WIDTH = 900 };

static int clamp(int width) { return width < MOST_WIDTH ? width : MOST_WIDTH; }

/* A branch's most entries at a time: until its table is there, and until its last variable leaves,
 * which is enough where that is a tail. */
typedef struct peaks {
  double whole, tail;
} peaks;

/* The children of one: the largest need comes first, of all others the largest is enough, since
 * they find the same joined table. */
static void add_child(peaks *first, double *second, peaks p) {
  const bool is_larger = p.whole > first->whole;
  *second = fmax(*second, is_larger ? first->tail : p.tail);
  if (is_larger) *first = p;
}

/* widest[k]: front of k's widest child. */
tn_cost cost_from_counts(const tn_counts *c, int32_t n, int bytes, double scratch[]) {
  peaks *const first = (peaks *)scratch;
  double *const second = scratch + 2 * n;
  const tariff t = {KERNELS, bytes};
  tn_cost sum = {0};
  int32_t *widest = c->work, *children = c->work + n;
  for (int32_t k = 0; k < n; k++) {
    first[k] = (peaks){0};
    second[k] = 0;
    widest[k] = children[k] = 0;
  }
  for (int32_t k = 0; k < n; k++) {
    const int size = clamp(c->size[k]), fresh = clamp(c->fresh[k]), parent = c->parent[k];
    const int joined = size + 1 - fresh;
    add_growth(&sum, widest[k], joined, t);
    for (int32_t child = 1; child < children[k]; child++) add_pass(&sum, joined, JOIN_SHARE, t);
    if (fresh > 0) {
      add_growth(&sum, joined, size, t);
      add_pass(&sum, size, 1, t);
    } else {
      add_pass(&sum, joined, ELIM_SHARE, t);
    }
    peaks peak = {.tail = fmax(first[k].whole, ldexp(1, joined))};
    if (children[k] > 1) peak.tail = fmax(peak.tail, ldexp(1, joined) + second[k]);
    peak.whole = fmax(peak.tail, fresh > 0 ? ldexp(1, size) : 0);
    sum.peak_entries = fmax(sum.peak_entries, peak.whole);
    if (parent < 0) continue;
    children[parent]++;
    if (size > widest[parent]) widest[parent] = size;
    if (size <= TAIL_WIDTH) peak.tail = peak.whole;
    add_child(&first[parent], &second[parent], peak);
  }
  sum.seconds += 1e-9 * bytes * sum.peak_entries / FRESH_RATE;
  return sum;
}

tn_cost program_cost(const tn_program *p, int bytes) {
  const tariff t = {SWEEPS, bytes};
  tn_cost sum = {.width = p->width};
  double live = 0;
  int64_t tail_end = 0; /* tables of a tail's own operations are never there */
  for (int64_t k = 0; k < p->n_ops; k++) {
    const tn_op *op = &p->ops[k];
    const int width = op->width;
    tn_tail tail;
    if (k >= tail_end && program_tail(p, k, &tail) && p->ops[tail.join].slot > TAIL_WIDTH)
      tail_end = tail.join;
    switch (op->kind) {
    case TN_PUSH:
    case TN_FACTOR:
      live += ldexp(1, width);
      break;
    case TN_INTRO:
      live += ldexp(1, width);
      add_pass(&sum, width + 1, INTRO_SHARE, t);
      break;
    case TN_ELIM:
      live -= ldexp(1, width - 1);
      add_pass(&sum, width, ELIM_SHARE + TERM_SHARE * op->n_terms, t);
      break;
    case TN_REPLACE:
      add_pass(&sum, width, 1 + TERM_SHARE * op->n_terms, t);
      break;
    default: /* TN_JOIN */
      live -= ldexp(1, width);
      add_pass(&sum, op->slot, JOIN_SHARE, t);
    }
    if (k >= tail_end) sum.peak_entries = fmax(sum.peak_entries, live);
  }
  sum.seconds += 1e-9 * bytes * sum.peak_entries / FRESH_RATE;
  return sum;
}

bool cost_is_better(const tn_cost *a, const tn_cost *b, double most_entries) {
  const bool a_fits = a->peak_entries <= most_entries, b_fits = b->peak_entries <= most_entries;
  if (a_fits != b_fits) return a_fits;
  if (!a_fits && a->peak_entries != b->peak_entries) return a->peak_entries < b->peak_entries;
  return a->seconds <= b->seconds * (1 + 1e-12);
}
