/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/results.h - what a result tells beside its samples. */
#ifndef LEHR_TESTS_SUPPORT_RESULTS_H
#define LEHR_TESTS_SUPPORT_RESULTS_H

#include "lehr/solve.h"

#include <jansson.h>

static inline lehr_result_info result_info(const lehr_sampleset *set) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(set, &info);
  return info;
}

/* A number of the engine's statistics; 0 where there is none of that name. */
static inline double result_told(const lehr_sampleset *set, const char *name) {
  json_t *const all = json_loads(result_info(set).statistics_json, 0, NULL);
  const double value = json_number_value(json_object_get(all, name));
  json_decref(all);
  return value;
}

#endif
