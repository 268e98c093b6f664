/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/energy_many.h - energies of many states at once: what energy_of() gives for each. */
#ifndef LEHR_QUBO_ENERGY_MANY_H
#define LEHR_QUBO_ENERGY_MANY_H

#include "qubo/energy.h"

/* Fills out[count] with the energies of rows[count][n]. Exact models: 64 rows at a time, each
 * coefficient as a word of the rows it applies to, added up by carry-save adders; a few operations
 * for each binary digit of a coefficient. Takes 8 n bytes meanwhile; where memory is short, for
 * real models and for single rows, one row after the other. */
void energy_many(const lehr_model_view *m, const uint8_t rows[], int64_t count, energy out[]);

#endif
