/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/spend.h - what a part does with its slice of the budget. */
#ifndef LEHR_SOLVERS_HYBRID_SPEND_H
#define LEHR_SOLVERS_HYBRID_SPEND_H

#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/meter.h"

/* A first state of a part, which has a population afterwards. */
lehr_status spend_begin(hybrid *h, part *p);
/* Spends the slice on a part, whose population is there. */
lehr_status spend_slice(hybrid *h, part *p, slice budget);

#endif
