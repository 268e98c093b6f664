/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/subgraph/wide.h - moves of subgraphs wider than forests (tn/subproblem), beside them.
 *
 * On lattices a few neighbouring branches more, joined by small tables, free half of the variables
 * that a forest leaves frozen, at little more per variable; on random graphs width buys nothing
 * (Hamze-de Freitas-Selby moves of width 1 and 2 on Chimera: Selby 2014). */
#ifndef LEHR_SOLVERS_SUBGRAPH_WIDE_H
#define LEHR_SOLVERS_SUBGRAPH_WIDE_H

#include "solvers/subgraph/tree.h"
#include "tn/subproblem/move.h"

enum {
  WIDE_PLANS = 12,     /* of a family at most */
  WIDE_FEWEST = 3,     /* and where moves are few: a plan takes the time of several */
  WIDE_AUTO = 8,       /* width, where it pays */
  WIDE_MOST = 1 << 17, /* variables, for widths chosen here */
  WIDE_SPELL = 6       /* moves by plans between two by forests, which reach what they leave out */
};

typedef struct wide {
  sub_model model;
  int32_t count;   /* plans; 0: forests only */
  sub_plan *plans; /* [WIDE_PLANS] */
  sub_type *types; /* [WIDE_PLANS] */
  bool is_narrow;  /* fields fit 32 bits */
  const sub_kernel *kernel;
} wide;

/* Width that is planned for: `asked`, or, where that is 0, WIDE_AUTO for models that look like a
 * lattice, as large as memory does not matter; else 1: forests only. O(n) at most. */
int32_t wide_width(const lehr_model_view *m, int64_t asked);
/* Bytes that wide_make takes at most, and a wide_space_make. */
uint64_t wide_bytes(const lehr_model_view *m, int32_t width);
uint64_t wide_space_bytes(const lehr_model_view *m, int32_t width);

/* What plans are wanted. */
typedef struct wide_wish {
  int32_t width;
  bool is_auto;  /* none that free no more than the forests do */
  int64_t moves; /* that will be made in all, of SUB_LANES reads each; 0: many */
  double until;  /* wall clock: none is begun later; HUGE_VAL: no limit */
} wide_wish;

/* Plans as wished, as many as there is time for. Memory from run; false when refused. */
bool wide_make(wide *w, const tree_model *m, const forest_family *forests, const wide_wish *wish,
               lehr_run *run);
bool wide_space_make(sub_space *s, const wide *w, lehr_run *run);

#endif
