/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/minimum.h - the lowest energy of a network and a state that has it, with proof.
 *
 * State. Where the decisions of all operations fit they are kept and traced back. Else the order is
 * turned round so that a large front in the middle comes last (reroot.h), only the decisions of the
 * last operations are kept, and the network conditioned on what they tell falls into pieces that
 * are much narrower; each is solved in the same way with an order of its own. That takes two
 * tables, and hardly more time than the energy alone. Where memory has room for one, the order
 * stays, and what its last front tells takes its place: up to twice the time on lattices.
 *
 * Halves of a long chain are as wide as the whole. There all decisions are kept, but not at a time:
 * copies of the tables at the start of some stretches are, and these are run once more, the last
 * one first (retrace.h): twice the time.
 *
 * Networks whose coefficients are nearly multiples of one number are solved by smaller entries,
 * where they would take seconds (coarse.h).
 *
 * Proof. The value of a run is never above the optimum, whatever the element type. If the state has
 * exactly that energy, it is an optimum; else the type saturated and the run is repeated in the
 * next one. Without a state the type must fit the bound of the range. Where
 * memory has no room for the next type, the state and the value of the last run are what there is,
 * if that will do (keeps_state). */
#ifndef LEHR_TN_MINPLUS_MINIMUM_H
#define LEHR_TN_MINPLUS_MINIMUM_H

#include "tn/minplus/run.h"
#include "tn/plan.h"

/* Finds an order of elimination for a connected network. find == NULL: order_find.h. Not asked for
 * a network whose order is given. */
typedef struct mp_orderer {
  lehr_status (*find)(void *user, const tn_network *t, int32_t order[], lehr_error *err);
  void *user;
} mp_orderer;

typedef struct mp_options {
  const int32_t *order; /* [t->n] of the whole network, or NULL: the orderer's for each part */
  mp_orderer orderer;
  int64_t order_work; /* steps of about a nanosecond that order_find may take for one network */
  int level;          /* cpu_level or MP_SCALAR */
  mp_type least;      /* the smallest type to try */
  uint64_t decision_bytes; /* keep all decisions of a run if they are fewer */
  uint64_t trace_bytes;    /* for stretches: decisions and copies of tables; 0: never any */
  double coarse_seconds;   /* networks that take longer are tried in coarser units (coarse.h) */
  bool keeps_state;        /* a state and a bound, not ENOMEM, where a larger type does not fit */
  int64_t tolerance;       /* networks too large for int32 are rounded if the gap is at most this */
} mp_options;

/* int8, 16 MiB of decisions, 64 MiB for stretches, exact, the best level; a second of planning at
 * most. */
mp_options mp_options_of(mp_orderer orderer);

typedef struct mp_minimum {
  bool is_stopped; /* nothing else is valid */
  bool is_short;   /* memory ended it: energy may be above bound, with keeps_state only */
  int64_t bound;   /* no state is below; constant included */
  int64_t energy;  /* of the state; without one, bound */
  mp_type type;    /* of the largest run that counted */
  int32_t width;
  int64_t runs, repeated; /* programs run; of these, for a larger type */
  double updates;
  uint64_t peak; /* bytes of tables, tiles and decisions */
} mp_minimum;

/* spins[t->n] nullable. The state is an optimum if energy == bound. ENOMEM if guard->bytes do not
 * do; EUNAVAILABLE if a table needs more than TN_MOST_SLOTS. */
lehr_status mp_minimize(const tn_network *t, const mp_options *o, const tn_guard *guard,
                        int8_t spins[], mp_minimum *out, lehr_error *err);

/* What mp_minimize_plan will take for a state, in the first type that it tries. ENOMEM. */
typedef struct mp_needs {
  uint64_t bytes; /* of guard->bytes */
  double seconds;
} mp_needs;
lehr_status mp_minimize_needs(const tn_plan *p, const mp_options *o, const tn_guard *guard,
                              mp_needs *out, lehr_error *err);

/* The same for the network of a plan, by its order; bits[p->n] (nullable) is a state of the model.
 * EUNAVAILABLE if the plan does not fit. */
lehr_status mp_minimize_plan(const tn_plan *p, const mp_options *o, const tn_guard *guard,
                             uint8_t bits[], mp_minimum *out, lehr_error *err);

#endif
