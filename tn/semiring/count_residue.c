/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of states modulo a prime below 2^62. */
#include "tn/semiring/levels.h"

#include "tn/residue.h"

#include <math.h>

#define STATES uint64_t
#define STATES_ONE 1
#define STATES_CURSOR uint64_t *
#define STATES_AT(t, i) ((uint64_t *)(t)->plane[1] + (i))
#define LOAD_STATES(at, k) (at)[k]
#define STORE_STATES(at, k, states) ((at)[k] = (states))
#define RING uint64_t
#define RING_OF(c) (c)->prime
#define STATES_PLUS(prime, a, b) residue_add(a, b, prime)
#define STATES_TIMES(prime, a, b) residue_mul(a, b, prime)
#define STATES_HALVED(prime, times) residue_power(((prime) + 1) / 2, times, prime)

#include "tn/semiring/counted.inc"

const semiring OF_LEVEL(count_residue) = {.kind = COUNT_RESIDUE,
                                          .planes = 2,
                                          .bytes = {sizeof(int64_t), sizeof(uint64_t)},
                                          .one = one,
                                          .factor = factor_entries,
                                          .forward = forward};
