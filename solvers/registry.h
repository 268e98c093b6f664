/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/registry.h - the built-in engines and the context that adds plugins to them. */
#ifndef LEHR_SOLVERS_REGISTRY_H
#define LEHR_SOLVERS_REGISTRY_H

#include "lehr/plugin.h"

#define ENGINE(name) extern const lehr_engine engine_##name;
#include "solvers/registry.def"
#undef ENGINE

struct lehr_context {
  const lehr_engine **plugins; /* [n_plugins]; the engines live in the mapped plugins */
  int32_t n_plugins;
  lehr_log_fn log;
  void *log_user;
};

/* Adds an engine that passed the plugin checks. LEHR_EUSAGE if the name is taken. */
lehr_status registry_add(lehr_context *ctx, const lehr_engine *engine, lehr_error *err);

#endif
