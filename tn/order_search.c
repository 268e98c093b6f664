/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "tn/order.h"
#include "tn/order_trial.h"

#include <stdlib.h>

/* Shares of the search: what comes after them may take the rest. Divisions may take theirs of what
 * the search took so far. */
static const double SWEEP_SHARE = 0.5, GREEDY_SHARE = 0.7, ALL = 1, DIVISION_SHARE = 0.15;

/* Of both sides of a separator, in thousandths. */
enum { N_IMBALANCES = 3 };
static const int32_t IMBALANCES[N_IMBALANCES] = {30, 200, 600};

/* Bit matrices beyond this many variables take too much memory. */
enum { MOST_DENSE = 16384, SWEEP_KINDS = 2 * SWEEP_TIES };

/* An order that is refused for its size or for the work it takes is left out. */
static lehr_status try_order(order_trial *t, lehr_status status, const char *method,
                             int64_t index) {
  if (status == LEHR_OK) trial_consider(t, method, index);
  return status == LEHR_EUNAVAILABLE ? LEHR_OK : status;
}

static lehr_status try_given(order_trial *t, lehr_error *err) {
  for (int32_t k = 0; k < t->g.n; k++) t->candidate[k] = k;
  trial_consider(t, "natural order", -1);
  if (!t->limits->time_index) return LEHR_OK;
  const lehr_status status = order_by_value(t->limits->time_index, t->g.n, t->candidate, err);
  return try_order(t, status, "time index", -1);
}

static lehr_status try_levels(order_trial *t, lehr_error *err) {
  const int64_t entries = t->g.row[t->g.n], visits = 50 * entries;
  const int64_t averaging = FIEDLER_STEPS * (entries + 6 * (int64_t)t->g.n);
  if (!trial_can_afford(t, visits, ORDER_FIRST_SHARE)) return LEHR_OK;
  t->best.work += visits;
  const int32_t root = order_far_end(t->g, 0);
  if (root < 0) return error_memory(err, (uint64_t)t->g.n * 24);
  for (int by_degree = 0; by_degree < 2; by_degree++) {
    const lehr_status status = order_breadth_first(t->g, root, by_degree != 0, t->candidate, err);
    LEHR_TRY(try_order(t, status, by_degree ? "reverse Cuthill-McKee" : "breadth first", -1));
  }
  if (!trial_can_afford(t, averaging, SWEEP_SHARE)) return LEHR_OK;
  const lehr_status status = order_fiedler(t->g, t->limits->seed, t->candidate, &t->best.work, err);
  return try_order(t, status, "Fiedler vector", -1);
}

/* Nobody can end them. They take ten times as long where fronts are very large, which is where no
 * order will do. */
static lehr_status try_sparse(order_trial *t, lehr_error *err) {
  const int64_t steps = 100 * t->g.row[t->g.n];
  static const char *const names[SPARSE_METHODS] = {"AMD", "CAMD", "COLAMD"};
  for (int method = 0; method < SPARSE_METHODS; method++) {
    const bool has_levels = method == SPARSE_CAMD;
    if (has_levels && !t->limits->time_index) continue;
    if (!trial_can_afford(t, steps, ORDER_FIRST_SHARE)) break;
    t->best.work += steps;
    const lehr_status status = order_suitesparse(
        t->g, (sparse_method)method, has_levels ? t->limits->time_index : NULL, t->candidate, err);
    LEHR_TRY(try_order(t, status, names[method], -1));
  }
  return LEHR_OK;
}

/* Where sweeps start: the far end, then variables of least degree (corners), then any. */
static int32_t choose_root(const order_trial *t, int32_t far_end, int32_t start) {
  enum { TRIES = 16 };
  if (start == 0) return far_end;
  int32_t best = -1;
  for (uint32_t k = 0; k < (start % 2 ? TRIES : 1); k++) {
    const uint32_t drawn = philox_at(t->limits->seed, 1, (uint64_t)start * TRIES + k).v[0];
    const int32_t v = (int32_t)(drawn % (uint32_t)t->g.n);
    const int64_t *row = t->g.row;
    if (best < 0 || row[v + 1] - row[v] < row[best + 1] - row[best]) best = v;
  }
  return best;
}

/* Sweep number `index`: both kinds of candidates and all ties from one root, then from the next. */
static void try_sweep(order_trial *t, sweep *s, int32_t far_end, int32_t index) {
  const int32_t start = index / SWEEP_KINDS, kind = index % SWEEP_KINDS;
  const sweep_rule rule = {.root = choose_root(t, far_end, start),
                           .tie = (sweep_tie)(kind % SWEEP_TIES),
                           .reaches = kind >= SWEEP_TIES,
                           .key = philox_subkey(t->limits->seed, (uint64_t)index),
                           .give_up = t->g.n};
  if (sweep_run(s, &rule, t->candidate, &t->best.work) >= 0) trial_consider(t, "sweep", index);
}

/* Where no order will do, one is enough to tell people what it would take. */
static lehr_status try_sweeps(order_trial *t, lehr_error *err) {
  enum { MOST = 100000 };
  const int64_t steps = 100 * (int64_t)t->g.n + 30 * t->g.row[t->g.n];
  const double first_share = t->is_hopeless ? SWEEP_SHARE : ORDER_FIRST_SHARE;
  if (!trial_can_afford(t, 2 * steps, first_share)) return LEHR_OK;
  const int32_t most = t->is_hopeless ? 1 : MOST;
  sweep *s = sweep_create(t->g);
  const int32_t far_end = s ? order_far_end(t->g, 0) : -1;
  for (int32_t k = 0; k < most && far_end >= 0; k++) {
    if (k > 0 && !trial_can_afford(t, steps, SWEEP_SHARE)) break;
    if (k >= SWEEP_KINDS && !trial_may_go_on(t, SWEEP_SHARE)) break;
    try_sweep(t, s, far_end, k);
  }
  sweep_free(s);
  return far_end < 0 ? error_memory(err, (uint64_t)t->g.row[t->g.n] * 24) : LEHR_OK;
}

