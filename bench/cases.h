/* SPDX-License-Identifier: Apache-2.0 */
/* bench/cases.h - what lehr-bench can run. */
#ifndef LEHR_BENCH_CASES_H
#define LEHR_BENCH_CASES_H

#include "lehr/lehr.h"

#include <stdbool.h>

typedef struct bench_settings {
  const char *data_dir; /* where the public instances lie */
  bool with_peer;
  int threads;
} bench_settings;

typedef struct bench_case {
  const char *name, *summary;
  /* Prints its report; false if something went wrong (said on stderr). */
  bool (*run)(const struct bench_case *self, const bench_settings *settings);
} bench_case;

extern const bench_case bench_cases[];
extern const int n_bench_cases;

bool bench_bits(const bench_case *self, const bench_settings *settings);
bool bench_batch50(const bench_case *self, const bench_settings *settings);
bool bench_batch_file(const bench_case *self, const bench_settings *settings);
bool bench_tn_lattices(const bench_case *self, const bench_settings *settings);
bool bench_tn_solve(const bench_case *self, const bench_settings *settings);
bool bench_tn_large(const bench_case *self, const bench_settings *settings);
bool bench_tn_states(const bench_case *self, const bench_settings *settings);
bool bench_tn_kernels(const bench_case *self, const bench_settings *settings);
bool bench_tn_joins(const bench_case *self, const bench_settings *settings);
bool bench_ubqp(const bench_case *self, const bench_settings *settings);
/* p3000.1 of Palubeckis (2002); NULL with a message on stderr on failure. */
lehr_model *bench_p3000(void);

/* Solves; NULL with a message on stderr on failure. sweeps 0: no such option. */
lehr_sampleset *bench_solve(const lehr_model *m, const char *engine, int64_t reads, int64_t sweeps,
                            int threads);

#endif
