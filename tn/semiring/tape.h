/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/tape.h - walking a program backwards, with the tables that it had.
 *
 * Samples, marginals and low states are read off from the last operation to the first, each from
 * the table that stood before it. Where all of those tables do not fit into memory, only the stack
 * at some operations is kept (checkpoints) and stretches are run again, the last one first, with
 * their tables kept; what does not fit in stretches either is divided again (Griewank, Walther
 * 2000). The values are the same however often they are computed. Memory that is new comes zeroed,
 * which takes longer than to compute what it is for: so not more is taken than makes one repetition
 * do. */
#ifndef LEHR_TN_SEMIRING_TAPE_H
#define LEHR_TN_SEMIRING_TAPE_H

#include "tn/semiring/machine.h"
#include "tn/semiring/price.h"

/* What a reader sees of an operation, in backward order. `before` is the table on top before it
 * (ELIM, REPLACE), else NULL; for JOIN, where `wants_joins`, that is the table that was joined and
 * `below` the other one. */
typedef struct tape_reader {
  void *user;
  bool wants_joins;
  /* Once, with the table of width 0 that is left, before the operations. */
  lehr_status (*begin)(void *user, const tn_table *root);
  lehr_status (*read)(void *user, const tn_op *op, const tn_table *before, const tn_table *below);
} tape_reader;

typedef struct tape_cost {
  uint64_t room;  /* part of the limit that tape_read may take: no more than is worth it */
  uint64_t bytes; /* that it takes */
  double entries; /* of tables that are computed, all repetitions counted */
  double once;    /* the same of one run */
  bool fits;      /* false: not even with checkpoints; bytes are what would be needed at least */
} tape_cost;

/* The work for semiring_seconds (price.h), but for what is done to derivatives. */
static inline semiring_work tape_work(const tn_program *p, const tape_cost *c) {
  return (semiring_work){.operations = (double)p->n_ops * c->entries / c->once,
                         .entries = c->entries,
                         .kept = c->entries,
                         .bytes = c->bytes};
}

/* What reading p backwards within `limit` bytes costs. ENOMEM (small arrays). O(operations log). */
lehr_status tape_plan(const tn_program *p, const semiring *s, bool wants_joins, uint64_t limit,
                      tape_cost *cost, lehr_error *err);

/* Runs p and reads it backwards. *is_complete is false where the guard ended it or a value did not
 * fit (see semiring_context). ENOMEM above c->guard->bytes, or what the reader returns. */
lehr_status tape_read(const tn_program *p, const semiring *s, semiring_context *c,
                      const tape_reader *reader, bool *is_complete, lehr_error *err);

#endif
