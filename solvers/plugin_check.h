/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/plugin_check.h - whether what a plugin says about itself can be relied on. */
#ifndef LEHR_SOLVERS_PLUGIN_CHECK_H
#define LEHR_SOLVERS_PLUGIN_CHECK_H

#include "lehr/plugin.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the engine has prepare() and discard(), which came later than the rest. */
static inline bool engine_prepares(const lehr_engine *engine) {
  return engine->struct_size >= offsetof(lehr_engine, discard) + sizeof engine->discard &&
         engine->prepare != NULL;
}

/* Interface version, sizes, names, functions and option table of an engine from a plugin.
 * LEHR_EUNAVAILABLE with the first thing that is wrong. O(options squared). */
lehr_status plugin_check(const lehr_engine *engine, lehr_error *err);

#endif
