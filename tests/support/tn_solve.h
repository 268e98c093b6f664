/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/tn_solve.h - models solved by the tn engine, or refused. */
#ifndef LEHR_TESTS_SUPPORT_TN_SOLVE_H
#define LEHR_TESTS_SUPPORT_TN_SOLVE_H

#include "check.h"
#include "lehr/lehr.h"
#include "support/results.h"

/* With seed 5 and options[count] "name=value". */
static inline lehr_params tn_params(const char *const options[], size_t count) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "tn";
  p.seed = 5;
  p.options = options;
  p.n_options = count;
  return p;
}

static inline lehr_sampleset *tn_solve_with(const lehr_model *m, const lehr_params *p) {
  lehr_sampleset *s = NULL;
  lehr_error err = {0};
  const lehr_status status = lehr_solve(NULL, m, p, &s, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
  return s;
}

static inline lehr_sampleset *tn_solve(const lehr_model *m, const char *const options[],
                                       size_t count, int64_t reads) {
  lehr_params p = tn_params(options, count);
  p.reads = reads;
  return tn_solve_with(m, &p);
}

/* Refused with `said` in the reason; memory 0: the default. */
static inline void tn_refuses(const lehr_model *m, const char *const option, uint64_t memory,
                              const char *said) {
  lehr_params p = tn_params(&option, 1);
  lehr_sampleset *s;
  lehr_error err = {0};
  p.memory_bytes = memory;
  CHECK(lehr_solve(NULL, m, &p, &s, &err) != LEHR_OK);
  CHECK_CONTAINS(err.text, said);
}

#endif
