/* SPDX-License-Identifier: Apache-2.0 */
/* The UBQP generator that Palubeckis published ("A comparative study of multistart tabu search
 * for UBQP", 2002): the same n, density and seed give the same instance as his program, e.g.
 * p3000.1 for (3000, 50 %, 31000). Maximise x'Qx, so E = -x'Qx. */
#include "base/error.h"
#include "qubo/generate/generate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { MOST_VARIABLES = 100000 };
static const uint64_t modulus = 2147483647; /* Park and Miller's minimal standard generator */

/* Next value of the generator in (0, 1). */
static double next(uint64_t *state) {
  *state = *state * 16807 % modulus;
  return (double)*state / 2147483648.0;
}

static int64_t coefficient(uint64_t *state) { return (int64_t)(next(state) * 201) - 100; }

/* Single precision as in the original: it decides about ties at the density. */
static bool is_pair(uint64_t *state, double percent) {
  const float drawn = (float)(next(state) * 100);
  return drawn <= percent;
}

lehr_status generate_palubeckis(const generate_request *q, lehr_builder **b, generated *out,
                                lehr_error *err) {
  const int64_t n = q->variables ? q->variables : 1000;
  /* His program takes whole percentages. */
  const double percent = q->density < 0 ? 50 : nearbyint(q->density * 100);
  uint64_t state = q->seed ? q->seed : 31000;
  if (state >= modulus)
    return error_set(err, LEHR_EUSAGE, "seed %" PRIu64 " outside 1..2147483646", q->seed);
  LEHR_TRY(generate_check_count("number of variables", n, err));
  if (n > MOST_VARIABLES)
    return error_set(err, LEHR_EUSAGE, "palubeckis draws all pairs: at most %d variables",
                     (int)MOST_VARIABLES);
  snprintf(out->comment, sizeof out->comment,
           "palubeckis: n %" PRId64 ", density %.0f %%, seed %" PRIu64, n, percent, state);
  out->objective.factor = -1;
  if (lehr_builder_create(LEHR_BINARY, (int32_t)n, b) != LEHR_OK) return error_memory(err, 0);
  for (int32_t i = 0; i < n; i++) {
    LEHR_TRY(lehr_builder_add_linear_int(*b, i, -coefficient(&state), err));
    for (int32_t j = i + 1; j < n; j++)
      if (is_pair(&state, percent))
        LEHR_TRY(lehr_builder_add_int(*b, i, j, -2 * coefficient(&state), err));
  }
  return LEHR_OK;
}
