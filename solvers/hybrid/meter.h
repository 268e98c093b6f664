/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/meter.h - how much of a slice of the budget is left. */
#ifndef LEHR_SOLVERS_HYBRID_METER_H
#define LEHR_SOLVERS_HYBRID_METER_H

#include <stdbool.h>
#include <stdint.h>

/* Wall time or, where seconds < 0, attempts. */
typedef struct slice {
  double seconds;
  int64_t work;
} slice;

typedef struct meter {
  slice budget;
  double start;     /* wall clock */
  int64_t attempts; /* made in this slice */
  /* Those of the annealing among them, which tell its rate. */
  int64_t annealed;
  double annealing_seconds;
} meter;

meter meter_start(slice budget);
/* Part of the slice that is used, 0 and up. */
double meter_used(const meter *m);
/* Takes note of attempts that took so many seconds. */
void meter_note(meter *m, int64_t attempts, double seconds, bool is_annealing);
/* Attempts of annealing that a share of the slice affords; by its rate so far where time counts. */
double meter_afford(const meter *m, double share);
/* The part of the slice that is left, at most `share` of all; in attempts that cost `price` times
 * as much as those of annealing. */
slice meter_rest(const meter *m, double share, double price);

#endif
