/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/engine_options.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"

lehr_status engine_options_read(const lehr_engine *engine, const lehr_params *params, void **values,
                                lehr_error *err) {
  const size_t bytes = engine->options ? engine->options->options_bytes : 0;
  *values = memory_array(1, bytes);
  if (!*values) return error_memory(err, bytes);
  options_defaults(engine->options, *values);
  for (size_t k = 0; k < params->n_options; k++)
    LEHR_TRY(options_set(engine->options, *values, params->options[k], err));
  return LEHR_OK;
}
