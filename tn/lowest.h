/* SPDX-License-Identifier: Apache-2.0 */
/* tn/lowest.h - the states of lowest energy: the k first ones, or all within a distance of the
 * ground state.
 *
 * The table before a variable leaves states, for every completion by what leaves later, the lowest
 * energy that can still be had: an exact cost to go. Read backwards, partial states therefore have
 * exact bounds, and none is followed in vain: all partial states of one place of the program that
 * have a bound within the limits go one operation further at a time. Each of them has a completion
 * at its bound, so that keeping the k best partial states keeps the k lowest states. */
#ifndef LEHR_TN_LOWEST_H
#define LEHR_TN_LOWEST_H

#include "tn/guard.h"
#include "tn/program.h"
#include "tn/sumproduct.h"

#include <stdbool.h>

typedef struct tn_lowest_wish {
  int64_t most;  /* states, >= 1 */
  int64_t above; /* energies up to the lowest one + above (units of the network); INT64_MAX: all */
} tn_lowest_wish;

typedef struct tn_lowest {
  int64_t count;
  int64_t words;         /* 64-bit words per state */
  int64_t *energy;       /* [count] ascending; units of the network, without its constant */
  uint64_t *spins;       /* [count][words] bit v is 1 for +1; equal energies ascend by bits */
  int64_t complete_from; /* all states with lower energies than this are there; INT64_MAX: all */
} tn_lowest;

/* *is_complete is false, and *out empty, where the guard ended it. ENOMEM.
 * Which of the states with the last energy are there if not all are is decided by the program
 * alone. O(sum of 2^width + n count log(count)) beside copies of states. */
lehr_status lowest_states(const tn_program *p, tn_lowest_wish wish, const tn_guard *guard,
                          tn_lowest *out, bool *is_complete, lehr_error *err);
void lowest_free(tn_lowest *l);

/* The most that it takes, if there are wish.most states. */
lehr_status lowest_plan(const tn_program *p, tn_lowest_wish wish, tn_need *cost, uint64_t limit,
                        lehr_error *err);

#endif
