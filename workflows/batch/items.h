/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/items.h - solves the items that the journal lacks. */
#ifndef LEHR_WORKFLOWS_BATCH_ITEMS_H
#define LEHR_WORKFLOWS_BATCH_ITEMS_H

#include "workflows/batch/journal.h"
#include "workflows/batch/setup.h"

/* Solves and appends. LEHR_OK with outcome->was_interrupted if params.stop came. */
lehr_status batch_solve_items(batch_setup *s, journal *j, batch_outcome *outcome, lehr_error *err);

#endif
