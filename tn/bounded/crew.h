/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/crew.h - bounds of several nodes at the same time.
 *
 * Each member has a network with numbers and tables of its own. A node's bound depends on the node,
 * on the best state and on the element type before the first of them, not on who finds it or what
 * else is found meanwhile, so all is the same for any number of members. */
#ifndef LEHR_TN_BOUNDED_CREW_H
#define LEHR_TN_BOUNDED_CREW_H

#include "tn/bounded/nodes.h"

typedef struct crew_task {
  tn_node *node; /* its point becomes the best one met */
  dual_result result;
  /* The crew's. */
  lehr_status status;
  mp_type type;   /* that it took */
  int64_t energy; /* of a better state, else INT64_MAX */
  int8_t *spins;  /* [n] that state, or NULL */
  int64_t runs;
  double updates;
} crew_task;

typedef struct crew_member crew_member;
typedef struct tn_crew {
  tn_dual *lead; /* whose best state is everybody's, and whose runs are all runs */
  const tn_nodes *nodes;
  dual_steps steps; /* for each node */
  int32_t count;
  crew_member *member;
} tn_crew;

/* Its lead, nodes and steps are given. As many members as there are threads and memory for, at most
 * `most`; the first one has the lead's network. ENOMEM. */
lehr_status crew_make(tn_crew *t, int32_t most, lehr_error *err);
/* At most so many members from now on, but one at least. */
void crew_shrink(tn_crew *t, uint64_t most);
void crew_free(tn_crew *t);

/* Bounds all tasks' nodes, then tells the lead of better states. ENOMEM. */
lehr_status crew_bound(tn_crew *t, crew_task tasks[], int32_t count, lehr_error *err);

#endif
