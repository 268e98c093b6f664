/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/host.h - a solve in progress, seen from the side of the host.
 *
 * The host believes nothing: energies and feasibility are recomputed from the model, bounds are
 * held against them, and the first malformed sample ends the run as a failure. */
#ifndef LEHR_SOLVERS_HOST_H
#define LEHR_SOLVERS_HOST_H

#include "base/memory.h"
#include "lehr/plugin.h"
#include "qubo/sampleset.h"
#include "solvers/statistics.h"

#include <stdatomic.h>
#include <stdbool.h>

/* A solve in progress; lehr_run.host points here. */
typedef struct host {
  lehr_run run; /* what the engine sees */
  const lehr_model_view *model;
  lehr_params params;
  lehr_sampleset *set;
  arena memory;
  double wall_start, cpu_start;
  double cpu_read, cpu_read_wall; /* last reading of the CPU clock, and when */
  atomic_int stop_reason;         /* -1 or the lehr_stop_reason that should_stop gave */
  _Atomic int64_t unsorted;       /* rows of the set, which take time after the run */
  int ended_by;                   /* -1 or the lehr_stop_reason that the engine gave */
  const lehr_option_table *options;
  void *prepared; /* of lehr_engine.prepare, or NULL */
  void *used;     /* the engine's options with what it reported as used */
  bool has_best, best_feasible;
  bool is_best_kept; /* a sample equals or betters the best */
  energy best;
  uint8_t *best_bits; /* [n] */
  bool has_bound, is_infeasible;
  bool is_unfinished; /* the engine did not tell all that was asked for */
  energy bound;
  statistics told; /* to be freed */
  double time_to_best_s, last_progress_s;
  int64_t attempts;
  int64_t n_reads; /* occurrences taken so far */
  lehr_status
      sample_status; /* first failure of sample(); an engine that ignores it is not believed */
  lehr_error *err;
} host;

static inline host *host_of(lehr_run *run) { return run->host; }

/* Ends the run as a failure: an engine that does `what` is not believed in anything. */
lehr_status host_distrust(host *h, const char *what);
/* Whether all of bits[n] are 0 or 1. */
bool host_are_bits(const host *h, const uint8_t bits[]);

/* Fills h->run; model, params, set, memory, best_bits, prepared and used are there already. threads
 * >= 1. */
void host_prepare(host *h, const lehr_engine *engine, const void *options, int32_t threads);

/* After the run: the best state found on the way counts as a read when no read equals or betters
 * it, rows are sorted, and status, bound, proof and stop reason are drawn from what the host saw.
 * EINTERNAL if the engine contradicted itself. */
lehr_status host_conclude(host *h);

#endif
