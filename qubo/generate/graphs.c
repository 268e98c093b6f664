/* SPDX-License-Identifier: Apache-2.0 */
/* Maximum cuts and spin lattices in the manner of the Gset and of the DIMACS torus set. */
#include "base/error.h"
#include "base/philox.h"
#include "qubo/generate/generate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int sign(philox_stream *s) { return philox_u32(s) >> 31 ? 1 : -1; }

lehr_status generate_gset_like(const generate_request *q, lehr_builder **b, generated *out,
                               lehr_error *err) {
  const int64_t n = q->variables ? q->variables : 800;
  const double density = q->density < 0 ? 0.06 : q->density; /* of G1 to G10 */
  LEHR_TRY(generate_cut_builder(n, b, out, err));
  const int64_t edges =
      q->edges ? q->edges : (int64_t)nearbyint(density * ((double)n * (double)(n - 1) / 2));
  const uint64_t key = philox_key(q->seed, "gset-like");
  philox_stream signs = philox_stream_at(key, 1);
  int32_t *pairs;
  LEHR_TRY(generate_pairs(key, n, edges, &pairs, err));
  lehr_status status = LEHR_OK;
  for (int64_t k = 0; k < edges && status == LEHR_OK; k++)
    status =
        generate_add_edge(*b, pairs[2 * k], pairs[2 * k + 1], q->has_signs ? sign(&signs) : 1, err);
  free(pairs);
  snprintf(out->comment, sizeof out->comment,
           "gset-like: %" PRId64 " vertices, %" PRId64 " edges, seed %" PRIu64, n, edges, q->seed);
  return status;
}

lehr_status generate_sides(const generate_request *q, int64_t least, int64_t side[2],
                           lehr_error *err) {
  side[0] = q->size ? q->size : 20;
  side[1] = q->width ? q->width : side[0];
  if (side[0] >= least && side[1] >= least && side[0] <= 1 << 15 && side[1] <= 1 << 15)
    return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "sides %" PRId64 " x %" PRId64 " outside %" PRId64 "..32768",
                   side[0], side[1], least);
}

lehr_status generate_torus(const generate_request *q, lehr_builder **b, generated *out,
                           lehr_error *err) {
  int64_t side[2];
  LEHR_TRY(generate_sides(q, 3, side, err)); /* two would have double edges */
  LEHR_TRY(generate_cut_builder(side[0] * side[1], b, out, err));
  philox_stream s = philox_stream_at(philox_key(q->seed, "torus"), 0);
  for (int64_t x = 0; x < side[0]; x++) {
    for (int64_t y = 0; y < side[1]; y++) {
      const int64_t here = x * side[1] + y;
      LEHR_TRY(generate_add_edge(*b, here, x * side[1] + (y + 1) % side[1], sign(&s), err));
      LEHR_TRY(generate_add_edge(*b, here, (x + 1) % side[0] * side[1] + y, sign(&s), err));
    }
  }
  snprintf(out->comment, sizeof out->comment,
           "torus: %" PRId64 " x %" PRId64 ", +1 and -1, seed %" PRIu64, side[0], side[1], q->seed);
  return LEHR_OK;
}

lehr_status generate_torus3d(const generate_request *q, lehr_builder **b, generated *out,
                             lehr_error *err) {
  const int64_t l = q->size ? q->size : 8;
  if (l < 3 || l > 1000) return error_set(err, LEHR_EUSAGE, "side %" PRId64 " outside 3..1000", l);
  LEHR_TRY(generate_cut_builder(l * l * l, b, out, err));
  philox_stream s = philox_stream_at(philox_key(q->seed, "torus3d"), 0);
  for (int64_t x = 0; x < l; x++) {
    for (int64_t y = 0; y < l; y++) {
      for (int64_t z = 0; z < l; z++) {
        const int64_t here = (x * l + y) * l + z;
        const int64_t next[3] = {(x * l + y) * l + (z + 1) % l, (x * l + (y + 1) % l) * l + z,
                                 ((x + 1) % l * l + y) * l + z};
        for (int d = 0; d < 3; d++) LEHR_TRY(generate_add_edge(*b, here, next[d], sign(&s), err));
      }
    }
  }
  snprintf(out->comment, sizeof out->comment, "torus3d: side %" PRId64 ", +1 and -1, seed %" PRIu64,
           l, q->seed);
  return LEHR_OK;
}

lehr_status generate_grid(const generate_request *q, lehr_builder **b, generated *out,
                          lehr_error *err) {
  int64_t side[2];
  LEHR_TRY(generate_sides(q, 1, side, err));
  LEHR_TRY(generate_check_count("number of variables", side[0] * side[1], err));
  if (lehr_builder_create(LEHR_SPIN, (int32_t)(side[0] * side[1]), b) != LEHR_OK)
    return error_memory(err, 0);
  philox_stream s = philox_stream_at(philox_key(q->seed, "grid"), 0);
  for (int64_t x = 0; x < side[0]; x++) {
    for (int64_t y = 0; y < side[1]; y++) {
      const int32_t here = (int32_t)(x * side[1] + y);
      if (y + 1 < side[1]) LEHR_TRY(lehr_builder_add_int(*b, here, here + 1, sign(&s), err));
      if (x + 1 < side[0])
        LEHR_TRY(lehr_builder_add_int(*b, here, here + (int32_t)side[1], sign(&s), err));
    }
  }
  snprintf(out->comment, sizeof out->comment,
           "grid: open %" PRId64 " x %" PRId64 ", J = +1 and -1, seed %" PRIu64, side[0], side[1],
           q->seed);
  return LEHR_OK;
}
