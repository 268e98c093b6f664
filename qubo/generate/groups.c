/* SPDX-License-Identifier: Apache-2.0 */
/* Models with one-hot groups: variable site * labels + label says that a site has the label. */
#include "base/error.h"
#include "base/philox.h"
#include "qubo/generate/generate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* `sites` groups of as many variables as there are labels. */
static lehr_status create(int64_t sites, int64_t labels, lehr_builder **b, lehr_error *err) {
  int32_t members[MOST_LABELS];
  LEHR_TRY(generate_check_count("number of variables", sites * labels, err));
  if (lehr_builder_create(LEHR_BINARY, (int32_t)(sites * labels), b) != LEHR_OK)
    return error_memory(err, 0);
  for (int64_t s = 0; s < sites; s++) {
    for (int64_t a = 0; a < labels; a++) members[a] = (int32_t)(s * labels + a);
    LEHR_TRY(lehr_builder_add_group(*b, LEHR_GROUP_ONE_HOT, members, labels, 0, err));
  }
  return LEHR_OK;
}

static lehr_status label_count(const generate_request *q, int64_t *labels, lehr_error *err) {
  *labels = q->labels ? q->labels : 4;
  if (*labels >= 1 && *labels <= MOST_LABELS) return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "%" PRId64 " labels outside 1..%d", *labels, MOST_LABELS);
}

static int64_t cost(philox_stream *s) { return (int64_t)philox_below(s, 201) - 100; }

/* A cost for each pair of labels of two neighbours. */
static lehr_status add_costs(lehr_builder *b, int64_t i, int64_t j, int64_t labels,
                             philox_stream *s, lehr_error *err) {
  for (int64_t a = 0; a < labels; a++)
    for (int64_t c = 0; c < labels; c++)
      LEHR_TRY(lehr_builder_add_int(b, (int32_t)(i * labels + a), (int32_t)(j * labels + c),
                                    cost(s), err));
  return LEHR_OK;
}

lehr_status generate_labels(const generate_request *q, lehr_builder **b, generated *out,
                            lehr_error *err) {
  int64_t side[2], labels;
  LEHR_TRY(generate_sides(q, 1, side, err));
  LEHR_TRY(label_count(q, &labels, err));
  LEHR_TRY(create(side[0] * side[1], labels, b, err));
  philox_stream s = philox_stream_at(philox_key(q->seed, "labels"), 0);
  for (int64_t x = 0; x < side[0]; x++) {
    for (int64_t y = 0; y < side[1]; y++) {
      const int64_t here = x * side[1] + y;
      if (y + 1 < side[1]) LEHR_TRY(add_costs(*b, here, here + 1, labels, &s, err));
      if (x + 1 < side[0]) LEHR_TRY(add_costs(*b, here, here + side[1], labels, &s, err));
    }
  }
  snprintf(out->comment, sizeof out->comment,
           "labels: %" PRId64 " kinds on %" PRId64 " x %" PRId64 " sites, seed %" PRIu64, labels,
           side[0], side[1], q->seed);
  return LEHR_OK;
}

lehr_status generate_colouring(const generate_request *q, lehr_builder **b, generated *out,
                               lehr_error *err) {
  static const double neighbours = 9; /* about as many as four colours can keep apart */
  const int64_t n = q->variables ? q->variables : 100;
  const double density = q->density < 0 ? fmin(1, neighbours / (double)n) : q->density;
  const int64_t edges =
      q->edges ? q->edges : (int64_t)nearbyint(density * ((double)n * (double)(n - 1) / 2));
  int64_t colours;
  int32_t *pairs;
  LEHR_TRY(label_count(q, &colours, err));
  LEHR_TRY(generate_check_count("number of vertices", n, err));
  LEHR_TRY(create(n, colours, b, err));
  LEHR_TRY(generate_pairs(philox_key(q->seed, "colouring"), n, edges, &pairs, err));
  lehr_status status = LEHR_OK;
  for (int64_t k = 0; k < edges * colours && status == LEHR_OK; k++) {
    const int32_t *pair = &pairs[k / colours * 2], a = (int32_t)(k % colours);
    status = lehr_builder_add_int(*b, (int32_t)(pair[0] * colours) + a,
                                  (int32_t)(pair[1] * colours) + a, 1, err);
  }
  free(pairs);
  snprintf(out->comment, sizeof out->comment,
           "colouring: %" PRId64 " colours, %" PRId64 " vertices, %" PRId64 " edges, seed %" PRIu64,
           colours, n, edges, q->seed);
  return status;
}
