/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/front.h - the values of a front in all states of lowest energy.
 *
 * A program whose last variables leave from one table has in it, for each of their values, the
 * lowest energy of everybody else. Together with what they have among themselves these are the
 * lowest energies given the front; where the table is in the middle of the order, it is what two
 * sweeps that meet know (reroot.h). Entries are lower bounds, exact unless the type saturated: all
 * values that optima have are among those told, and some of them may be others. */
#ifndef LEHR_TN_MINPLUS_FRONT_H
#define LEHR_TN_MINPLUS_FRONT_H

#include "tn/elimination.h"
#include "tn/minplus/run.h"

typedef struct mp_front {
  int32_t width;
  int32_t variable[TN_MOST_SLOTS]; /* by slot */
  int64_t bound;                   /* no state is below; of the program, without the constant */
  mp_table table;
  mp_type type;
  int32_t row_bits;          /* low slots that make a row of the table */
  int64_t least;             /* cost of the best entries */
  int64_t *row_least;        /* [1 << (width - row_bits)] */
  uint64_t held, peak;       /* bytes of guard->bytes: now, and while one thread made it */
  struct front_costs *costs; /* of the front by itself */
} mp_front;

/* order[t->n], of a connected network, becomes one of the same tables of which a large front leaves
 * last (reroot.h), from one table as far as branches allow that hang at a part of it: one of the
 * largest in the middle, where two tables meet; one there that may be TN_MIDDLE_SLACK smaller if
 * its sides are more alike; or one near to the end of the order, where one table comes alone.
 * *count is the front's size. EUNAVAILABLE beyond TN_MOST_SLOTS, ENOMEM. */
typedef enum front_place { FRONT_LARGEST, FRONT_MIDDLE, FRONT_LATE, FRONT_PLACES } front_place;
lehr_status front_order(const tn_network *t, front_place place, int32_t order[], int32_t *count,
                        lehr_error *err);
/* The first of the operations at the end that only let variables leave, `count` of them at most. */
int64_t front_begin(const tn_program *p, int32_t count);

/* Runs p up to operation `begin`, of front_begin; type is an integer, in which costs of the front
 * itself must be small enough: EUNAVAILABLE if they are not. Nothing but *is_stopped is valid where
 * the guard ended it. ENOMEM. */
lehr_status front_make(const tn_program *p, int64_t begin, mp_type type, const tn_guard *guard,
                       mp_front *out, bool *is_stopped, lehr_error *err);
void front_free(mp_front *f);

/* What front_make takes of guard->bytes. */
lehr_status front_bytes(const tn_program *p, int64_t begin, mp_type type, const tn_guard *guard,
                        uint64_t *bytes, lehr_error *err);

/* The best entries' indices, bit p of them is slot p, ascending; false where the guard ended it.
 * Only rows that have such entries are looked at again. */
typedef struct front_taker {
  void (*take)(void *user, uint64_t index);
  void *user;
} front_taker;
bool front_each(const mp_front *f, const tn_guard *guard, front_taker taker);

#endif
