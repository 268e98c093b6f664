/* SPDX-License-Identifier: Apache-2.0 */
/* tn/natural.h - natural numbers of any size: how many states there are.
 *
 * Limbs of 18 decimals, so that they are easily read and written. {0} is the number 0. */
#ifndef LEHR_TN_NATURAL_H
#define LEHR_TN_NATURAL_H

#include "lehr/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct natural {
  uint64_t *limb; /* [count] least first, the last one not 0 */
  size_t count, room;
} natural;

void natural_free(natural *a);

/* a = 0. */
static inline void natural_clear(natural *a) { a->count = 0; }
/* a = a * factor + add. ENOMEM. O(limbs) */
lehr_status natural_multiply_add(natural *a, uint64_t factor, uint64_t add, lehr_error *err);
/* a = a + b. ENOMEM. O(limbs) */
lehr_status natural_add(natural *a, const natural *b, lehr_error *err);
/* a = a * b. ENOMEM. O(limbs * limbs) */
lehr_status natural_multiply(natural *a, const natural *b, lehr_error *err);
/* a = a * 2^exponent. ENOMEM. O(limbs * exponent) */
lehr_status natural_shift(natural *a, int32_t exponent, lehr_error *err);

/* In decimal, a new string that the caller frees; NULL when memory is short. O(limbs) */
char *natural_decimal(const natural *a);

#endif
