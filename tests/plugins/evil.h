/* SPDX-License-Identifier: Apache-2.0 */
/* tests/plugins/evil.h - what the bad plugins have in common: an engine like any other, of which
 * each file then spoils one thing. */
#ifndef LEHR_TESTS_PLUGINS_EVIL_H
#define LEHR_TESTS_PLUGINS_EVIL_H

#include <lehr/plugin.h>

static lehr_status evil_plan(const lehr_model_view *model, const void *options, int64_t reads,
                             int32_t threads, lehr_plan *plan) {
  (void)options;
  (void)reads;
  (void)threads;
  plan->bytes = (uint64_t)model->n;
  return LEHR_OK;
}

/* Delivers the state in which every bit is `bit`. */
static inline lehr_status evil_sample(lehr_run *run, uint8_t bit) {
  uint8_t *bits = run->alloc(run, (size_t)run->model->n);
  if (!bits) return LEHR_ENOMEM;
  for (int32_t i = 0; i < run->model->n; i++) bits[i] = bit;
  return run->sample(run, bits, 1);
}

/* The exported function around evil_run; more members may follow the name. */
#define EVIL_PLUGIN(...)                                                                           \
  const lehr_engine *lehr_plugin_v1(const lehr_host *host) {                                       \
    static const lehr_engine engine = {.struct_size = sizeof engine,                               \
                                       .abi = LEHR_PLUGIN_ABI,                                     \
                                       .summary = "misbehaves in one way",                         \
                                       .plan = evil_plan,                                          \
                                       .run = evil_run,                                            \
                                       __VA_ARGS__};                                               \
    (void)host;                                                                                    \
    return &engine;                                                                                \
  }

#endif
