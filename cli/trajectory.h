/* SPDX-License-Identifier: Apache-2.0 */
/* cli/trajectory.h - the improvements of a solve, for --trajectory. */
#ifndef LEHR_CLI_TRAJECTORY_H
#define LEHR_CLI_TRAJECTORY_H

#include "lehr/file.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct trajectory_point {
  double wall_s, cpu_s, energy;
} trajectory_point;

typedef struct trajectory {
  trajectory_point *points;
  int64_t count, capacity;
  bool is_incomplete; /* memory was short */
} trajectory;

void trajectory_add(trajectory *t, trajectory_point point);
/* Publishes wall_s,cpu_s,energy,objective. */
lehr_status trajectory_write(const trajectory *t, lehr_objective objective, const char *path,
                             lehr_error *err);
void trajectory_free(trajectory *t);

#endif
