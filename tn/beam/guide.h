/* SPDX-License-Identifier: Apache-2.0 */
/* tn/beam/guide.h - what partial states are ordered by.
 *
 * A state has a *value*, by which equal states are told apart (the lower one is kept), and a
 * *rank*, by which the best are kept. A guide gives both for the two children of a state: variable
 * order[step] at -1 and at +1. */
#ifndef LEHR_TN_BEAM_GUIDE_H
#define LEHR_TN_BEAM_GUIDE_H

#include "tn/beam/walk.h"

#include <stdbool.h>

typedef struct beam_guide {
  const void *self;
  /* Whether ranks are the values, and these lower bounds of the energy of every completion, in
   * units of the network times 2^grain. */
  bool is_bound;
  int32_t grain;
  int64_t root; /* value of the empty state */
  /* keys[count][words], values[count] of states before `step`; children[2 count] gets the values,
   * ranks[2 count] the ranks unless is_bound. False when memory is short. Any thread. */
  bool (*expand)(const void *self, int32_t step, int64_t count, const uint64_t keys[],
                 const int64_t values[], int64_t children[], int64_t ranks[]);
} beam_guide;

#endif
