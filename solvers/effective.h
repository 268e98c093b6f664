/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/effective.h - what a result has to say about how it was made. */
#ifndef LEHR_SOLVERS_EFFECTIVE_H
#define LEHR_SOLVERS_EFFECTIVE_H

#include "lehr/plugin.h"

struct json_t;

/* Adds the budget that the caller gave: reads, work, time_limit (seconds), target. What was left
 * to the engine is not added. */
void effective_add_budget(struct json_t *options, const lehr_params *p);

/* The engine's options and the budget as the text of a JSON object; equal texts, models and seeds
 * give equal results unless there is a time limit. NULL when memory is short; free() it. */
char *effective_options(const lehr_option_table *table, const void *values, const lehr_params *p);

#endif
