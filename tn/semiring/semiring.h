/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/semiring.h - what the operations of a program do to tables, for one kind of values.
 *
 * An entry of a table is a value of the semiring, kept in up to three arrays (planes) that each
 * hold one part of it: wide numbers have a plane of mantissas and one of exponents. Each file of
 * this folder that is named after a kind of values makes its functions from kernel.inc:
 *
 *   sum_narrow  doubles, for partition functions; `is_exact` turns false on what they cannot hold
 *   sum_wide    doubles with exponents of 32 bits, which hold everything
 *   lowest_energy  int64, min and +
 *   count_wide  (lowest energy, number of states that have it as a wide number)
 *   count_residue  (lowest energy, that number modulo a prime)
 *
 * All loops run over the blocks of a table in parallel; every entry of a result is computed by one
 * thread in one order, so that results do not depend on threads. */
#ifndef LEHR_TN_SEMIRING_SEMIRING_H
#define LEHR_TN_SEMIRING_SEMIRING_H

#include "base/cpu.h"
#include "tn/guard.h"
#include "tn/program.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { TABLE_PLANES = 3 };

typedef struct tn_table {
  int32_t width;
  void *plane[TABLE_PLANES];
  /* sum_narrow: entries times 2^exponent are meant; the largest entry lies in (0, `largest`]. */
  int64_t exponent;
  double largest;
} tn_table;

/* What the values are made with; who needs what is said above. */
typedef struct semiring_context {
  double beta;    /* sums: inverse temperature in units of the network, >= 0 */
  uint64_t prime; /* count_residue: below 2^62 */
  /* lowest_energy: energies that no state has; second codes of a state (factors.h) cost as much,
   * and sums do not go beyond. INT64_MAX where there are no factors. */
  int64_t never;
  const tn_guard *guard;
  /* Set by the operations: */
  atomic_bool is_stopped; /* the guard asked for it; tables hold nonsense from then on */
  bool is_exact;          /* true at first; false: a value did not fit, use the wide semiring */
} semiring_context;

/* The least and the largest result of an operation. */
typedef struct value_range {
  double least, most;
} value_range;

/* Means of products of spins, all to be divided by `total`, when x leaves. */
typedef struct correlations {
  double total;
  double mean;                /* x */
  double slot[TN_MOST_SLOTS]; /* x s_k, for all slots but that of x */
  double enters;              /* x u, for REPLACE */
} correlations;

/* From the derivatives of log Z by the entries after `op` to those by the entries before it, up to
 * a common factor. INTRO, ELIM and REPLACE in place on *a. JOIN: *a belongs to the table below, and
 * *b, to be made with the width of the one that was joined, to that. `was_a` and `was_b` are the
 * tables before the operation, but for INTRO; *out is for ELIM and REPLACE. */
typedef struct semiring_back {
  const tn_program *p;
  const tn_op *op;
  tn_table *a, *b;
  const tn_table *was_a, *was_b;
  correlations *out;
} semiring_back;

typedef enum semiring_kind {
  SUM_NARROW,
  SUM_WIDE,
  LOWEST_ENERGY,
  COUNT_WIDE,
  COUNT_RESIDUE,
  SEMIRINGS
} semiring_kind;

typedef struct semiring {
  semiring_kind kind;
  int32_t planes;
  uint8_t bytes[TABLE_PLANES]; /* of an entry, by plane */
  /* Makes *t a table of width 0 whose entry is the 1 of the semiring. */
  void (*one)(tn_table *t);
  /* FACTOR: makes *t, whose width is f's and whose exponent is 0, the table f. */
  void (*factor)(semiring_context *c, tn_factor f, tn_table *t);
  /* INTRO, ELIM and REPLACE in place on a, or JOIN of b into a. Planes have room for the result. */
  void (*forward)(semiring_context *c, const tn_program *p, const tn_op *op, tn_table *a,
                  const tn_table *b);
  /* Sums only, else NULL. */
  void (*adjoint)(semiring_context *c, const semiring_back *s);
} semiring;

/* The same functions for a cpu_level, or without vectors. Results are alike in every bit. */
enum { SEMIRING_SCALAR = -1 };
const semiring *semiring_of(semiring_kind kind, int level);
/* For this machine. */
static inline const semiring *semiring_best(semiring_kind kind) {
  return semiring_of(kind, cpu_best_level());
}

static inline size_t semiring_entry_bytes(const semiring *s) {
  return (size_t)s->bytes[0] + s->bytes[1] + s->bytes[2];
}

#endif
