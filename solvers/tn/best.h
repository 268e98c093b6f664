/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tn/best.h - the best state of an approximate mode, and bounds in the model's units. */
#ifndef LEHR_SOLVERS_TN_BEST_H
#define LEHR_SOLVERS_TN_BEST_H

#include "solvers/descent.h"
#include "solvers/tn/engine.h"

typedef struct tn_best {
  lehr_run *run;
  const tn_network *t;
  descent walk;  /* polishes candidates */
  int8_t *spins; /* [n] */
  uint8_t *bits; /* [n] scratch */
  int64_t value; /* of spins, as network_energy without t->constant; INT64_MAX: none yet */
} tn_best;

/* Bytes of it. Its memory is the run's; false when that is refused. Begins with the best of the
 * given states and the minimum next to a random one. */
uint64_t tn_best_bytes(const lehr_model_view *m);
bool tn_best_make(tn_best *b, lehr_run *run, const tn_network *t);

/* spins[n], taken to the next minimum of single flips, if that is better. Tells the host. */
void tn_best_offer(tn_best *b, const int8_t spins[]);

/* No state has a value below `bound` (value as above, at most that of the best): tells the host,
 * rounded to the safe side. */
void tn_best_bound(const tn_best *b, int64_t bound);

/* A row for every state of spins[count][n] and one for the best, `reads` at most. */
lehr_status tn_best_deliver(const tn_best *b, const int8_t spins[], int64_t count, int64_t reads);

#endif
