/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/price.h - what a run over a semiring takes, in seconds of one core of Zen 4 with
 * AVX-512, measured where tables are in the third cache or in memory. */
#ifndef LEHR_TN_SEMIRING_PRICE_H
#define LEHR_TN_SEMIRING_PRICE_H

#include "tn/semiring/semiring.h"

typedef struct semiring_work {
  double operations;
  double entries; /* of tables that are computed */
  double kept;    /* of these, copied to be read later */
  double back;    /* of derivatives */
  uint64_t bytes; /* memory that is new */
} semiring_work;

double semiring_seconds(const semiring *s, const semiring_work *w);

#endif
