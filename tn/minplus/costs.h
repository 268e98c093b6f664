/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/costs.h - the cost tables of an operation (kernels.h), by element type, and
 * operations on tables that are no larger than a granule. */
#ifndef LEHR_TN_MINPLUS_COSTS_H
#define LEHR_TN_MINPLUS_COSTS_H

#include "tn/minplus/steps.h"

/* |value| / 2^shift, rounded down, at most the type's top. */
int64_t cost_clamp(mp_type type, int64_t value, int shift);

/* Fills s->costs.a, b, run_a, run_b, which have room, from the links inside; s->costs.table_bits
 * and run_bits are set. */
void costs_fill(mp_type type, mp_step *s);

/* entries[1 << f.width]: a factor's values, each in half as many units, clamped as above. */
void costs_of_factor(mp_type type, tn_factor f, int shift, void *entries);

/* ELIM and REPLACE where s->width <= lane_bits. There is one tile. */
void tiny_run(mp_type type, const mp_step *s, void *table);

#endif
