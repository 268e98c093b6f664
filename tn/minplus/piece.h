/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/piece.h - how a connected network is to be run: its program, which decisions are kept,
 * which types may do. For minimum.c, which says what the ways are. */
#ifndef LEHR_TN_MINPLUS_PIECE_H
#define LEHR_TN_MINPLUS_PIECE_H

#include "tn/minplus/minimum.h"
#include "tn/minplus/range.h"
#include "tn/order_find.h"

typedef struct mp_planner {
  const mp_options *options;
  const tn_guard *guard;
  bool wants_state;
} mp_planner;

typedef struct mp_piece {
  const tn_network *t;
  tn_program program;
  mp_range range;
  int64_t first_decision;
  uint64_t trace_bytes; /* 0, or of all decisions, some at a time (run.h) */
  double seconds;       /* predicted, for all that follows from it */
} mp_piece;

/* given: an order, or NULL. ENOMEM; EUNAVAILABLE if a table needs more than TN_MOST_SLOTS. */
lehr_status piece_plan(const mp_planner *by, const tn_network *t, const int32_t given[],
                       mp_piece *out, lehr_error *err);
void piece_free(mp_piece *p);

/* Types are tried one after the other until the state proves the value. */
typedef struct mp_attempt {
  mp_type type;
  int shift;
  bool is_exact; /* cannot saturate, nothing rounded */
} mp_attempt;

/* The next attempt from `type` on. */
mp_attempt piece_attempt(const mp_planner *by, const mp_piece *p, mp_type type);
mp_setup piece_setup(const mp_planner *by, const mp_piece *p, const mp_attempt *a);
/* Limits of a search for an order of t with entries of so many bytes. */
order_limits piece_limits(const mp_planner *by, const tn_network *t, int bytes);
/* Bytes of the first attempt. */
lehr_status piece_bytes(const mp_planner *by, const mp_piece *p, uint64_t *bytes, lehr_error *err);

/* *seconds for what is left of p->t where the variables that leave from p's first decision on are
 * known, in entries of `bytes`. ENOMEM. */
lehr_status piece_rest(const mp_planner *by, const mp_piece *p, int bytes, double *seconds,
                       lehr_error *err);

#endif
