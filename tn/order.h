/* SPDX-License-Identifier: Apache-2.0 */
/* tn/order.h - ways to order variables for elimination. None is best everywhere: sweeps win on
 * lattices and sparse random graphs, minimum degree and nested dissection where there are hubs or
 * branches, sweeps between separators where branches are broad, the given order where it is a time.
 * Each writes a permutation to order[g.n].
 *
 * Work is counted in steps of roughly a nanosecond or two, so that effort can be limited without
 * a clock; results depend on the arguments only. */
#ifndef LEHR_TN_ORDER_H
#define LEHR_TN_ORDER_H

#include "tn/graph.h"

#include <stdbool.h>

/* ---- Greedy sweeps (order_sweep.c) ---- */

typedef enum sweep_tie { SWEEP_OLDEST, SWEEP_NEWEST, SWEEP_RANDOM, SWEEP_TIES } sweep_tie;

/* From `root` on, always the variable leaves that makes the frontier (those that left have as
 * neighbours) grow least; ties go to who has waited longest, shortest, or at random. With `reaches`
 * candidates are neighbours of the frontier as well, not only its members: whole chains are then
 * taken one at a time (Chimera), and variables of one clique at once. */
typedef struct sweep_rule {
  int32_t root;
  int32_t kept; /* this many variables of order[] leave first as they stand there; 0: the root */
  sweep_tie tie;
  bool reaches;
  uint64_t key;    /* SWEEP_RANDOM */
  int32_t give_up; /* once the frontier is larger */
  /* NULL, or [n] as order_separators writes them: variables leave in the order of their levels,
   * each of which begins where start[] says instead of at a root. */
  const int32_t *level, *start;
} sweep_rule;

typedef struct sweep sweep;
/* For graphs like g; NULL when memory is short. */
sweep *sweep_create(tn_graph g);
void sweep_free(sweep *s);
/* The largest frontier, or -1 if it gave up. Adds to *work. O(couplings log n). */
int32_t sweep_run(sweep *s, const sweep_rule *rule, int32_t order[], int64_t *work);

/* ---- Level orders (order_levels.c) ---- */

/* Reverse Cuthill-McKee from `root` (Cuthill, McKee 1969; George 1971), and the plain breadth first
 * order. A root at the end of a longest shortest path comes from order_far_end. ENOMEM. */
lehr_status order_breadth_first(tn_graph g, int32_t root, bool by_degree, int32_t order[],
                                lehr_error *err);
/* A variable far away from everything, from `start` on (George, Liu 1979). -1: memory is short. */
int32_t order_far_end(tn_graph g, int32_t start);
/* By the second eigenvector of the Laplacian (Fiedler 1973), approximated by FIEDLER_STEPS
 * damped averaging steps; components follow each other. ENOMEM. */
enum { FIEDLER_STEPS = 200 };
lehr_status order_fiedler(tn_graph g, uint64_t key, int32_t order[], int64_t *work,
                          lehr_error *err);
/* By value[n], ties by number. */
lehr_status order_by_value(const int32_t value[], int32_t n, int32_t order[], lehr_error *err);

/* ---- Vertex separators (order_separators.c) ---- */

typedef struct separator_rule {
  int32_t seed;
  int32_t imbalance; /* how much larger than half a side may be, in thousandths */
  int32_t largest;   /* parts of more variables are divided */
} separator_rule;

/* Parts of the graph, divided in two by vertex separators of METIS again and again; both sides
 * leave before what separates them. level[n] says in which order: it is for sweeps and for CAMD to
 * choose one within a part. start[n] is all variables by level, in each part those first that are
 * farthest from its separators, so that sweeps end there. EUNAVAILABLE, ENOMEM. */
lehr_status order_separators(tn_graph g, const separator_rule *rule, int32_t level[],
                             int32_t start[], int64_t *work, lehr_error *err);

/* ---- Greedy elimination (order_greedy.c) ---- */

typedef enum greedy_rule { GREEDY_DEGREE, GREEDY_FILL } greedy_rule;

/* Minimum degree or minimum fill on the graph as it fills up, ties at random. Takes n^2/8 bytes.
 * EUNAVAILABLE once `most_work` steps are done; ENOMEM. */
lehr_status order_greedy(tn_graph g, greedy_rule rule, uint64_t key, int64_t most_work,
                         int32_t order[], int64_t *work, lehr_error *err);

/* ---- Libraries (order_suitesparse.c, order_metis.c) ---- */

typedef enum sparse_method { SPARSE_AMD, SPARSE_CAMD, SPARSE_COLAMD, SPARSE_METHODS } sparse_method;

/* Approximate minimum degree (Amestoy, Davis, Duff 1996), the same with variables constrained to
 * leave in the order of level[n] (CAMD; nullable otherwise), and on the columns of the incidence
 * matrix (COLAMD). EUNAVAILABLE for more couplings than their integers count; ENOMEM. */
lehr_status order_suitesparse(tn_graph g, sparse_method method, const int32_t level[],
                              int32_t order[], lehr_error *err);
/* Nested dissection (METIS: Karypis, Kumar 1998). `imbalance` in thousandths. */
lehr_status order_metis(tn_graph g, int32_t seed, int32_t imbalance, int32_t order[],
                        lehr_error *err);

#endif
