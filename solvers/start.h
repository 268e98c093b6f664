/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/start.h - the state a read begins with: given by the caller or random, and satisfying
 * the model's groups. Depends on (key, read) only. */
#ifndef LEHR_SOLVERS_START_H
#define LEHR_SOLVERS_START_H

#include "lehr/plugin.h"

#include <stdbool.h>

/* Writes the start of read number `read` into bits[n]. Groups must be disjoint to be satisfied:
 * a given row that breaks one is repaired with as few flips as possible, a random one is uniform
 * among the valid assignments of each group. `round` tells apart repeated runs of one read. */
void start_state(const lehr_run *run, int64_t read, int64_t round, uint8_t bits[]);

/* Whether to stop delivering samples, which takes time as well: the run should stop, and did so a
 * while ago. `since` is the wall clock when delivery began. A time limit gets 30 ms more, a signal
 * 0.1 s. */
bool start_is_late(lehr_run *run, double since);

/* Tells the host of the given states: candidates for the best. */
void start_offer(lehr_run *run);

/* Delivers the starts of reads 0..reads-1 as samples: what a time limit of 0 asks for. As many as
 * can be had in 30 ms, and one at least. */
lehr_status start_report(lehr_run *run, int64_t reads);

/* The start of the first read, taken downhill as far as there is time (descent.h): the answer of a
 * run that should stop before it has another one. */
void start_hurried(lehr_run *run, uint8_t bits[]);

/* Delivers it. */
lehr_status start_answer(lehr_run *run);

/* What a run returns that could not be prepared (poll.h): that state if it should stop, else
 * LEHR_ENOMEM. */
lehr_status start_instead(lehr_run *run);

#endif
