/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/engine_options.h - the caller's "key=value" texts as the values of an engine's table. */
#ifndef LEHR_SOLVERS_ENGINE_OPTIONS_H
#define LEHR_SOLVERS_ENGINE_OPTIONS_H

#include "lehr/plugin.h"

/* Defaults overwritten by params->options, in order. *values is to be freed by the caller whatever
 * the outcome. EUSAGE for an unknown key or a value out of range. */
lehr_status engine_options_read(const lehr_engine *engine, const lehr_params *params, void **values,
                                lehr_error *err);

#endif
