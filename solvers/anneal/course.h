/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/course.h - what annealing did with some replicas. */
#ifndef LEHR_SOLVERS_ANNEAL_COURSE_H
#define LEHR_SOLVERS_ANNEAL_COURSE_H

#include <stdbool.h>
#include <stdint.h>

/* Attempts are counted replica by replica until it is frozen (frozen.h), so that the sums do not
 * depend on which replicas share a strip. */
typedef struct course {
  int64_t attempts;
  int64_t frozen; /* replicas */
  int64_t spared; /* attempts that frozen replicas would have made */
  bool is_cut;    /* the run should stop before they had their start states: there is no state */
} course;

#endif
