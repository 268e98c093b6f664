/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/relaxed.h - the minimum of a split network, again and again.
 *
 * One program serves all: how fields are divided among copies and which variables are fixed only
 * changes its numbers. A fixed variable leaves the fields that it makes, and its couplings are 0.
 * Copies with one coupling are no part of the program: min_x x (f + J u) = -max(|f|, |J|) - u b, b
 * the smaller one of f and J with the sign of their product. */
#ifndef LEHR_TN_BOUNDED_RELAXED_H
#define LEHR_TN_BOUNDED_RELAXED_H

#include "tn/bounded/split.h"
#include "tn/minplus/run.h"

typedef struct tn_relaxed {
  bool is_twin; /* of another, whose arrays these are, except numbers and room */
  tn_split split;
  int32_t n_divided;  /* variables with several copies */
  bool is_by_regions; /* tn_labels */
  int32_t n_core;     /* copies in the program */
  int32_t *core;      /* [copies] number in the program, or -1 for those with one coupling */
  int32_t *copy;      /* [n_core] */
  tn_program program;
  int64_t *source;   /* [n_terms] entry of the split network's rows, of each term */
  int64_t *entering; /* [n_ops] and of the coupling with what enters, or -1 */
  mp_setup setup;
  pages_kept kept;
  uint64_t memory;      /* that a run may take */
  uint64_t bytes;       /* that it takes with one thread */
  uint64_t table_bytes; /* of these, without decisions */
  double seconds;       /* of a run, predicted */
  double updates;       /* table entries of a run */
  int64_t *field;       /* [copies] of the run at hand */
  int8_t *core_spin;    /* [n_core] */
} tn_relaxed;

typedef struct relaxed_options {
  int32_t width;
  int32_t trial;         /* labels_options */
  bool is_by_regions;    /* the same */
  const tn_guard *guard; /* the same */
  int64_t order_work;    /* steps for orders, in all */
  uint64_t memory;       /* bytes of a run */
  uint64_t
      decision_bytes; /* of these, for decisions: without them the state is not known in full */
} relaxed_options;

/* EUNAVAILABLE if even the narrowest one does not fit the memory; ENOMEM. */
lehr_status relaxed_make(const tn_network *t, const relaxed_options *o, tn_relaxed *out,
                         lehr_error *err);
void relaxed_free(tn_relaxed *r);
/* Another one that may run at the same time: its numbers and tables are its own, all else is r's,
 * which outlives it. ENOMEM. */
lehr_status relaxed_twin(const tn_relaxed *r, tn_relaxed *out, lehr_error *err);
/* Of a run with one thread and the widest elements. ENOMEM. */
lehr_status relaxed_most_bytes(const tn_relaxed *r, uint64_t *bytes, lehr_error *err);
/* Runs use another element type from now on. ENOMEM. */
lehr_status relaxed_retype(tn_relaxed *r, mp_type type, lehr_error *err);

typedef struct relaxed_result {
  bool is_stopped;  /* nothing else is valid */
  int64_t bound;    /* in the split network's integers: no state is below */
  int64_t energy;   /* of the copies' state, if all is known */
  bool is_complete; /* the copies' state is known in full */
  double updates;
} relaxed_result;

/* The fields of copies are field[copies]; those of a variable add up to its own. fixed[n]: -1, 0,
 * +1. copies' spins go to spin[copies], 0 where unknown or free. ENOMEM. */
lehr_status relaxed_run(tn_relaxed *r, const int64_t field[], const int8_t fixed[],
                        const tn_guard *guard, int8_t spin[], relaxed_result *out, lehr_error *err);

#endif
