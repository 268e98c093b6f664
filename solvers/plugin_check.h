/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/plugin_check.h - whether what a plugin says about itself can be relied on. */
#ifndef LEHR_SOLVERS_PLUGIN_CHECK_H
#define LEHR_SOLVERS_PLUGIN_CHECK_H

#include "lehr/plugin.h"

/* Interface version, sizes, names, functions and option table of an engine from a plugin.
 * LEHR_EUNAVAILABLE with the first thing that is wrong. O(options squared). */
lehr_status plugin_check(const lehr_engine *engine, lehr_error *err);

#endif
