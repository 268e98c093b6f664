/* SPDX-License-Identifier: Apache-2.0 */
/* tn/count_network.h - how many states have the lowest energy, of networks whose tables of numbers
 * are too large.
 *
 * Tables of pairs (energy, number) take 20 bytes per entry, tables of lowest energies one. So two
 * sweeps over lowest energies meet in the middle first and tell which values of the front there
 * optima have (minplus/front.h). Given these, the network falls into pieces that are much narrower,
 * and whose numbers of optima are found in the same way or by count.h; those of all values of the
 * front add up. Where there are many such values, a part of the front is fixed instead, whichever
 * part is predicted to take least time; or nothing is, if tables of numbers are faster and fit.
 *
 * Saturated entries cannot make the number wrong: values of the front that optima do not have turn
 * out to have more energy than the others, and if all do, the run is repeated in a larger type. */
#ifndef LEHR_TN_COUNT_NETWORK_H
#define LEHR_TN_COUNT_NETWORK_H

#include "tn/guard.h"
#include "tn/natural.h"
#include "tn/network.h"

#include <stdbool.h>

typedef struct tn_count {
  bool is_complete; /* false: the guard ended it, nothing else is valid but states, to be freed */
  int64_t energy;   /* constant included */
  natural states;   /* the caller frees it */
  double updates;   /* entries that were computed */
  int64_t fronts;   /* values of fronts that were fixed */
} tn_count;

/* order[t->n] is one of elimination; spins[t->n] (nullable) become one of the states. Contractions
 * of pairs that are predicted to take less than l.seconds are not avoided; 0: all are. Everything
 * takes up to l.bytes, which should be those of the plan for one thread; only sweeps in a larger
 * type, and tables of numbers instead of too many values, may take more, up to guard->bytes. ENOMEM
 * if that does not do, EUNAVAILABLE if there are too many ground states for it, or beyond
 * TN_MOST_SLOTS. */
typedef struct count_limits {
  uint64_t bytes;
  double seconds;
} count_limits;
lehr_status count_network(const tn_network *t, const int32_t order[], count_limits l,
                          const tn_guard *guard, int8_t spins[], tn_count *out, lehr_error *err);

/* *bytes that it takes of guard->bytes, and about how long if few values of fronts are optimal. */
lehr_status count_network_plan(const tn_network *t, const int32_t order[], const tn_guard *guard,
                               uint64_t *bytes, double *seconds, lehr_error *err);

#endif
