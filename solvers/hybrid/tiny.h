/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/tiny.h - minima of components of a few variables, of which there may be millions:
 * enumerated in place, in less time than a model of one and an engine's run would take. */
#ifndef LEHR_SOLVERS_HYBRID_TINY_H
#define LEHR_SOLVERS_HYBRID_TINY_H

#include "qubo/components.h"

enum { TINY_MOST = 10 };

/* Writes to bits[] of m, where component k has its variables, a state of lowest energy; of a real
 * model up to rounding. At most TINY_MOST variables, in no groups. O(2^size size). */
void tiny_minimum(const lehr_model_view *m, const components *c, int32_t k, uint8_t bits[]);

#endif
