/* SPDX-License-Identifier: Apache-2.0 */
/* tn/subproblem/grow.h - which variables of a plan are free, and the order in which they leave. */
#ifndef LEHR_TN_SUBPROBLEM_GROW_H
#define LEHR_TN_SUBPROBLEM_GROW_H

#include "tn/subproblem/plan.h"

/* Neighbours of a variable as others leave; who gets more is frozen. */
enum { SUB_LIST = 48 };

struct sub_grower {
  const sub_model *model;
  sub_memory memory;
  philox_stream random;
  int32_t width;
  int32_t *order;  /* [n] who left, in turn */
  int32_t *rank;   /* [n] place in order; -1 frozen */
  int32_t *freed;  /* [n] plans so far in which it was free */
  int32_t *list;   /* [n][SUB_LIST] neighbours that are there */
  uint8_t *degree; /* [n] */
  int32_t *next,
      *previous; /* [n + SUB_LIST + 1] rings of equal degree; heads follow the variables */
  int32_t *mark; /* [n] */
  int32_t stamp;
  /* For compile.c. */
  int32_t *front;                      /* [n][width] by variable */
  uint8_t *front_size;                 /* [n] */
  int32_t *first_child, *next_sibling; /* [n] variables, -1 */
  int32_t *size;                       /* [n] variables of the branch below each */
  int32_t *stack;                      /* [n] */
  int32_t *live_place, *live_size;     /* [n] tables that wait for their parent, by place */
  double *charged;                     /* [n] sum of |J| with neighbours that left */
};

/* Chooses the free variables and their order; returns how many. */
int32_t sub_choose(sub_grower *g);
/* Compiles the first `count` of the order. */
bool sub_compile(sub_grower *g, int32_t count, sub_plan *out);

#endif
