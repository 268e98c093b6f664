/* SPDX-License-Identifier: Apache-2.0 */
/* tn/subproblem/plan.h - an induced subgraph of small width, compiled for moves of all its spins
 * (Hamze, de Freitas 2004 and Selby 2014, from trees to any width; buckets: Dechter 1999).
 *
 * Variables leave one after the other, always one with fewest neighbours; where all that are left
 * have more than `width` of them, one is frozen: it keeps its value in moves by this plan. What is
 * known about the variables that left is, for each, a table over its *front*, the free variables
 * that it still had as neighbours: 2^front entries, front <= width. An operation makes the table of
 * one variable v from those of its children, which have v in their fronts:
 *
 *   minimum   T_v[s] = min_x  sum_c T_c[s, x] + x (F + sum_j J_vj s_j)
 *   at beta   T_v[s] = sum_x  prod_c T_c[s, x] * exp(-beta x (F + sum_j J_vj s_j))
 *
 * with F = h_v + sum of J_vu s_u over frozen u, the only part that depends on the state. Which x
 * was chosen - for a draw with one random number per variable, the same for all s, of which just
 * one will be looked up - is kept as a bit; backwards from the last variable the bits give the
 * state. So one move is exact, by whatever state the frozen variables are in. */
#ifndef LEHR_TN_SUBPROBLEM_PLAN_H
#define LEHR_TN_SUBPROBLEM_PLAN_H

#include "base/philox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SUB_WIDEST = 16 };

/* Spins with energy sum h s + sum J s s; arrays as in network.h and solvers/spin_form.h. */
typedef struct sub_model {
  int32_t n;
  const int64_t *row; /* [n+1] */
  const int32_t *col; /* [row[n]] both triangles, ascending in each row */
  const int64_t *h;   /* [n] */
  const int64_t *J;   /* [row[n]] */
} sub_model;

/* Where memory comes from; NULL when refused. Nothing is freed one by one. */
typedef struct sub_memory {
  void *(*alloc)(void *user, size_t bytes); /* zeroed, 64-byte aligned */
  void *user;
} sub_memory;

/* One variable leaves. Slots of its front: bit 0 is who leaves last; v itself is the bit above. */
typedef struct sub_op {
  int32_t site;
  int32_t front;    /* first of its n_front sites in fronts[] */
  int32_t coupling; /* first of its n_couplings: with sites of the front */
  int32_t term;     /* first of its n_terms: with frozen sites */
  int32_t leaf;     /* first of its n_leaves: places of children whose front is v alone */
  int32_t child;    /* first of its n_children: the others */
  uint8_t n_front, n_couplings;
  int32_t n_leaves, n_children, n_terms;
  int32_t place;     /* of its table, in entries */
  int32_t decisions; /* first of its words of 16 bits each */
} sub_op;

typedef struct sub_child {
  int32_t place;
  uint16_t step[SUB_WIDEST + 1]; /* what each bit of [s, x] adds to the child's index */
} sub_child;

/* All arrays owned by the memory that it was made from. */
typedef struct sub_plan {
  int32_t width; /* of the largest front */
  int32_t count; /* operations, that is free variables */
  sub_op *ops;   /* [count] children before parents */
  int32_t *fronts;
  uint8_t *slot; /* of couplings */
  int64_t *J;    /* of couplings */
  int32_t *outside;
  int64_t *outside_J;
  int32_t *leaves;
  sub_child *children;
  int32_t n_couplings;
  int32_t entries;       /* of all tables that are alive at a time */
  int32_t words;         /* of decisions */
  int32_t most_children; /* of an operation */
  int32_t largest;       /* front */
  double spread;         /* bound on the differences of energy within any table */
  double updates;        /* entries that are made, of all tables */
} sub_plan;

/* Grows plans for one model one after the other. */
typedef struct sub_grower sub_grower;

/* Bytes that a grower takes, and one plan at most. */
uint64_t sub_grower_bytes(int32_t n, int32_t width);
uint64_t sub_plan_bytes(int32_t n, int64_t entries_of_rows, int32_t width);

/* width: 1..SUB_WIDEST. m must outlive the grower. NULL when memory is refused. */
sub_grower *sub_grower_make(const sub_model *m, int32_t width, uint64_t key, sub_memory memory);
/* The next plan, different from those before: what they had frozen is rather kept free. Variables
 * with more than SUB_HUB neighbours are always frozen. False when memory is refused. About
 * O(n width^2). */
enum { SUB_HUB = 40 };
bool sub_plan_grow(sub_grower *g, sub_plan *out);

#endif
