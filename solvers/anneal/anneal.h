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
/* Sets the deadline, which leaves time to deliver: all reads after rounds, else one block. */
void anneal_set_deadline(anneal_budget *b, const lehr_run *run, int64_t block);
/* Tells the host what was made of the budget: sweeps of each read, in all rounds together, attempts
 * counted, and which budget ended the run. */
void anneal_conclude(const anneal_budget *b, lehr_run *run, int64_t sweeps, int64_t attempts);
/* Sweeps of the round after one that took `seconds` for `sweeps`; 0 when the time is up. */
int64_t anneal_next_sweeps(const anneal_budget *b, int64_t sweeps, double seconds);
/* Applies beta_hot and beta_cold; cost_unit is the energy of a flip of cost 1. */
void anneal_override(range *r, const anneal_options *o, double cost_unit);

/* ---- outcome.c ---- */

/* Final states of the reads of one block, and the best that each read has had in earlier rounds.
 *
 * Reads are annealed in blocks: by all threads, then looked at by the one that may call the host.
 * So memory follows the block, a target is seen between blocks whichever thread reached it, and
 * when the run should stop little is left to do: reads begun are cut short, those not begun are
 * left out. */
typedef struct anneal_rows {
  uint8_t *fresh;    /* [block][n] */
  uint8_t *is_fresh; /* [block] whether the read was begun */
  int64_t block;
  /* With a time limit and rounds; else NULL. */
  uint8_t *best;    /* [reads][n] */
  uint8_t *has_row; /* [reads] */
  energy *energies; /* [reads] of best */
  int64_t reads;
  int64_t lowest; /* read with the lowest of the energies; -1 at first */
} anneal_rows;

/* Reads in a block: `lanes` for each thread, several times as many where they take no time. */
int64_t anneal_block(const lehr_model_view *m, int64_t sweeps, int32_t threads, int32_t lanes);
/* Bytes of anneal_rows for so many reads. */
double anneal_rows_bytes(const lehr_model_view *m, int64_t block, int64_t reads, bool is_timed);
bool anneal_rows_make(anneal_rows *rows, lehr_run *run, const anneal_budget *b, int64_t block);
/* Takes the first `count` fresh rows, which are reads first, first + 1, ...: delivers them, or with
 * rounds keeps the better row of each read and tells the host when the best of all improved. The
 * block is empty afterwards. */
lehr_status anneal_rows_take(anneal_rows *rows, lehr_run *run, int64_t first, int64_t count);
/* Delivers the kept rows, the best one first. */
lehr_status anneal_rows_deliver(const anneal_rows *rows, lehr_run *run);

#endif
