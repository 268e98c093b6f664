/* SPDX-License-Identifier: Apache-2.0 */
/* Plain random models, and chains shaped like unit commitment. */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "qubo/generate/generate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Uniform in low..high. */
static int64_t uniform(philox_stream *s, int64_t low, int64_t high) {
  return low + (int64_t)philox_below(s, (uint32_t)(high - low + 1));
}

/* Uniform in -100..100 without 0. */
static int64_t coupling(philox_stream *s) {
  const int64_t v = uniform(s, -100, 99);
  return v < 0 ? v : v + 1;
}

lehr_status generate_random(const generate_request *q, lehr_builder **b, generated *out,
                            lehr_error *err) {
  const int64_t n = q->variables ? q->variables : 100;
  const double density = q->density < 0 ? 0.1 : q->density;
  LEHR_TRY(generate_check_count("number of variables", n, err));
  if (lehr_builder_create(LEHR_BINARY, (int32_t)n, b) != LEHR_OK) return error_memory(err, 0);
  const int64_t edges =
      q->edges ? q->edges : (int64_t)nearbyint(density * ((double)n * (double)(n - 1) / 2));
  const uint64_t key = philox_key(q->seed, "random");
  philox_stream values = philox_stream_at(key, 1);
  int32_t *pairs;
  for (int32_t i = 0; i < n; i++)
    LEHR_TRY(lehr_builder_add_linear_int(*b, i, uniform(&values, -100, 100), err));
  LEHR_TRY(generate_pairs(key, n, edges, &pairs, err));
  lehr_status status = LEHR_OK;
  for (int64_t k = 0; k < edges && status == LEHR_OK; k++)
    status = lehr_builder_add_int(*b, pairs[2 * k], pairs[2 * k + 1], coupling(&values), err);
  free(pairs);
  snprintf(out->comment, sizeof out->comment,
           "random: %" PRId64 " variables, %" PRId64 " couplings, seed %" PRIu64, n, edges,
           q->seed);
  return status;
}

/* Variable t * units + g: unit g runs in hour t. Running costs or earns; a start between two
 * hours costs start (1 - x_t) x_t+1; two units in one hour share the demand. */
static lehr_status add_hour(lehr_builder *b, int32_t units, int32_t t, bool is_last,
                            philox_stream *s, lehr_error *err) {
  const int32_t first = t * units;
  for (int32_t g = 0; g < units; g++) {
    LEHR_TRY(lehr_builder_add_linear_int(b, first + g, uniform(s, -60, 20), err));
    for (int32_t h = g + 1; h < units; h++)
      LEHR_TRY(lehr_builder_add_int(b, first + g, first + h, uniform(s, 0, 20), err));
    if (is_last) continue;
    const int64_t start_cost = uniform(s, 1, 40);
    LEHR_TRY(lehr_builder_add_linear_int(b, first + units + g, start_cost, err));
    LEHR_TRY(lehr_builder_add_int(b, first + g, first + units + g, -start_cost, err));
  }
  return LEHR_OK;
}

static lehr_status set_hours(lehr_builder *b, int64_t units, int64_t hours, lehr_error *err) {
  int32_t *hour = memory_array((size_t)(units * hours), sizeof *hour);
  if (!hour) return error_memory(err, (uint64_t)(units * hours) * sizeof *hour);
  for (int64_t k = 0; k < units * hours; k++) hour[k] = (int32_t)(k / units);
  const lehr_status status = lehr_builder_set_time_index(b, hour);
  free(hour);
  return status == LEHR_OK ? LEHR_OK : error_memory(err, 0);
}

lehr_status generate_commitment_chain(const generate_request *q, lehr_builder **b, generated *out,
                                      lehr_error *err) {
  const int64_t units = q->units ? q->units : 5, hours = q->hours ? q->hours : 24;
  LEHR_TRY(generate_check_count("number of units", units, err));
  LEHR_TRY(generate_check_count("number of hours", hours, err));
  if (units > 10000) return error_set(err, LEHR_EUSAGE, "at most 10000 units");
  LEHR_TRY(generate_check_count("units x hours", units * hours, err));
  if (lehr_builder_create(LEHR_BINARY, (int32_t)(units * hours), b) != LEHR_OK)
    return error_memory(err, 0);
  philox_stream s = philox_stream_at(philox_key(q->seed, "commitment-chain"), 0);
  for (int32_t t = 0; t < hours; t++)
    LEHR_TRY(add_hour(*b, (int32_t)units, t, t + 1 == hours, &s, err));
  snprintf(out->comment, sizeof out->comment,
           "commitment-chain: %" PRId64 " units, %" PRId64 " hours, seed %" PRIu64, units, hours,
           q->seed);
  return set_hours(*b, units, hours, err);
}
