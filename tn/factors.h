/* SPDX-License-Identifier: Apache-2.0 */
/* tn/factors.h - tables of energies over a few variables, where fields and couplings do not do.
 *
 * Groups of variables that have d states together are kept in codes of ceil(log2 d) bits (legs.h);
 * what two groups cost together is such a table. Codes may be more than states: then some states
 * have two codes. Minima do not mind. Sums halve the weight of an entry once for every such state
 * (`twice`), and lists of states leave out the second code (`again`): nothing has to be infinite.
 */
#ifndef LEHR_TN_FACTORS_H
#define LEHR_TN_FACTORS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tn_factors {
  int32_t count;
  int64_t *first;    /* [count+1] variables of factor f are variable[first[f]] .. first[f+1] */
  int32_t *variable; /* bit k of an entry's number is the k-th of them, 1 for spin +1 */
  int64_t *entry;    /* [count+1] its 2^variables entries begin at entry[f] */
  int64_t *value;    /* energies: even numbers, 0 is the lowest of each factor */
  uint8_t *twice;    /* states of the entry that have two codes, of those that this factor tells */
  uint8_t *again;    /* whether one of these codes is the second one */
} tn_factors;

/* Where factor f's variables and entries are. */
typedef struct tn_factor {
  int32_t width;
  const int32_t *variable; /* [width] */
  int64_t *value;          /* [1 << width] and so the others */
  uint8_t *twice, *again;
} tn_factor;

static inline tn_factor factors_at(const tn_factors *f, int32_t k) {
  return (tn_factor){.width = (int32_t)(f->first[k + 1] - f->first[k]),
                     .variable = f->variable + f->first[k],
                     .value = f->value + f->entry[k],
                     .twice = f->twice + f->entry[k],
                     .again = f->again + f->entry[k]};
}

void factors_free(tn_factors *f);
/* False when memory is short; *out is empty then. */
bool factors_copy(const tn_factors *f, tn_factors *out);

/* One more factor over variable[width], all entries 0, as the last. False when memory is short. */
bool factors_append(tn_factors *f, int32_t width, const int32_t variable[]);

/* Makes 0 the lowest value of factor k and returns what that was. */
int64_t factors_settle(const tn_factors *f, int32_t k);

/* The entry of factor k in a state of all variables. */
int64_t factors_entry(const tn_factors *f, int32_t k, const int8_t spins[]);

/* Sum of all factors. O(variables of factors). */
int64_t factors_energy(const tn_factors *f, const int8_t spins[]);

/* Factor k of `f` with some variables fixed (value[v] = -1, +1) is appended to out->factors over
 * number[v] of the others. What that leaves of one variable becomes a field h[number[v]], and of
 * none a constant: added to *constant; what such a factor said of second codes is lost, so that
 * with some variables fixed minima are right, and not numbers of states. False when memory is
 * short. */
typedef struct factors_part {
  const int8_t *value;   /* NULL: nothing is fixed */
  const int32_t *number; /* of variables, new */
  tn_factors *factors;
  int64_t *h, *constant;
} factors_part;
bool factors_restrict(const tn_factors *f, int32_t k, const factors_part *out);

#endif
