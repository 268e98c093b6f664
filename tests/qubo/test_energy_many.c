/* SPDX-License-Identifier: Apache-2.0 */
/* Energies of many rows at once are those of each. */
#include "check.h"
#include "random_models.h"

#include "qubo/energy_many.h"
#include "qubo/model.h"

enum { ROWS = 150 };

static lehr_model *make(int32_t n, lehr_vartype vartype, model_values values, double factor) {
  philox_stream s = philox_stream_at(8, (uint64_t)n * 100 + (uint64_t)values);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(vartype, n, &b));
  for (int32_t k = 0; k < 5 * n; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n);
    REQUIRE_OK(lehr_builder_add(b, i, j, factor * model_coefficient(&s, values), NULL));
  }
  if (n > 0) REQUIRE_OK(lehr_builder_add_linear(b, n / 2, 3 * factor, NULL));
  REQUIRE_OK(lehr_builder_add_offset(b, -7 * factor, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void check_model(const lehr_model *model) {
  const lehr_model_view *m = lehr_model_look(model);
  philox_stream s = philox_stream_at(9, (uint64_t)m->n);
  uint8_t *rows = malloc((size_t)m->n * ROWS + 1);
  energy many[ROWS];
  for (int64_t k = 0; k < (int64_t)m->n * ROWS; k++) rows[k] = philox_u32(&s) & 1;
  for (int64_t count = 0; count <= ROWS; count += 1 + count / 3) {
    energy_many(m, rows, count, many);
    for (int64_t r = 0; r < count; r++) {
      const energy one = energy_of(m, rows + r * m->n);
      CHECK_INT(many[r].exact, one.exact);
      CHECK_REAL(many[r].real, one.real, 0);
    }
  }
  free(rows);
}

static void equal_those_of_each(void) {
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int32_t n = 0; n <= 90; n += 1 + n / 2)
      for (int vartype = 0; vartype < 2; vartype++) {
        lehr_model *m = make(n, vartype ? LEHR_SPIN : LEHR_BINARY, (model_values)values, 1);
        check_model(m);
        lehr_model_free(m);
      }
}

/* Coefficients as large as models may have: sums of 60 bits. */
static void equal_with_large_coefficients(void) {
  enum { N = 20 };
  for (int vartype = 0; vartype < 2; vartype++) {
    philox_stream s = philox_stream_at(10, 0);
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(vartype ? LEHR_SPIN : LEHR_BINARY, N, &b));
    for (int32_t i = 0; i < N; i++)
      for (int32_t j = 0; j < i; j++) {
        const int64_t size = (int64_t)(philox_u64(&s) >> 12);
        REQUIRE_OK(lehr_builder_add_int(b, i, j, philox_below(&s, 2) ? size : -size, NULL));
      }
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    CHECK(lehr_model_look(m)->is_exact);
    check_model(m);
    lehr_model_free(m);
  }
}

/* So many terms that planes carry far. */
static void equal_with_many_terms(void) {
  lehr_model *m = make(20000, LEHR_SPIN, VALUES_UNIT, 1);
  check_model(m);
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"equal those of each", equal_those_of_each},
    {"equal with large coefficients", equal_with_large_coefficients},
    {"equal with many terms", equal_with_many_terms},
};
CHECK_MAIN("energy many", tests)
