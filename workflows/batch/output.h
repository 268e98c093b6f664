/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/output.h - from a complete journal to the result file. */
#ifndef LEHR_WORKFLOWS_BATCH_OUTPUT_H
#define LEHR_WORKFLOWS_BATCH_OUTPUT_H

#include "workflows/batch/journal.h"
#include "workflows/batch/setup.h"

/* Writes the output from a journal that holds every item, and the timing file if it is wanted.
 * tally: of the rows. */
lehr_status batch_write_output(batch_setup *s, journal *j, batch_tally *tally, lehr_error *err);

/* Checks a finished output that stands at job->output: same input, options, seed and shard, and
 * every energy recomputed. EINPUT with the reason otherwise. */
lehr_status batch_check_output(batch_setup *s, batch_tally *tally, lehr_error *err);

#endif
