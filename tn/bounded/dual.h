/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/dual.h - better bounds by dividing fields better among copies.
 *
 * The lowest energy of a split network is a concave function of how fields are divided (Lagrangian
 * decomposition: Guignard, Kim 1987), and where copies disagree in the state that has it, the field
 * of those that are +1 should grow at the cost of the others: subgradient steps of Polyak's length
 * with deflected directions (Camerini, Fratta, Maffioli 1975), shorter ones from the best point
 * where some of them did not lead up. Every run is a lower bound, and the copies' majority,
 * improved by single flips, a state. */
#ifndef LEHR_TN_BOUNDED_DUAL_H
#define LEHR_TN_BOUNDED_DUAL_H

#include "tn/bounded/attainable.h"
#include "tn/bounded/relaxed.h"

/* The best state that is known, and who wants to hear of better ones. */
typedef struct tn_incumbent {
  int64_t energy; /* of the network, constant included; INT64_MAX: none */
  int8_t *spins;  /* [n] */
  void (*improved)(void *user, const int8_t spins[]); /* NULL: nobody */
  void *user;
} tn_incumbent;

/* spins[n], which is better, becomes the best one. */
void incumbent_take(tn_incumbent *best, int64_t energy, const int8_t spins[], int32_t n);

typedef struct tn_dual {
  const tn_network *t;
  tn_relaxed *r;
  tn_incumbent *best;
  const tn_guard *guard;
  tn_attainable attainable;
  int32_t n_divided;
  int32_t *divided; /* [n_divided] variables with several copies */
  int32_t *start;   /* [n_divided + 1] their copies in arrays of multipliers */
  int64_t runs;
  double updates;
  /* room */
  int64_t *field;     /* [copies] */
  int8_t *spin;       /* [copies] */
  int8_t *state;      /* [n] */
  int64_t *n_field;   /* [n] */
  double *direction;  /* [start[n_divided]] */
  double *multiplier; /* the same */
  double *before;     /* the same: the direction that left the best point */
  float *unrest;      /* [n_divided] how much copies disagreed lately */
} tn_dual;

/* ENOMEM. */
lehr_status dual_make(tn_dual *d, const tn_network *t, tn_relaxed *r, tn_incumbent *best,
                      const tn_guard *guard, lehr_error *err);
void dual_free(tn_dual *d);

/* What is known of one choice of fixed variables. */
typedef struct dual_result {
  bool is_stopped;
  int64_t bound;  /* energies of the network from here on are not below, constant included */
  double value;   /* the same before it was rounded up to an energy that there is */
  int32_t branch; /* number of the divided variable whose copies disagreed most, -1: none is free */
} dual_result;

/* Where a division of the fields has got to. */
typedef struct dual_point {
  float length;       /* of steps, as a share of Polyak's */
  float multiplier[]; /* [start[n_divided]] of copies */
} dual_point;

/* Fields of all copies in proportion to their couplings. */
void dual_begin(const tn_dual *d, dual_point *point);

/* How long to go on: until `most` runs, or `more` of them, after the first ones, did not close this
 * share of the gap. */
typedef struct dual_steps {
  int32_t first, more, most;
  double share;
} dual_steps;

/* Runs from a point, which becomes the best one met; ends as well once the bound reaches
 * the best state's energy. fixed[n]. */
lehr_status dual_ascend(tn_dual *d, const int8_t fixed[], const dual_steps *steps,
                        dual_point *point, dual_result *out, lehr_error *err);

#endif
