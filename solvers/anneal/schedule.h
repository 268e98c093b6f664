/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/schedule.h - the temperature of every sweep, and the exponential quantiles that
 * turn a temperature into acceptance thresholds.
 *
 * Temperatures are in units of cost (lanes.h): half the energy of a flip, in units of the spin
 * form. Only + - * / and base/real.h: the same on every machine. */
#ifndef LEHR_SOLVERS_ANNEAL_SCHEDULE_H
#define LEHR_SOLVERS_ANNEAL_SCHEDULE_H

#include "solvers/anneal/adaptive.h"
#include "solvers/anneal/lanes.h"

typedef enum schedule_kind {
  SCHEDULE_GEOMETRIC = 0,
  SCHEDULE_LINEAR = 1,
  SCHEDULE_ADAPTIVE = 2 /* geometric where there is no survey */
} schedule_kind;

/* What a schedule is made from. */
typedef struct schedule_shape {
  schedule_kind kind;
  double hot, cold; /* temperatures of the first and last sweep */
  double coldest;   /* > 0: `cold` is meant for few sweeps, more of them go on to this at most */
  survey trial;
  /* Instead of these, `count` points between which the inverse temperature is linear; the last one
   * is the last sweep. */
  const lehr_schedule_point *points;
  const double *least; /* [count] smallest of this and later inverse temperatures; NULL: look */
  size_t count;
} schedule_shape;

typedef struct schedule {
  schedule_shape shape;
  int64_t sweeps;
  double cold; /* of so many sweeps */
  lehr_schedule_point adapted[ADAPTIVE_POINTS];
  size_t next;      /* the point at or behind the current sweep */
  double log_ratio; /* geometric: per sweep */
  double ratio, current;
  double now; /* what schedule_next returned last */
} schedule;

/* Points in units of cost from those of the caller; cost_unit is the energy of a flip of cost 1.
 * Memory from run; false when refused. Leaves the shape as it is where the caller gave none. */
bool schedule_points(schedule_shape *shape, lehr_run *run, double cost_unit);
/* Temperature of the last one of so many sweeps. The more there are the longer a variable can wait
 * for a rare flip: the end is where costs of one size are accepted about 0.1 times in a run. */
double schedule_cold(const schedule_shape *shape, int64_t sweeps);
void schedule_start(schedule *s, const schedule_shape *shape, int64_t sweeps);
/* Temperature of sweep t; to be called with t = 0, 1, 2, ... */
double schedule_next(schedule *s, int64_t t);
/* No temperature from the last schedule_next on is above this. */
double schedule_hottest(const schedule *s);

/* Table size for n variables: enough that a sweep seldom meets the same offset twice. */
int32_t quantile_count(int32_t n);
/* Makes the table, shuffled by key. False when memory is refused. O(count). */
bool quantile_make(lane_quantiles *q, int32_t count, uint64_t key, lehr_run *run);
/* Bytes of one threshold table of fields of type `type` (log2 of bytes). */
size_t threshold_bytes(int type, int32_t count);
/* Thresholds of a temperature, the first BLOCK_LANES entries repeated behind the last. */
void threshold_fill(const lane_kernel *kernel, const lane_quantiles *q, int type,
                    double temperature, void *threshold);

#endif
