/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/components.h"

#include "base/philox.h"
#include "check.h"

#include <stdbool.h>

/* Sparse random model: 30 variables, 14 couplings, some groups. */
static lehr_model *sparse_model(philox_stream *s, bool integers) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 30, &b));
  for (int k = 0; k < 14; k++) {
    const int32_t i = (int32_t)philox_below(s, 30), j = (int32_t)philox_below(s, 30);
    const double value = integers ? (double)philox_below(s, 9) - 4 : philox_normal(s);
    REQUIRE_OK(lehr_builder_add(b, i, j, value, NULL));
  }
  const int32_t first = (int32_t)philox_below(s, 14), second = first + 15;
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, (int32_t[]){first, second}, 2, 0, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, NULL, 0, 0, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Energies and feasibility of the parts add up to those of the whole. */
static void check_parts(const lehr_model *m, const components *c, philox_stream *s) {
  uint8_t bits[30], part_bits[30];
  for (int i = 0; i < 30; i++) bits[i] = philox_u32(s) & 1;
  double sum = lehr_model_look(m)->offset_f64;
  int feasible = 1, seen = 0;
  for (int32_t k = 0; k < c->count; k++) {
    lehr_model *part;
    REQUIRE_OK(components_extract(lehr_model_look(m), c, k, &part, NULL));
    for (int32_t v = c->ptr[k]; v < c->ptr[k + 1]; v++) {
      part_bits[v - c->ptr[k]] = bits[c->list[v]];
      CHECK_INT(c->of[c->list[v]], k);
      CHECK(v == c->ptr[k] || c->list[v - 1] < c->list[v]);
      seen++;
    }
    sum += lehr_model_energy(part, part_bits);
    feasible &= lehr_model_feasible(part, part_bits);
    lehr_model_free(part);
  }
  CHECK_INT(seen, 30);
  CHECK_REAL(sum, lehr_model_energy(m, bits), 1e-12);
  CHECK_INT(feasible, lehr_model_feasible(m, bits));
}

static void parts_add_up(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 50; trial++) {
    lehr_model *m = sparse_model(&s, trial % 2);
    components c;
    REQUIRE_OK(components_find(lehr_model_look(m), &c));
    CHECK(c.count >= 15);
    for (int state = 0; state < 20; state++) check_parts(m, &c, &s);
    components_free(&c);
    lehr_model_free(m);
  }
}

/* What is left out leaves the others as they were. */
static void larger_ones(void) {
  philox_stream s = philox_stream_at(4, 0);
  for (int trial = 0; trial < 50; trial++) {
    lehr_model *m = sparse_model(&s, trial % 2);
    components all, some;
    REQUIRE_OK(components_find(lehr_model_look(m), &all));
    REQUIRE_OK(components_find(lehr_model_look(m), &some));
    components_keep_larger(&some, trial % 4);
    int32_t kept = 0;
    for (int32_t k = 0; k < all.count; k++) {
      const int32_t size = all.ptr[k + 1] - all.ptr[k];
      const int32_t groups = all.group_ptr[k + 1] - all.group_ptr[k];
      if (size <= trial % 4 && groups == 0) continue;
      REQUIRE(kept < some.count);
      CHECK_INT(some.ptr[kept + 1] - some.ptr[kept], size);
      CHECK_INT(some.group_ptr[kept + 1] - some.group_ptr[kept], groups);
      for (int32_t v = 0; v < size; v++)
        CHECK_INT(some.list[some.ptr[kept] + v], all.list[all.ptr[k] + v]);
      for (int32_t g = 0; g < groups; g++)
        CHECK_INT(some.group_list[some.group_ptr[kept] + g], all.group_list[all.group_ptr[k] + g]);
      kept++;
    }
    CHECK_INT(some.count, kept);
    components_free(&all);
    components_free(&some);
    lehr_model_free(m);
  }
}

static void no_variables(void) {
  lehr_builder *b;
  lehr_model *m;
  components c;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 0, &b));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(components_find(lehr_model_look(m), &c));
  CHECK_INT(c.count, 0);
  components_free(&c);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static const check_test tests[] = {
    {"parts add up", parts_add_up}, {"larger ones", larger_ones}, {"no variables", no_variables}};
CHECK_MAIN("qubo/components", tests)
