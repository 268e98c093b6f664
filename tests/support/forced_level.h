/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/forced_level.h - an engine on each of its instruction sets, all of which must give
 * the same samples. */
#ifndef LEHR_TESTS_SUPPORT_FORCED_LEVEL_H
#define LEHR_TESTS_SUPPORT_FORCED_LEVEL_H

#include "base/cpu.h"
#include "base/philox.h"
#include "solvers/registry.h"
#include "support/samples.h"

/* An engine whose run() can be told the level: an instruction set (base/cpu.h), or -1 for the
 * scalar twin. A file tests one of them. */
static struct {
  const lehr_engine *real;
  lehr_status (*run_at)(lehr_run *run, int level);
  uint64_t seed;
  int level;
  lehr_engine copy;
} forced;

/* Under the random key of the real engine. */
static inline lehr_status forced_run(lehr_run *run) {
  run->key = philox_key(forced.seed, forced.real->name);
  return forced.run_at(run, forced.level);
}

/* A context that knows the copy by the name "forced"; its solves are to have that seed. */
static inline lehr_context *forced_context(const lehr_engine *real,
                                           lehr_status (*run_at)(lehr_run *, int), uint64_t seed) {
  lehr_context *ctx;
  lehr_error err;
  forced.real = real;
  forced.run_at = run_at;
  forced.seed = seed;
  forced.copy = *real;
  forced.copy.name = "forced";
  forced.copy.run = forced_run;
  REQUIRE_OK(lehr_context_create(&ctx));
  REQUIRE_OK(registry_add(ctx, &forced.copy, &err));
  return ctx;
}

/* Solves m on all levels with p; the real engine, which has the best of them, gives the same. */
static inline void check_same_on_levels(const lehr_context *ctx, const lehr_model *m,
                                        lehr_params p) {
  lehr_sampleset *real, *set;
  lehr_error err;
  p.seed = forced.seed;
  p.engine = forced.real->name;
  REQUIRE_OK(lehr_solve(ctx, m, &p, &real, &err));
  p.engine = forced.copy.name;
  for (forced.level = -1; forced.level <= (int)cpu_best_level(); forced.level++) {
    REQUIRE_OK(lehr_solve(ctx, m, &p, &set, &err));
    if (p.reads > 0) CHECK_INT(lehr_sampleset_reads(set), p.reads);
    check_same_samples(real, set);
    lehr_sampleset_free(set);
  }
  lehr_sampleset_free(real);
}

#endif
