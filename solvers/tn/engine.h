/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tn/engine.h - between the engine's files: a run and the contraction that it makes.
 *
 * A model is not presolved where numbers of states matter (tasks.c), only mirrored. */
#ifndef LEHR_SOLVERS_TN_ENGINE_H
#define LEHR_SOLVERS_TN_ENGINE_H

#include "base/options.h"
#include "lehr/plugin.h"
#include "tn/beam/walk.h"
#include "tn/guard.h"
#include "tn/plan.h"

#include <stdbool.h>

typedef struct tn_options {
#define OPT OPTION_MEMBER
#include "solvers/tn/options.def"
#undef OPT
} tn_options;

enum { TN_MINIMUM, TN_SAMPLE, TN_BEAM, TN_MPS };
enum { TN_SLICING_AUTO, TN_SLICING_NEVER, TN_SLICING_ALWAYS };

/* What is asked for beside the minimum. */
static inline bool tn_lists_states(const tn_options *o) { return o->lowest > 0 || o->delta >= 0; }
static inline bool tn_is_approximate(const tn_options *o) { return o->mode >= TN_BEAM; }
static inline bool tn_sums(const tn_options *o) {
  return o->mode == TN_SAMPLE || o->log_z || o->marginals;
}
static inline bool tn_needs_minimum(const tn_options *o) {
  return o->mode == TN_MINIMUM && !tn_lists_states(o);
}
static inline bool tn_needs_all(const tn_options *o) {
  return tn_lists_states(o) || tn_sums(o) || o->count;
}

/* How the lowest energy is found (ways.c). */
typedef enum tn_way { WAY_PLAIN, WAY_GLANCE_FIRST, WAY_SLICED_FIRST, WAY_SLICED, WAY_NONE } tn_way;

/* What plan() found, for the run after it, which takes it out: contractions by whether only the
 * minimum is asked for, or the walk of an approximate mode. */
typedef struct tn_prepared {
  tn_plan plan[2];
  bool is_there[2];
  bool finds_state; /* what needs all of the model also finds the minimum */
  tn_way way;
  beam_walk_list walks;
  int32_t ibound; /* of the mini-buckets */
} tn_prepared;

/* What plan() is asked. */
typedef struct tn_question {
  const lehr_model_view *m;
  const tn_options *o;
  int64_t reads;
  tn_prepared *prepared; /* gets what is found */
} tn_question;

typedef struct tn_job {
  lehr_run *run;
  const tn_options *o;
  tn_guard guard;
  tn_plan plan;   /* of what the files below contract */
  tn_way way;     /* where only the minimum is asked for */
  lehr_error err; /* of the functions of tn/ */
  bool has_state; /* a sample was delivered */
  uint8_t *known; /* [n] the run's: a state to deliver if there will be none; NULL: none */
  bool is_short;  /* of memory: bounded slicing has left a part undone */
} tn_job;

/* A contraction's cost, for plan(). */
typedef struct tn_estimate {
  uint64_t bytes;
  double seconds;
  bool fits;
  bool by_fronts; /* states are counted so, which also finds one of lowest energy */
} tn_estimate;

/* Energies of the network as those of the model. */
double tn_real_energy(const tn_network *t, int64_t value);

/* No state is more than `gap` of the network's units below bits[n], 0: none is: tells the bound. */
void tn_tell_gap(lehr_run *run, const tn_network *t, int64_t gap, const uint8_t bits[]);

/* A state of lowest energy with its proof, delivered `reads` times. *is_short: entries of the first
 * type did not do, and memory for those of the next was not there; a state with a bound, if any. */
lehr_status tn_run_minimum(tn_job *j, bool *is_short);
lehr_status tn_plan_minimum(const tn_plan *p, const tn_guard *guard, tn_estimate *e,
                            lehr_error *err);

/* What bounded slicing may take. */
typedef struct tn_effort {
  double updates; /* table entries */
  uint64_t bytes;
  int64_t order_work; /* steps for orders at each width, 0: the default */
} tn_effort;
/* Bounded slicing (bounded.c) ends with a proof, or with a state and a lower bound once the run
 * should stop or that much was done; *is_proven says which. Bound and state are told, the state is
 * j->known. */