/* What divisions take beside the trial. */
typedef struct divisions {
  sweep *sweep;
  int32_t *level, *start; /* [n] */
  int32_t count;
  int64_t work; /* theirs */
} divisions;

/* The next division, into halves, quarters and eighths in turn: minimum degree and sweeps within
 * the same parts. */
static lehr_status try_division(order_trial *t, divisions *d, lehr_error *err) {
  enum { DEPTHS = 3 };
  const int32_t index = d->count++;
  const int64_t before = t->best.work;
  const separator_rule rule = {.seed = index,
                               .imbalance = IMBALANCES[index / DEPTHS % N_IMBALANCES],
                               .largest = t->g.n >> (1 + index % DEPTHS)};
  lehr_status status = order_separators(t->g, &rule, d->level, d->start, &t->best.work, err);
  t->best.work += 50 * t->g.row[t->g.n];
  if (status == LEHR_OK) status = order_suitesparse(t->g, SPARSE_CAMD, d->level, t->candidate, err);
  if (status != LEHR_OK) return status == LEHR_EUNAVAILABLE ? LEHR_OK : status;
  trial_consider(t, "CAMD between separators", index);
  for (int tie = 0; tie < SWEEP_TIES; tie++) {
    const sweep_rule within = {.tie = (sweep_tie)tie,
                               .key = philox_subkey(t->limits->seed, (uint64_t)index),
                               .give_up = t->g.n,
                               .level = d->level,
                               .start = d->start};
    sweep_run(d->sweep, &within, t->candidate, &t->best.work);
    trial_consider(t, "sweep between separators", index);
  }
  d->work += t->best.work - before;
  return LEHR_OK;
}

/* Of METIS, which nobody can end, for lattices of up to 10^5 variables. */
static int64_t dissection_steps(tn_graph g) {
  enum { LARGE = 4000 };
  int64_t each = 1500;
  for (int32_t n = g.n; n >= LARGE; n /= 2) each += 700;
  return each * g.row[g.n];
}

static lehr_status try_greedy(order_trial *t, int32_t index, lehr_error *err) {
  const uint64_t key = philox_subkey(t->limits->seed, (uint64_t)index);
  for (int rule = 0; rule < 2 && t->g.n <= MOST_DENSE; rule++) {
    const int64_t most_work = t->limits->work / 10;
    const lehr_status status =
        order_greedy(t->g, (greedy_rule)rule, key, most_work, t->candidate, &t->best.work, err);
    LEHR_TRY(try_order(t, status, rule ? "minimum fill" : "minimum degree", index));
  }
  const int64_t steps = dissection_steps(t->g);
  if (!trial_can_afford(t, steps, GREEDY_SHARE)) return LEHR_OK;
  t->best.work += steps;
  const int32_t imbalance = IMBALANCES[index % N_IMBALANCES];
  const lehr_status status = order_metis(t->g, index, imbalance, t->candidate, err);
  return try_order(t, status, "nested dissection", index);
}

/* Where the search is long there are many divisions: one that is lucky saves most of the rest. */
static lehr_status try_divisions(order_trial *t, divisions *d, lehr_error *err) {
  const int64_t steps = 1000 * t->g.row[t->g.n];
  while (!t->limits->is_whole && (double)d->work <= DIVISION_SHARE * (double)t->best.work &&
         trial_may_go_on(t, GREEDY_SHARE) && trial_can_afford(t, steps, GREEDY_SHARE))
    LEHR_TRY(try_division(t, d, err));
  return LEHR_OK;
}

static lehr_status try_rounds(order_trial *t, divisions *d, lehr_error *err) {
  enum { ROUNDS = 20 };
  for (int32_t k = 0; k < ROUNDS && trial_may_go_on(t, GREEDY_SHARE); k++) {
    LEHR_TRY(try_divisions(t, d, err));
    LEHR_TRY(try_greedy(t, k, err));
  }
  return LEHR_OK;
}

static lehr_status try_parts(order_trial *t, lehr_error *err) {
  const size_t n = (size_t)t->g.n;
  divisions d = {.sweep = sweep_create(t->g),
                 .level = memory_array(n, sizeof *d.level),
                 .start = memory_array(n, sizeof *d.start)};
  const bool is_possible = d.sweep && d.level && d.start;
  const lehr_status status = is_possible ? try_rounds(t, &d, err) : error_memory(err, n * 64);
  sweep_free(d.sweep);
  free(d.level);
  free(d.start);
  return status;
}

lehr_status order_search(tn_graph g, const order_limits *limits, order_found *out,
                         lehr_error *err) {
  *out = (order_found){0};
  order_trial t;
  if (!trial_make(&t, g, limits)) return error_memory(err, (uint64_t)g.n * 64);
  lehr_status status = trial_bound(&t, err);
  if (status == LEHR_OK) status = try_given(&t, err);
  if (status == LEHR_OK && g.n > 1 && !t.is_hopeless) status = try_sparse(&t, err);
  if (status == LEHR_OK && g.n > 1 && !t.is_hopeless) status = try_levels(&t, err);
  if (status == LEHR_OK && g.n > 1) status = try_sweeps(&t, err);
  if (status == LEHR_OK && g.n > 1) status = try_parts(&t, err);
  if (status == LEHR_OK && g.n > 1) status = order_improve(&t, ALL, err);
  *out = t.best;
  trial_free(&t);
  if (status == LEHR_OK) return LEHR_OK;
  free(out->order);
  *out = (order_found){0};
  return status;
}
