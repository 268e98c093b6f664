/* SPDX-License-Identifier: Apache-2.0 */
/* tn/count_slices.h - which variables of a front to fix, given all values of it that optima have.
 *
 * Variables that have one value in all of them cost nothing to fix. Of the others those of the
 * highest slots are fixed, as many as makes the number of different values times the predicted
 * seconds for what is left least. */
#ifndef LEHR_TN_COUNT_SLICES_H
#define LEHR_TN_COUNT_SLICES_H

#include "tn/cost.h"
#include "tn/minplus/front.h"
#include "tn/network.h"

/* Contracting pairs (energy, number) of a program. */
typedef struct count_price {
  double seconds;
  uint64_t bytes;
  bool fits;
} count_price;
lehr_status count_price_of(const tn_program *p, uint64_t limit, count_price *price,
                           lehr_error *err);

typedef struct count_slices {
  bool is_stopped; /* by the guard; nothing else is valid */
  int64_t count;
  uint64_t *index;                 /* [count] of the front */
  int32_t width;                   /* of the front */
  int32_t variable[TN_MOST_SLOTS]; /* by slot */
  uint64_t fixed;                  /* slots that are fixed */
  int32_t *order;                  /* of elimination, of what is left; NULL: nothing to be fixed */
  int64_t values;                  /* of the front */
} count_slices;

/* None if all choices that fit are predicted to take more than so many seconds. The list of values
 * takes of guard->bytes what f leaves, and what comes after it what the list leaves. ENOMEM. */
lehr_status count_slices_make(const tn_network *t, const mp_front *f, double seconds,
                              const tn_guard *guard, count_slices *out, lehr_error *err);
void count_slices_free(count_slices *s);
/* Of its list. */
uint64_t count_slices_bytes(const count_slices *s);

/* value[n]: number k of the list; variables that stay are left as they are, that is 0. */
void count_slices_values(const count_slices *s, int64_t k, int8_t value[]);

#endif