lehr_status tn_run_bounded(tn_job *j, const tn_effort *o, bool *is_proven);
/* What that takes at most, of so much memory. */
uint64_t tn_sliced_bytes(uint64_t memory);
/* All that a run of so many table entries may take. */
tn_effort tn_effort_of(const tn_job *j, double updates);
/* Whether few variables in copies make the plan's network narrow. */
bool tn_is_sliceable(const tn_plan *p, const lehr_model_view *m, uint64_t memory);

/* Where one contraction takes seconds, a glance goes before it: a state and a bound, for runs that
 * are stopped. Where it takes long, bounded slicing is often done before it and may try; where it
 * takes too long, or does not fit, there is at least a bound: for those who set a time limit. */
typedef struct tn_limits {
  uint64_t memory;
  double time_s; /* <= 0: none */
} tn_limits;
/* e: of the contraction. */
tn_way tn_way_of(const tn_plan *p, const tn_estimate *e, const lehr_model_view *m,
                 const tn_options *o, tn_limits limits);
/* *e and the note of a contraction, as they are that way. */
void tn_plan_way(tn_way way, uint64_t memory, lehr_plan *plan, tn_estimate *e);
/* The lowest energy, by j->way. */
lehr_status tn_run_way(tn_job *j);

/* Stopped before the answer (stopped.c): what is known, or a start and a bound that needs no
 * search.
 */
lehr_status tn_report_known(tn_job *j);

/* What tn_needs_all tells of. */
lehr_status tn_run_tasks(tn_job *j);
lehr_status tn_plan_tasks(const tn_plan *p, const tn_options *o, int64_t reads,
                          const tn_guard *guard, tn_estimate *e, lehr_error *err);

/* mode=beam: states found, with a bound (beam.c). EUNAVAILABLE beyond the memory. */
lehr_status tn_run_beam(tn_job *j);
lehr_status tn_plan_beam(const tn_question *q, uint64_t memory, lehr_plan *plan, lehr_error *err);

/* mode=mps: states found by approximate conditional probabilities, no bound (mps.c). */
lehr_status tn_run_mps(tn_job *j);
lehr_status tn_plan_mps(const tn_question *q, uint64_t memory, lehr_plan *plan, lehr_error *err);
/* Walks for the run that follows; l is empty then. */
void tn_keep_walks(tn_prepared *p, beam_walk_list *l);
/* These, or new ones, at most out->most, where none were kept (p may be NULL). */
lehr_status tn_take_walks(tn_prepared *p, const tn_network *t, beam_walk_list *out,
                          lehr_error *err);

/* How ground states are counted. */
typedef struct tn_count_way {
  bool by_fronts; /* count_network.h, else count.h */
  bool fits;
  uint64_t bytes;
  double seconds;
} tn_count_way;
lehr_status tn_count_plan(const tn_plan *p, const tn_guard *guard, tn_count_way *way,
                          lehr_error *err);
/* *states is a new string that the caller frees, NULL where the run was stopped. Fronts give a
 * state as well, which is delivered where the minimum is asked for. */
lehr_status tn_run_count(tn_job *j, char **states);
/* Whether tables of pairs may be avoided: nothing else needs tables of all numbers. */
static inline bool tn_only_counts(const tn_options *o) {
  return o->count && !tn_lists_states(o) && !tn_sums(o);
}

/* log Z of the plan's network, as that of the model. */
lehr_status tn_tell_log_z(tn_job *j, double log_z);

/* Probabilities at beta, and log Z. */
lehr_status tn_run_marginals(tn_job *j, double *log_z, bool *is_complete);
/* Pairs that it finds at most, of the network's variables. */
int64_t tn_pairs_of(const tn_plan *p, const tn_options *o);

/* Samples at beta, and log Z. */
lehr_status tn_run_samples(tn_job *j);
/* Reads of a batch, which contracts anew; and bytes of a batch beside the contraction. */
int64_t tn_batch(const tn_plan *p, int64_t reads, uint64_t memory);
uint64_t tn_batch_bytes(const tn_plan *p, int64_t batch);

#endif
