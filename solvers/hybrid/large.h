/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/large.h - parts that are too large for a population: annealed once, then improved
 * block by block. */
#ifndef LEHR_SOLVERS_HYBRID_LARGE_H
#define LEHR_SOLVERS_HYBRID_LARGE_H

#include "solvers/hybrid/spend.h"

/* More variables make a part large, if they are in no groups. */
enum { LARGE_PART = 1 << 17 };

/* Whether a part is one of them. */
bool large_is(const part *p);
/* Spends the slice. */
lehr_status large_slice(hybrid *h, part *p, slice budget);

#endif
