/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bifurcation/settle.h - takes states to local minima with the lane kernels of annealing,
 * many at a time, in exact integers. */
#ifndef LEHR_SOLVERS_BIFURCATION_SETTLE_H
#define LEHR_SOLVERS_BIFURCATION_SETTLE_H

#include "solvers/anneal/lanes.h"
#include "solvers/anneal/rounds.h"

typedef struct settling {
  int level;
  lane_strip strip;
  void *downhill; /* threshold that accepts what lowers the energy */
} settling;

uint64_t settling_bytes(const lehr_model_view *m);
/* Memory from run; false when refused. */
bool settling_make(settling *s, const lane_model *m, int level, lehr_run *run);
/* Takes rows[count][n], any count, to local minima, as many at once as a kernel has lanes; cut
 * short when the run should stop. */
void settle(settling *s, const rounds *r, uint8_t rows[], int64_t count);

#endif
