/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/levels.h - the semirings by instruction set; alike in every bit, since no sum is
 * added up in an order that depends on the width of vectors. */
#ifndef LEHR_TN_SEMIRING_LEVELS_H
#define LEHR_TN_SEMIRING_LEVELS_H

#include "tn/semiring/semiring.h"

#define LEVEL_NAME_(name, level) name##_##level
#define LEVEL_NAME(name, level) LEVEL_NAME_(name, level)
#define OF_LEVEL(name) LEVEL_NAME(name, LEVEL) /* in files that are compiled once per level */

#define SEMIRINGS_OF(level)                                                                        \
  LEVEL_NAME(sum_narrow, level), LEVEL_NAME(sum_wide, level), LEVEL_NAME(lowest_energy, level),    \
      LEVEL_NAME(count_wide, level), LEVEL_NAME(count_residue, level)
extern const semiring SEMIRINGS_OF(scalar), SEMIRINGS_OF(baseline);
#if defined(__x86_64__)
extern const semiring SEMIRINGS_OF(avx2), SEMIRINGS_OF(avx512);
#endif

#endif
