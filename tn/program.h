/* SPDX-License-Identifier: Apache-2.0 */
/* tn/program.h - a contraction as a list of operations, for paths (frontiers) and trees alike.
 *
 * Nonserial dynamic programming (Bertele, Brioschi 1972; buckets: Dechter 1999): variables leave
 * one after the other, and what is known about those that left is a *table* over the variables that
 * they were coupled with and that are still there. A table over w variables has 2^w entries; each
 * variable has a *slot*, a bit of the index, 1 for spin +1. Tables are compact: slots 0..w-1.
 *
 * A program works on a stack of tables. With (+, .) of a semiring - min and + for ground states, +
 * and * for partition functions - and x = -1, +1, it does to the table T on top
 *
 *   PUSH      a new table without variables on top of the stack; its one entry is the semiring's 1
 *   INTRO     `enters` gets slot `width`:                     T'[s, u] = T[s]
 *   ELIM      `leaves`, at `slot`:                            T'[s] = (+)_x T[s, x] . x f(s)
 *             f(s) = field + sum of the couplings with other slots of T. The variable of the last
 *             slot moves to the one that is free now.
 *   REPLACE   the same, with `enters` at once at the same slot, in place:
 *                                              T'[s, u] = (+)_x T[s, x] . x (f(s) + J u)
 *             J = `enter_coupling`, 0 if they are not coupled.
 *   JOIN      takes table B from the top and adds it to the next, A:  A'[s] = A[s] . B[s]
 *             Slot k of B is slot map[k] of A; A has all variables of B.
 *   FACTOR    a new table on top of the stack: one of the network's (factors.h), its variables in
 *             their slots. A JOIN charges it.
 *
 * A coupling is charged once, when the first of its variables leaves; for that the other one must
 * have entered. One table without variables is left: the value of the network without `constant`.
 */
#ifndef LEHR_TN_PROGRAM_H
#define LEHR_TN_PROGRAM_H

#include "lehr/status.h"
#include "tn/factors.h"

#include <stdint.h>

enum { TN_MOST_SLOTS = 40 };

typedef enum tn_op_kind { TN_PUSH, TN_INTRO, TN_ELIM, TN_REPLACE, TN_JOIN, TN_FACTOR } tn_op_kind;

/* A coupling of the variable that leaves with the one at `slot`. */
typedef struct tn_term {
  int32_t variable;
  int32_t slot;
  int64_t J;
} tn_term;

typedef struct tn_op {
  uint8_t kind;           /* tn_op_kind */
  uint8_t width;          /* of the table on top before the operation (JOIN: of B; FACTOR: new) */
  uint8_t slot;           /* of what leaves; INTRO: of what enters, = width; JOIN: width of A */
  int32_t leaves, enters; /* variables of the network, -1 where there is none */
  int64_t field;          /* of the variable that leaves */
  int64_t enter_coupling; /* REPLACE: J of the two */
  int64_t first_term;     /* into terms[]; slots are those before the operation, without `slot` */
  int32_t n_terms;
  int32_t map;    /* JOIN: first of `width` entries in maps[] */
  int32_t factor; /* FACTOR: which */
} tn_op;

typedef struct tn_program {
  int32_t n;     /* variables; each leaves exactly once */
  int32_t width; /* of the largest table */
  int32_t depth; /* most tables on the stack */
  int64_t n_ops;
  tn_op *ops;
  int64_t n_terms;
  tn_term *terms;
  int64_t n_maps;
  uint8_t *maps;
  tn_factors factors; /* the network's */
} tn_program;

/* Operations that change the table on top: all but those that begin one or take it away. */
static inline bool op_is_on_top(const tn_op *op) {
  return op->kind == TN_INTRO || op->kind == TN_ELIM || op->kind == TN_REPLACE;
}
/* PUSH and FACTOR. */
static inline bool op_begins(const tn_op *op) {
  return op->kind == TN_PUSH || op->kind == TN_FACTOR;
}

void program_free(tn_program *p);

/* Whether p is what the comment above asks for, for a network of p->n variables: widths and slots
 * agree along the stack, every variable enters once before it leaves once, terms name variables
 * that are there. For tests and for callers who made one by hand. O(ops * width). */
lehr_status program_check(const tn_program *p, lehr_error *err);

#endif
