/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/steps.h - the operations of a pass made ready for the kernels.
 *
 * Everything that is the same in all tiles is worked out once: slots in the tile's numbering, and
 * the costs that depend on slots of the tile. Couplings with slots outside are sums per tile. */
#ifndef LEHR_TN_MINPLUS_STEPS_H
#define LEHR_TN_MINPLUS_STEPS_H

#include "tn/minplus/pass.h"

/* What an entry of a table counts. */
typedef struct mp_unit {
  mp_type type;
  int shift; /* multiples of 2^shift, each cost rounded down */
} mp_unit;

typedef struct mp_link {
  uint8_t bit; /* slot in the tile; or bit of the tile's number */
  int64_t J;
} mp_link;

typedef struct mp_step {
  uint8_t kind;
  uint8_t width, slot; /* of the tile before the operation */
  uint8_t shift;       /* costs are in units of 2^shift */
  int64_t field, coupling;
  int n_inside, n_outside;
  mp_link inside[TN_MOST_SLOTS], outside[TN_MOST_SLOTS];
  mp_costs costs; /* tile_a, tile_b are per tile */
  uint8_t *bits;  /* decisions of all tiles, or NULL */
} mp_step;

/* Room for the cost tables of one pass. */
uint64_t mp_steps_bytes(const mp_limits *limits, mp_type type);

/* Fills steps[pass->last - pass->first] without `bits`; the tables lie in `room`. */
void mp_steps_make(const tn_program *p, const mp_pass *pass, mp_unit unit, mp_step steps[],
                   void *room);

/* All costs of steps[n] together: no entry rises by more. O(couplings). */
int64_t mp_steps_rise(const mp_step steps[], int64_t n);

typedef struct mp_steps {
  const mp_step *steps; /* [n] */
  int64_t n;
  const mp_kernels *kernels;
  mp_type type;
  bool is_plain; /* no entry can reach the type's top */
} mp_steps;

/* Runs the steps one after the other on tile number `number`. Sequences of REPLACE in low slots go
 * through the tile block by block, each in the first cache. */
void mp_steps_run(const mp_steps *all, void *tile, int64_t number);

#endif
