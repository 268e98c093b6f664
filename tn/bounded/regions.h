/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/regions.h - copies along the borders of regions.
 *
 * The graph is cut into regions that are narrow each (METIS), and of each coupling across a border
 * one end is divided: into a copy at home, and one in every region that it is coupled with across.
 * Lattices that are long and wide, like Chimera, fall into strips by few copies that way. */
#ifndef LEHR_TN_BOUNDED_REGIONS_H
#define LEHR_TN_BOUNDED_REGIONS_H

#include "tn/bounded/split.h"

/* Labels (of labels_make) of as few regions as it takes to have an order of at most `width`;
 * *copies: how many the split network has, 0 if no number of regions is narrow enough. The best of
 * some partitions; of two others for each trial beside 0. ENOMEM. */
lehr_status labels_by_regions(tn_labels *l, const labels_options *o, int32_t *copies,
                              lehr_error *err);

#endif
