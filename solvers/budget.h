/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/budget.h - how long and in how many rounds engines sweep: sweeps of reads, a number of
 * attempts, or a time. A sweep visits every variable once. */
#ifndef LEHR_SOLVERS_BUDGET_H
#define LEHR_SOLVERS_BUDGET_H

#include "lehr/plugin.h"

#include <stdbool.h>

enum { DEFAULT_SWEEPS = 1000 }; /* where neither options nor budgets say how many */

typedef struct budget {
  int64_t reads;
  int64_t sweeps;     /* of the first round */
  bool is_work_bound; /* fewer reads or sweeps than asked for, or as many as the work allows */
  bool is_timed;      /* rounds of twice as many sweeps each until the deadline */
  int64_t spared;  /* attempts that the engine did not make since they could not change anything */
  double begin;    /* wall clock when the run began; with a time limit only */
  double deadline; /* wall clock; leaves time to evaluate and deliver the reads. HUGE_VAL: none */
} budget;

/* To be called when a run begins: a time limit counts from here, preparations included.
 * reads: when the caller asked for no number; sweeps: the engine's option, 0 where it was left to
 * the engine, which then makes as many as work or time allow, or DEFAULT_SWEEPS.
 * A work budget buys whole sweeps of all reads; one that does not reach for one sweep each buys
 * fewer reads, and always one.
 * With a time limit and no wish for reads, large models get fewer of them than `reads`: evaluating
 * them must not take longer than finding them. */
budget budget_of(const lehr_run *run, int64_t reads, int64_t sweeps);
/* Sets the deadline, which leaves time to deliver: all reads after rounds, else one block. Rounds
 * of models so large that the first one would not come to its end begin with fewer sweeps. */
void budget_set_deadline(budget *b, const lehr_run *run, int64_t block);
/* The same behind a trial, which told what sweeps take. */
void budget_shorten(budget *b, double seconds_per_sweep);
/* Tells the host what was made of the budget: sweeps of each read, in all rounds together, attempts
 * counted, and which budget ended the run. */
void budget_conclude(const budget *b, lehr_run *run, int64_t sweeps, int64_t attempts);
/* For plan(): whether rounds fill the time limit (`sweeps` as above), and the predicted seconds of
 * reads that take so many for each visit of a variable. */
bool budget_will_be_timed(const lehr_plan *plan, int64_t sweeps);
double budget_seconds(const lehr_plan *plan, double visits_per_sweep, int64_t sweeps,
                      double seconds_per_visit);
/* Whether the run should stop or a deadline of its own (wall clock, HUGE_VAL: none) has passed. */
bool budget_should_stop(lehr_run *run, double deadline);
/* Sweeps of the round after one that took `seconds` for `sweeps`; 0 when the time is up. */
int64_t budget_next_sweeps(const budget *b, int64_t sweeps, double seconds);

#endif
