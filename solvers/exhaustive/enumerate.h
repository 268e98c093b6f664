/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/exhaustive/enumerate.h - the lowest energy of all 2^n assignments.
 *
 * The high variables step through a Gray code, the low ones are evaluated a block at a time
 * (block.h). Variable i is bit n-1-i of a state, so the smaller state number is the
 * lexicographically smaller bit string; ties go to it, whatever the number of threads.
 *
 * Real models: enumeration in double only nominates. Whatever comes within the worst rounding
 * error of the best so far is evaluated again by energy_of, and only those values are compared. */
#ifndef LEHR_SOLVERS_EXHAUSTIVE_ENUMERATE_H
#define LEHR_SOLVERS_EXHAUSTIVE_ENUMERATE_H

#include "lehr/plugin.h"
#include "qubo/energy.h"

enum { ENUMERATE_MAX = 32 };

/* A group as the bits of a state. */
typedef struct group_mask {
  uint32_t members;
  int32_t at_least, at_most;
} group_mask;

typedef struct enumeration {
  lehr_run *run;
  int32_t low, high;        /* variables in a block, variables in the prefix */
  const group_mask *groups; /* [run->model->n_groups] */
  int64_t chunks;           /* of ENUMERATE_CHUNK prefixes each; all of them prove */
  /* Results */
  bool found; /* an assignment satisfied the groups */
  energy best;
  uint32_t best_state;
  bool complete; /* everything was visited */
  int64_t visited;
} enumeration;

/* log2 of the prefixes that one thread walks without starting afresh: bounds rounding errors. */
enum { ENUMERATE_CHUNK_BITS = 6 };

/* Bits of a state number, bits[n]. */
void enumerate_bits(uint32_t state, int32_t n, uint8_t bits[]);

/* Fill in the results. LEHR_ENOMEM if the tables cannot be had. O(2^n). */
lehr_status enumerate_int(enumeration *e);
lehr_status enumerate_real(enumeration *e);

/* ---- For enumerate.inc ---- */

/* Whether some low bits can complete `state` (low bits zero) to satisfy all groups. */
bool enumerate_can_satisfy(const enumeration *e, uint32_t state);
bool enumerate_satisfies(const enumeration *e, uint32_t state);
/* Merges a better result of another thread; a tie goes to the smaller state. */
void enumerate_merge(enumeration *into, const enumeration *from);

#endif
