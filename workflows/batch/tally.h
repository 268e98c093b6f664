/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/tally.h - counting the rows of a result. */
#ifndef LEHR_WORKFLOWS_BATCH_TALLY_H
#define LEHR_WORKFLOWS_BATCH_TALLY_H

#include "io/hdf5_result.h"
#include "workflows/batch/batch.h"

/* Of no rows. */
batch_tally batch_tally_of_nothing(void);
void batch_tally_add(batch_tally *t, const result_row *row);

#endif
