/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/deaf_run.h - whole engines without a host: a bare run to which nobody listens but
 * for states. The test sets should_stop, improved, sample and samples. */
#ifndef LEHR_TESTS_SUPPORT_DEAF_RUN_H
#define LEHR_TESTS_SUPPORT_DEAF_RUN_H

#include "support/bare_run.h"

#include "base/options.h"

#include <stdio.h>
#include <stdlib.h>

static inline void deaf_progress(lehr_run *run, double fraction, const char *phase) {
  (void)run, (void)fraction, (void)phase;
}
static inline void deaf_attempts(lehr_run *run, int64_t count) { (void)run, (void)count; }
static inline void deaf_bound(lehr_run *run, int64_t bound) { (void)run, (void)bound; }
static inline void deaf_reason(lehr_run *run, lehr_stop_reason reason) { (void)run, (void)reason; }
static inline void deaf_unfinished(lehr_run *run) { (void)run; }
static inline void deaf_value(lehr_run *run, const char *name, double value) {
  (void)run, (void)name, (void)value;
}
static inline void deaf_values(lehr_run *run, const char *name, const double values[],
                               int64_t count) {
  (void)run, (void)name, (void)values, (void)count;
}
static inline lehr_status deaf_fail(lehr_run *run, lehr_status status, const char *text) {
  (void)run;
  printf("\n  %s", text ? text : "failed");
  return status;
}

/* As bare_run, without a time limit. */
static inline lehr_run deaf_run(const lehr_model *m, arena *memory) {
  lehr_run run = bare_run(m, memory);
  run.struct_size = sizeof run;
  run.time_limit_s = -1;
  run.memory_bytes = UINT64_MAX;
  run.progress = deaf_progress;
  run.attempts = deaf_attempts;
  run.bound_int = deaf_bound;
  run.ended_by = deaf_reason;
  run.unfinished = deaf_unfinished;
  run.used = run.statistic = deaf_value;
  run.statistics = deaf_values;
  run.fail = deaf_fail;
  return run;
}

/* With the engine's default options. */
static inline lehr_status deaf_run_engine(const lehr_engine *e, lehr_run *run) {
  void *options = calloc(1, e->options->options_bytes);
  if (!options) return LEHR_ENOMEM;
  options_defaults(e->options, options);
  run->options = options;
  const lehr_status status = e->run(run);
  free(options);
  return status;
}

#endif
