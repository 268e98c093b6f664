/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/problems.h"

#include "base/philox.h"

#include <inttypes.h>
#include <stdlib.h>

static void check(lehr_status status, const lehr_error *err) {
  if (status == LEHR_OK) return;
  fprintf(stderr, "lehr-bench: %s\n", err && err->text[0] ? err->text : lehr_status_text(status));
  exit(1);
}

static lehr_model *finish(lehr_builder *b) {
  lehr_model *m;
  lehr_error err = {0};
  check(lehr_builder_finish(b, &m, &err), &err);
  lehr_builder_free(b);
  return m;
}

lehr_model *problem_random(int32_t n, double density, uint64_t seed) {
  philox_stream s = philox_stream_at(seed, 50);
  lehr_builder *b;
  check(lehr_builder_create(LEHR_BINARY, n, &b), NULL);
  for (int32_t i = 0; i < n; i++) {
    check(lehr_builder_add_linear_int(b, i, (int64_t)philox_below(&s, 21) - 10, NULL), NULL);
    for (int32_t j = 0; j < i; j++)
      if (philox_unit(&s) < density)
        check(lehr_builder_add_int(b, i, j, (int64_t)philox_below(&s, 21) - 10, NULL), NULL);
  }
  return finish(b);
}

lehr_model *problem_selection(int32_t n, int32_t k, uint64_t seed) {
  philox_stream s = philox_stream_at(seed, 400);
  lehr_builder *b;
  int32_t *all = malloc((size_t)n * sizeof *all);
  if (!all) check(LEHR_ENOMEM, NULL);
  check(lehr_builder_create(LEHR_BINARY, n, &b), NULL);
  for (int32_t i = 0; i < n; i++) {
    all[i] = i;
    check(lehr_builder_add_linear(b, i, -philox_unit(&s), NULL), NULL);
    for (int32_t j = 0; j < i; j++)
      check(lehr_builder_add(b, i, j, 0.05 * philox_normal(&s), NULL), NULL);
  }
  check(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, all, n, k, NULL), NULL);
  free(all);
  return finish(b);
}

void problem_print(const lehr_model *m, FILE *out) {
  const lehr_model_view *v = lehr_model_look(m);
  fprintf(out, "%" PRId32 " %" PRId64 " %s %.17g\n", v->n, v->n_interactions + v->n,
          v->vartype == LEHR_SPIN ? "spin" : "binary", v->offset_f64);
  for (int32_t i = 0; i < v->n; i++) {
    const double linear = v->is_exact ? (double)v->linear_i64[i] * v->scale : v->linear_f64[i];
    fprintf(out, "%" PRId32 " %" PRId32 " %.17g\n", i, i, linear);
    for (int64_t k = v->row[i]; k < v->row[i + 1] && v->col[k] < i; k++)
      fprintf(out, "%" PRId32 " %" PRId32 " %.17g\n", i, v->col[k],
              v->is_exact ? (double)v->weight_i64[k] * v->scale : v->weight_f64[k]);
  }
}
