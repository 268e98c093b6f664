/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/copies.h - fewer copies for the same width. */
#ifndef LEHR_TN_BOUNDED_COPIES_H
#define LEHR_TN_BOUNDED_COPIES_H

#include "tn/bounded/split.h"

typedef struct tn_layers {
  tn_labels *labels;
  int32_t width;  /* that all layers fit */
  int32_t *rank;  /* [n] place in the order of the layer that the variable was kept in */
  int32_t *level; /* [n] that layer; 0 is what remains without any slices */
} tn_layers;

/* Copies of a variable that are used about the same time become one as long as the width does:
 * first those of couplings whose other ends leave closest to each other. Rewrites the labels.
 * `work`: steps, as in slices.h. ENOMEM. */
lehr_status copies_merge(const tn_layers *l, int64_t work, lehr_error *err);

#endif
