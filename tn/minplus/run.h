/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/run.h - runs a program over (min, +) in a small element type, fast.
 *
 * Tables hold costs (kernels.h) less a minimum that is kept apart in 64 bits. The value is never
 * above the true optimum: additions saturate at the top of the type, and costs are rounded down to
 * the unit, which can only make entries too small (floats round to nearest: see mp_float_error).
 * Where the range bound (range.h) fits the type nothing saturates and the value is
 * the optimum; else a state that has this energy proves it.
 *
 * Deterministic: the same value and decisions for any number of threads and every level. */
#ifndef LEHR_TN_MINPLUS_RUN_H
#define LEHR_TN_MINPLUS_RUN_H

#include "tn/guard.h"
#include "tn/minplus/pages.h"
#include "tn/minplus/pass.h"

#include <stdbool.h>

typedef struct mp_setup {
  mp_type type;
  int shift;              /* costs are counted in units of 2^shift, each rounded down */
  int level;              /* cpu_level or MP_SCALAR */
  mp_limits limits;       /* of mp_setup_of, or smaller ones to test with */
  int64_t first_decision; /* operations from here on write decisions; n_ops: none */
  /* 0, or, where first_decision is 0, most bytes for decisions and copies of the stack together:
   * what does not fit at a time runs twice (retrace.h). If nothing does, it is as little as can be.
   */
  uint64_t trace_bytes;
  pages_kept *kept; /* NULL, or where tables of the runs before are */
} mp_setup;

/* Without decisions, at the machine's best level. */
mp_setup mp_setup_of(mp_type type, int shift);

typedef struct mp_result {
  bool is_stopped; /* by the guard; nothing else is valid */
  int64_t energy;  /* of the program, without the network's constant */
  uint64_t peak;   /* bytes of tables, tiles and decisions */
  double updates;  /* entries written by ELIM and REPLACE */
} mp_result;

/* What mp_run will take from the guard's bytes: tables at their largest, all levels of the stack
 * that are there at a time, tiles, decisions, copies of the stack. O(operations). */
lehr_status mp_bytes(const tn_program *p, const mp_setup *s, int32_t threads, uint64_t *bytes,
                     lehr_error *err);
/* The same for as many of `threads` as there is memory for, one at least: what is run must not
 * depend on how many were asked for. */
lehr_status mp_fit_threads(const tn_program *p, const mp_setup *s, uint64_t memory,
                           int32_t *threads, uint64_t *bytes, lehr_error *err);

/* spins[n] (nullable): variables that left at operation s->first_decision or later are set, the
 * others untouched. ENOMEM beyond guard->bytes. O(result->updates). */
lehr_status mp_run(const tn_program *p, const mp_setup *s, const tn_guard *guard, int8_t spins[],
                   mp_result *result, lehr_error *err);

/* A table that outlives its run. */
typedef struct mp_table {
  void *data;
  uint64_t bytes;
  int width;
  int64_t energy; /* of the program, where all costs that are in an entry of 0 are paid and all that
                     are not charged yet are none */
} mp_table;

/* Runs operations 0..end-1, which leave one table. result->energy is not set; *table is empty where
 * the guard ended it. ENOMEM. */
lehr_status mp_run_table(const tn_program *p, int64_t end, const mp_setup *s, const tn_guard *guard,
                         mp_table *table, mp_result *result, lehr_error *err);
void mp_table_free(mp_table *t);

/* First operation such that decisions from there on take at most `bytes`. O(operations). */
int64_t mp_first_decision(const tn_program *p, uint64_t bytes);

#endif
