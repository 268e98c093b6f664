/* SPDX-License-Identifier: Apache-2.0 */
/* tn/cost.h - what a contraction takes, before it is begun.
 *
 * Seconds are those of one core with AVX-512 over (min, +), from measured entries per second by
 * bytes per entry and by where the table fits. They serve to compare orders, and must not depend on
 * the machine: another one may be slower, but shall choose the same order. Those of programs are
 * higher than those of orders: they count what whole sweeps lose beside the kernels. */
#ifndef LEHR_TN_COST_H
#define LEHR_TN_COST_H

#include "tn/counts.h"
#include "tn/program.h"

typedef struct tn_cost {
  double seconds;
  double peak_entries; /* of all tables at a time */
  double entries;      /* written, summed over the operations */
  int32_t width;       /* log2 of the largest table */
} tn_cost;

/* From the sizes of the fronts alone, without a program: width exactly, the others within a few per
 * cent for good orders and a factor of two for any. O(n). scratch[3 n] */
tn_cost cost_from_counts(const tn_counts *c, int32_t n, int bytes, double scratch[]);

/* Of a program, operation by operation; peak_entries is exact, without what tails (program_tail.h)
 * save in passes over large tables. */
tn_cost program_cost(const tn_program *p, int bytes);

/* Whether a is better: within `most_entries` if only one is, else faster (slower and smaller
 * otherwise). */
bool cost_is_better(const tn_cost *a, const tn_cost *b, double most_entries);

#endif
