/* SPDX-License-Identifier: Apache-2.0 */
/* cli/plugins_path.h - where the command looks for engine plugins (NAME.lehr.so).
 *
 * First the files given with --plugin, then the folders of LEHR_PLUGIN_PATH (separated by ':',
 * ignored for privileged processes), then ${libdir}/lehr/plugins. */
#ifndef LEHR_CLI_PLUGINS_PATH_H
#define LEHR_CLI_PLUGINS_PATH_H

#include "lehr/solve.h"

#include <stddef.h>

/* One plugin file that was tried. */
typedef struct plugin_attempt {
  const char *path;
  lehr_status status; /* LEHR_OK: loaded */
  const char *reason; /* why not, or "" */
} plugin_attempt;
typedef void (*plugin_attempt_fn)(void *user, const plugin_attempt *attempt);

/* Loads files[count], which must all load, and then what the folders hold, where a refused plugin
 * is left out. With `tell` (nullable) every attempt is told and none of them is a failure. */
lehr_status plugins_load(lehr_context *ctx, const char *const files[], size_t count,
                         plugin_attempt_fn tell, void *user, lehr_error *err);

#endif
