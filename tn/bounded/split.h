/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/split.h - a network in which some variables are several.
 *
 * Every coupling of a variable goes to one of its copies, and its field is divided among them. A
 * state in which all copies agree has the energy that it has in the original, so the minimum over
 * all states is a lower bound of the original's, however fields are divided. With enough copies the
 * split network is as narrow as one likes: that is mini-bucket elimination (Dechter, Rish 2003) as
 * splitting of nodes (Choi, Chavira, Darwiche 2007), and, once all variables that have copies are
 * fixed, slicing. */
#ifndef LEHR_TN_BOUNDED_SPLIT_H
#define LEHR_TN_BOUNDED_SPLIT_H

#include "tn/graph.h"
#include "tn/guard.h"

#include <stdbool.h>

/* The entry of v's row that couples it with u, which is there. O(log degree) */
int64_t network_entry(const tn_network *t, int32_t v, int32_t u);

/* Which copy of its variable every entry of a row goes to. */
typedef struct tn_labels {
  const tn_network *t;
  int32_t *label;     /* [row[n]] below the number of neighbours of the row's variable */
  int64_t *mirror;    /* [row[n]] the entry of the same coupling in the other's row */
  int32_t *order;     /* labels_choose: an order of the copies that keeps to the width; else NULL */
  bool is_by_regions; /* there are others that are as good, or better */
} tn_labels;

/* One copy of everybody. ENOMEM. O(couplings) */
lehr_status labels_make(const tn_network *t, tn_labels *out, lehr_error *err);
void labels_free(tn_labels *l);

typedef struct tn_split {
  int32_t n;          /* variables of the original */
  int scale;          /* integers of `network` are 2^scale times those of the original */
  tn_network network; /* of copies; a field is all on the first copy */
  int32_t *of;        /* [network.n] variable of the original */
  int32_t *first;     /* [n+1] copies of v are first[v] .. first[v+1] - 1 */
} tn_split;

/* ENOMEM. O(n + couplings) */
lehr_status split_make(const tn_labels *l, int scale, tn_split *out, lehr_error *err);
void split_free(tn_split *s);

static inline bool split_is_divided(const tn_split *s, int32_t v) {
  return s->first[v + 1] - s->first[v] > 1;
}

typedef struct labels_options {
  int32_t width;         /* log2 of the largest table */
  int64_t work;          /* as in slices.h */
  int32_t trial;         /* 0, or a number of another choice of the same kind: */
  bool is_by_regions;    /* tn_labels */
  const tn_guard *guard; /* nullable: ended, there are fewer choices */
} labels_options;

/* Labels such that the split network has an order of elimination of at most that width, with few
 * copies. ENOMEM; EUNAVAILABLE where a trial has no labels. */
lehr_status labels_choose(const tn_network *t, const labels_options *o, tn_labels *out,
                          lehr_error *err);

#endif
