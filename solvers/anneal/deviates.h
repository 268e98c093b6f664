/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/deviates.h - exponentially distributed numbers from random words: -ln of a uniform
 * one, the same bits on every machine. */
#ifndef LEHR_SOLVERS_ANNEAL_DEVIATES_H
#define LEHR_SOLVERS_ANNEAL_DEVIATES_H

#include "lehr/plugin.h"

#include <stdbool.h>

enum { DEVIATE_BITS = 10 };

/* -ln(1 + k / 2^DEVIATE_BITS) and 1 / (1 + k / 2^DEVIATE_BITS). */
typedef struct deviates {
  double minus_log[1 << DEVIATE_BITS], inverse[1 << DEVIATE_BITS];
} deviates;

/* Takes its memory from run; NULL when that is refused. */
const deviates *deviates_make(lehr_run *run);

/* -ln((word + 1/2) / 2^32), to 1e-12: at most 22.9, so that what is less likely than 2^-33 never
 * happens. */
static inline double deviates_at(const deviates *d, uint32_t word) {
  const uint64_t odd = (uint64_t)word << 1 | 1; /* u = odd / 2^33 */
  const int shift = __builtin_clzll(odd);       /* u = m 2^(30 - shift), m in 1..2 */
  const uint64_t fraction = odd << shift & ~(UINT64_C(1) << 63);
  const uint32_t k = (uint32_t)(fraction >> (63 - DEVIATE_BITS));
  const uint64_t rest = fraction & ((UINT64_C(1) << (63 - DEVIATE_BITS)) - 1);
  /* ln m = ln m0 + ln(1 + e) with e < 2^-10 */
  const double e = (double)(int64_t)rest * 0x1p-63 * d->inverse[k];
  const double tail = e * (1 - e * (0.5 - e * (1.0 / 3 - e * 0.25)));
  return (shift - 30) * 0.69314718055994531 + d->minus_log[k] - tail;
}

#endif
