/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/registry.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static const lehr_engine *const builtin[] = {
#define ENGINE(name) &engine_##name,
#include "solvers/registry.def"
#undef ENGINE
};
enum { N_BUILTIN = sizeof builtin / sizeof builtin[0] };

lehr_status lehr_context_create(lehr_context **out) {
  *out = calloc(1, sizeof **out);
  return *out ? LEHR_OK : LEHR_ENOMEM;
}

void lehr_context_set_log(lehr_context *ctx, lehr_log_fn fn, void *user) {
  ctx->log = fn;
  ctx->log_user = user;
}

void lehr_context_free(lehr_context *ctx) {
  if (!ctx) return;
  free(ctx->plugins);
  free(ctx);
}

int32_t lehr_engine_count(const lehr_context *ctx) {
  return N_BUILTIN + (ctx ? ctx->n_plugins : 0);
}

const lehr_engine *lehr_engine_at(const lehr_context *ctx, int32_t index) {
  if (index < 0 || index >= lehr_engine_count(ctx)) return NULL;
  return index < N_BUILTIN ? builtin[index] : ctx->plugins[index - N_BUILTIN];
}

const lehr_engine *lehr_engine_find(const lehr_context *ctx, const char *name) {
  for (int32_t k = 0; k < lehr_engine_count(ctx); k++) {
    const lehr_engine *engine = lehr_engine_at(ctx, k);
    if (strcmp(engine->name, name) == 0) return engine;
  }
  return NULL;
}

lehr_status registry_add(lehr_context *ctx, const lehr_engine *engine, lehr_error *err) {
  if (strcmp(engine->name, "auto") == 0 || lehr_engine_find(ctx, engine->name))
    return error_set(err, LEHR_EUSAGE, "an engine called '%s' is loaded already", engine->name);
  const size_t count = (size_t)ctx->n_plugins + 1;
  const lehr_engine **grown = realloc(ctx->plugins, count * sizeof *grown);
  if (!grown) return error_memory(err, count * sizeof *grown);
  grown[ctx->n_plugins++] = engine;
  ctx->plugins = grown;
  return LEHR_OK;
}
