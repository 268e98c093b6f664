/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/strip.h - one strip of replicas from its start states to local minima.
 *
 * Strip k of a round holds reads k*lanes .. (k+1)*lanes-1; 64 consecutive reads make a block. */
#ifndef LEHR_SOLVERS_ANNEAL_STRIP_H
#define LEHR_SOLVERS_ANNEAL_STRIP_H

#include "base/memory.h"
#include "solvers/anneal/course.h"
#include "solvers/anneal/deviates.h"
#include "solvers/anneal/schedule.h"

struct rounds; /* rounds.h */

/* What the strips of one round share, as a thread has it. */
typedef struct strip_job {
  lehr_run *run;
  const lane_model *model;
  const lane_kernel *kernel;
  const lane_kernel *trial_kernel; /* row kernel, or lanes of 16 bytes or one */
  const lane_quantiles *quantiles;
  schedule_shape shape;
  const deviates *deviates; /* boltzmann=1: for independent replicas; else NULL */
  int64_t sweeps, reads, round;
  const struct rounds *rounds; /* for progress; NULL in trials */
  int thread;                  /* of the rounds */
  double deadline;   /* wall clock; earlier than the host's by what the reads still need */
  int32_t site_work; /* rough cost of a visit: decides how often to ask for a stop */
} strip_job;

/* Working memory of one thread. */
typedef struct strip_space {
  lane_strip strip;
  void *threshold, *downhill; /* downhill: accepts only what lowers the energy */
  uint8_t *bits;              /* [n] */
  THREAD_APART;
} strip_space;

uint64_t strip_space_bytes(const lehr_model_view *m, int type, int lanes);
bool strip_space_make(strip_space *s, const strip_job *job);

/* Start states of strip `index`; false if the run should stop, when fields are unknown. */
bool strip_enter(const strip_job *job, strip_space *s, int64_t index);
/* All sweeps, or fewer when the run should stop or all replicas are frozen (frozen.h). Thread 0
 * reports progress. */
course strip_anneal(const strip_job *job, strip_space *s, int64_t index);
/* Descends to local minima in at most so many sweeps; false if the run should stop, and they were
 * more than take some 50 ms. */
enum { QUENCH_SWEEPS = 10000 };
bool strip_quench(const strip_job *job, strip_space *s, int64_t most);
/* Writes the lanes' states to rows[strip_reads][n]. */
void strip_leave(const strip_job *job, const strip_space *s, int64_t index, uint8_t rows[]);
/* Whether the run should stop or the job's deadline has passed. */
bool strip_should_stop(const strip_job *job);

/* Number of reads in strip `index`. */
int32_t strip_reads(const strip_job *job, int64_t index);
/* Spin of site i in a lane, +1 or -1. */
int strip_spin(const strip_job *job, const strip_space *s, int32_t i, int32_t lane);
/* Field of site i in a lane. */
int64_t strip_field(const strip_job *job, const strip_space *s, int32_t i, int32_t lane);

#endif
