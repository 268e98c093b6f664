/* SPDX-License-Identifier: Apache-2.0 */
/* Models from columns are the models that the builder makes. */
#include "qubo/columns.h"

#include "check.h"
#include "random_models.h"

#include <stdlib.h>

enum { MAX_COUPLINGS = MODEL_MAX_BITS * MODEL_MAX_BITS };

/* Takes an exact model apart; false if it is not exact. */
static bool take_apart(const lehr_model_view *v, int32_t row[], int32_t col[], int64_t weight[],
                       model_columns *c) {
  if (!v->is_exact) return false;
  int64_t count = 0;
  for (int32_t i = 0; i < v->n; i++) {
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      if (v->col[k] < i) continue;
      row[count] = i;
      col[count] = v->col[k];
      weight[count++] = v->weight_i64[k];
    }
  }
  *c = (model_columns){.vartype = (lehr_vartype)v->vartype,
                       .n = v->n,
                       .linear = v->linear_i64,
                       .n_couplings = count,
                       .row = row,
                       .col = col,
                       .weight = weight,
                       .offset = v->offset_i64,
                       .scale = v->scale};
  return true;
}

static void test_same_as_builder(void) {
  int32_t row[MAX_COUPLINGS], col[MAX_COUPLINGS];
  int64_t weight[MAX_COUPLINGS];
  for (uint64_t seed = 0; seed < 300; seed++) {
    philox_stream s = philox_stream_at(31, seed);
    const model_recipe recipe = {.n = (int32_t)(seed % (MODEL_MAX_BITS + 1)),
                                 .vartype = seed % 2 ? LEHR_SPIN : LEHR_BINARY,
                                 .values = (model_values)(seed % VALUES_REAL),
                                 .density = 0.5};
    lehr_model *a = model_random(&s, &recipe), *b;
    const lehr_model_view *v = lehr_model_look(a);
    lehr_error err = {0};
    model_columns c;
    REQUIRE(take_apart(v, row, col, weight, &c));
    CHECK(columns_are_sorted(&c));
    REQUIRE_OK(columns_model(&c, &b, &err));
    const lehr_model_view *w = lehr_model_look(b);
    const size_t n = (size_t)v->n, entries = 2 * (size_t)v->n_interactions;
    REQUIRE(w->n == v->n && w->n_interactions == v->n_interactions);
    CHECK_INT(w->vartype, v->vartype);
    CHECK(memcmp(v->row, w->row, (n + 1) * sizeof *v->row) == 0);
    CHECK(memcmp(v->col, w->col, entries * sizeof *v->col) == 0);
    CHECK(memcmp(v->weight_i64, w->weight_i64, entries * 8) == 0);
    CHECK(memcmp(v->linear_i64, w->linear_i64, n * 8) == 0);
    CHECK_INT(w->offset_i64, v->offset_i64);
    CHECK_REAL(w->offset_f64, v->offset_f64, 0);
    lehr_model_free(a);
    lehr_model_free(b);
  }
}

static void test_order_and_range(void) {
  static const struct {
    int32_t row[2], col[2];
    int64_t weight[2];
    bool is_sorted;
  } cases[] = {{{0, 0}, {1, 2}, {1, 1}, true},   {{0, 1}, {2, 2}, {1, 1}, true},
               {{0, 0}, {2, 1}, {1, 1}, false},  {{1, 0}, {2, 1}, {1, 1}, false},
               {{0, 0}, {1, 1}, {1, 1}, false},  {{0, 1}, {1, 1}, {1, 1}, false},
               {{0, 2}, {1, 1}, {1, 1}, false},  {{0, 1}, {1, 3}, {1, 1}, false},
               {{-1, 1}, {1, 2}, {1, 1}, false}, {{0, 1}, {1, 2}, {1, 0}, false}};
  static const int64_t linear[3] = {0};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    const model_columns c = {.n = 3,
                             .linear = linear,
                             .n_couplings = 2,
                             .row = cases[k].row,
                             .col = cases[k].col,
                             .weight = cases[k].weight,
                             .scale = 1};
    CHECK_INT(columns_are_sorted(&c), cases[k].is_sorted);
  }
  const int32_t row = 0, col = 1;
  const int64_t weight = INT64_MIN;
  const model_columns huge = {.n = 3,
                              .linear = linear,
                              .n_couplings = 1,
                              .row = &row,
                              .col = &col,
                              .weight = &weight,
                              .scale = 1};
  lehr_model *m;
  lehr_error err = {0};
  CHECK_INT(columns_model(&huge, &m, &err), LEHR_ERANGE);
  CHECK(m == NULL);
}

static const check_test tests[] = {{"same as the builder", test_same_as_builder},
                                   {"order and range", test_order_and_range}};
CHECK_MAIN("qubo/columns", tests)
