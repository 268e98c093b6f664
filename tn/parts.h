/* SPDX-License-Identifier: Apache-2.0 */
/* tn/parts.h - the connected parts of a network. */
#ifndef LEHR_TN_PARTS_H
#define LEHR_TN_PARTS_H

#include "tn/network.h"

typedef struct tn_parts {
  int32_t count;
  int32_t *first;        /* [count+1] into member */
  int32_t *member;       /* [n] ascending within a part; parts by their first member */
  int32_t *place;        /* [n] of each variable within its part */
  int32_t *first_factor; /* [count+1] into factor */
  int32_t *factor;       /* of t, by part */
} tn_parts;

/* ENOMEM. O(n + couplings). */
lehr_status parts_find(const tn_network *t, tn_parts *out, lehr_error *err);
void parts_free(tn_parts *p);

/* Part number k as a network of its own, without t's constant. ENOMEM. O(its size). */
lehr_status part_network(const tn_network *t, const tn_parts *p, int32_t k, tn_network *out,
                         lehr_error *err);

#endif
