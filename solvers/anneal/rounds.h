/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/rounds.h - reads in strips, strips in blocks, blocks in rounds: what is the same
 * for all kernels without groups.
 *
 * A strip is as many reads as a kernel takes at a time. Strips of a block are run by all threads;
 * then the block is delivered. With a time limit rounds of more and more sweeps follow each other
 * (budget.h). */
#ifndef LEHR_SOLVERS_ANNEAL_ROUNDS_H
#define LEHR_SOLVERS_ANNEAL_ROUNDS_H

#include "solvers/anneal/course.h"
#include "solvers/budget.h"
#include "solvers/read_rows.h"

typedef struct rounds {
  lehr_run *run;
  int64_t lanes;         /* reads of a strip */
  int64_t strips, reads; /* of a round */
  int64_t sweeps, round; /* of the round in progress */
  double deadline;       /* wall clock; earlier than the host's by what the reads still need */
  int32_t threads;
  read_rows rows;
  /* Runs reads index * lanes .. of the round and writes their states to out[][n], unless the course
   * is cut. Called by several threads at once. */
  course (*strip)(void *context, int64_t index, int thread, uint8_t out[]);
  /* Sees the fresh rows of a block before they are delivered. Nullable. */
  void (*look)(void *context, const read_rows *block);
  void *context;
  const char *phase; /* what progress calls it; NULL: none is told, as of trials */
} rounds;

/* Takes run, lanes, functions, context and phase from *r and fills in the rest. False when memory
 * is refused. */
bool rounds_prepare(rounds *r, budget *b);
lehr_status rounds_run(rounds *r, const budget *b);
/* Reads in strip `index`, which is the last one's rest or `lanes`. */
int64_t rounds_reads(const rounds *r, int64_t index);
/* Whether the run should stop or the deadline has passed. */
bool rounds_should_stop(const rounds *r);
/* Tells the host that `done` sweeps of strip `index` are made. From thread 0 of the rounds only: it
 * entered the run, and others must not call the host. OpenMP's number of the thread would be
 * another one where the caller has a team of his own. */
void rounds_report(const rounds *r, int thread, int64_t index, int64_t done);

#endif
