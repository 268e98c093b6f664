/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/slices.h - variables whose removal leaves a network that is narrow.
 *
 * Lattices fall apart along fronts of a sweep, or open (a ring out of a torus leaves a cylinder):
 * whole fronts and their connected pieces are tried, and the one that narrows most for its size is
 * taken. Elsewhere variables are taken out as fronts overflow, those with most neighbours first. */
#ifndef LEHR_TN_BOUNDED_SLICES_H
#define LEHR_TN_BOUNDED_SLICES_H

#include "tn/bounded/split.h"

typedef struct tn_slices {
  int32_t count;
  uint8_t *is_slice; /* [n] */
  int32_t *order;    /* [n - count] of the others */
} tn_slices;

/* The others have an order in which no table has more than 2^o->width entries; width >= 2. o->work:
 * steps of about a nanosecond that searches of orders may take, roughly; o->trial: where these
 * begin. ENOMEM. */
lehr_status slices_choose(const tn_network *t, const labels_options *o, tn_slices *out,
                          lehr_error *err);
void slices_free(tn_slices *s);

#endif
