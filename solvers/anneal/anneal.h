/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/anneal.h - simulated annealing of many replicas (Kirkpatrick, Gelatt, Vecchi
 * 1983).
 *
 * Models without groups: one replica per SIMD lane (lanes.h). Models with groups: exchange moves
 * within the groups, one replica at a time (grouped.h). */
#ifndef LEHR_SOLVERS_ANNEAL_ANNEAL_H
#define LEHR_SOLVERS_ANNEAL_ANNEAL_H

#include "base/options.h"
#include "qubo/energy.h"
#include "solvers/anneal/range.h"

typedef struct anneal_options {
#define OPT OPTION_MEMBER
#include "solvers/anneal/options.def"
#undef OPT
} anneal_options;

/* The engine's run() with kernels of a given level (LANES_SCALAR or a cpu_level). All levels give
 * the same samples; tests compare them. */
lehr_status anneal_run_at(lehr_run *run, int level);

/* ---- For the two kinds of models ---- */

/* How long and in how many rounds to anneal. */
typedef struct anneal_budget {
  int64_t reads;
  int64_t sweeps;     /* of the first round */
  bool is_work_bound; /* fewer reads or sweeps than asked for, or as many as the work allows */
  bool is_timed;      /* rounds of twice as many sweeps each until the deadline */
  double deadline; /* wall clock; leaves time to evaluate and deliver the reads. HUGE_VAL: none */
} anneal_budget;

/* A work budget buys whole sweeps of all reads; one that does not reach for one sweep each buys
 * fewer reads, and always one.
 * With a time limit and no wish for reads, large models get fewer of them than the option says:
 * evaluating the reads must not take longer than finding them. */
anneal_budget anneal_budget_of(const lehr_run *run);
/* Tells the host what was made of the budget: sweeps of each read, in all rounds together, attempts
 * counted, and which budget ended the run. */
void anneal_conclude(const anneal_budget *b, lehr_run *run, int64_t sweeps, int64_t attempts);
/* Sweeps of the round after one that took `seconds` for `sweeps`; 0 when the time is up. */
int64_t anneal_next_sweeps(const anneal_budget *b, int64_t sweeps, double seconds);
/* Applies beta_hot and beta_cold; cost_unit is the energy of a flip of cost 1. */
void anneal_override(range *r, const anneal_options *o, double cost_unit);

/* Rows of final states, and of the best that each read has had in earlier rounds. */
typedef struct anneal_rows {
  uint8_t *fresh, *best; /* [reads][n]; best only if timed */
  energy *energies;      /* [reads] of best */
  int64_t reads;
  int64_t lowest; /* read with the lowest of the energies */
  bool has_best;
} anneal_rows;

bool anneal_rows_make(anneal_rows *rows, lehr_run *run, const anneal_budget *b);
/* Keeps the better row of each read, and tells the host when the best of all improved. */
void anneal_rows_keep(anneal_rows *rows, lehr_run *run);
lehr_status anneal_rows_deliver(const anneal_rows *rows, lehr_run *run);

#endif
