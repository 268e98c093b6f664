/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/tally.h"

#include <math.h>

batch_tally batch_tally_of_nothing(void) { return (batch_tally){.highest = -INFINITY}; }

void batch_tally_add(batch_tally *t, const result_row *row) {
  const bool has_failed = row->failed_reason[0] != '\0';
  t->rows++;
  t->failed += has_failed;
  t->infeasible += !has_failed && !row->feasible;
  t->highest = fmax(t->highest, row->feasible ? row->energy : INFINITY);
}
