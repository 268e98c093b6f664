/* SPDX-License-Identifier: Apache-2.0 */
/* Generated models: sizes, planted ground states, sameness for a seed. */
#include "check.h"
#include "qubo/generate/generate.h"

#include <stdlib.h>

static lehr_error err;

static generated make(const char *kind, generate_request q) {
  generated g;
  if (q.density == 0) q.density = -1;
  const lehr_status status = generate_model(generator_find(kind), &q, &g, &err);
  if (status != LEHR_OK) printf("\n  %s: %s", kind, err.text);
  REQUIRE_OK(status);
  return g;
}

static double lowest_energy(const lehr_model *m) {
  const int32_t n = lehr_model_look(m)->n;
  double lowest = INFINITY;
  uint8_t bits[20] = {0};
  for (uint32_t k = 0; k < UINT32_C(1) << n; k++) {
    for (int32_t i = 0; i < n; i++) bits[i] = k >> i & 1;
    lowest = fmin(lowest, lehr_model_energy(m, bits));
  }
  return lowest;
}

static void test_planted_tiles_by_brute_force(void) {
  for (int tile_class = 1; tile_class <= 4; tile_class++) {
    for (uint64_t seed = 0; seed < 2; seed++) {
      generated g = make("planted-tile",
                         (generate_request){.size = 4, .tile_class = tile_class, .seed = seed});
      CHECK(g.has_ground);
      CHECK_INT(g.ground_energy, -8 * (6 - tile_class));
      CHECK_REAL(lowest_energy(g.model), g.ground_energy, 0);
      CHECK_CONTAINS(g.comment, "ground_energy = ");
      lehr_model_free(g.model);
    }
  }
}

/* The first entries that the published program prints for n = 6, density 50, seed 31000. */
static void test_palubeckis_is_the_published_one(void) {
  static const int entries[][3] = {{1, 1, -52}, {1, 4, 57}, {1, 6, 62},  {2, 2, -63}, {2, 3, 13},
                                   {3, 3, -38}, {4, 4, 77}, {4, 5, -87}, {5, 5, -45}, {6, 6, -66}};
  generated g =
      make("palubeckis", (generate_request){.variables = 6, .density = 0.5, .seed = 31000});
  CHECK_REAL(g.objective.factor, -1, 0);
  uint8_t bits[6];
  for (int k = 0; k < 64; k++) {
    int value = 0;
    for (int i = 0; i < 6; i++) bits[i] = k >> i & 1;
    for (size_t e = 0; e < sizeof entries / sizeof entries[0]; e++) {
      const int i = entries[e][0] - 1, j = entries[e][1] - 1;
      value += (i == j ? 1 : 2) * entries[e][2] * bits[i] * bits[j];
    }
    CHECK_REAL(lehr_model_energy(g.model, bits), -value, 0);
  }
  lehr_model_free(g.model);
}

static void check_shape(generated g, int n, int64_t m, int64_t lowest_degree,
                        int64_t highest_degree) {
  const lehr_model_view *v = lehr_model_look(g.model);
  CHECK_INT(v->n, n);
  CHECK_INT(v->n_interactions, m);
  CHECK(v->is_exact);
  for (int32_t i = 0; i < v->n; i++) {
    const int64_t degree = v->row[i + 1] - v->row[i];
    CHECK(degree >= lowest_degree && degree <= highest_degree);
  }
  lehr_model_free(g.model);
}

static void test_shapes(void) {
  check_shape(make("gset-like", (generate_request){.seed = 5}), 800, 19176, 1, 799);
  check_shape(make("torus", (generate_request){.size = 5, .width = 7}), 35, 70, 4, 4);
  check_shape(make("torus3d", (generate_request){.size = 4}), 64, 192, 6, 6);
  check_shape(make("grid", (generate_request){.size = 3, .width = 4}), 12, 17, 2, 4);
  check_shape(make("random", (generate_request){.variables = 9, .density = 1}), 9, 36, 8, 8);
  check_shape(make("random", (generate_request){.variables = 20, .density = 0.9}), 20, 171, 1, 19);
  check_shape(make("random", (generate_request){.variables = 1}), 1, 0, 0, 0);
}

static void test_hours_of_the_chain(void) {
  generated g = make("commitment-chain", (generate_request){.units = 3, .hours = 5});
  const lehr_model_view *v = lehr_model_look(g.model);
  REQUIRE(v->time_index != NULL && v->n == 15);
  for (int32_t i = 0; i < v->n; i++) {
    CHECK_INT(v->time_index[i], i / 3);
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++)
      CHECK(abs(v->time_index[v->col[k]] - v->time_index[i]) <= 1);
  }
  lehr_model_free(g.model);
}

/* One group for each site, edges between equal colours only. */
static void test_groups(void) {
  generated g = make("colouring", (generate_request){.variables = 20, .edges = 30, .labels = 3});
  const lehr_model_view *v = lehr_model_look(g.model);
  CHECK_INT(v->n, 60);
  CHECK_INT(v->n_groups, 20);
  CHECK_INT(v->n_interactions, 90);
  for (int32_t i = 0; i < v->n; i++)
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++)
      CHECK(v->col[k] % 3 == i % 3 && v->weight_i64[k] == 1);
  lehr_model_free(g.model);
  g = make("labels", (generate_request){.size = 3, .width = 2, .labels = 5});
  v = lehr_model_look(g.model);
  CHECK_INT(v->n, 30);
  CHECK_INT(v->n_groups, 6);
  for (int32_t i = 0; i < v->n; i++)
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      const int32_t a = i / 5, c = v->col[k] / 5;
      CHECK(abs(a - c) == 2 || (abs(a - c) == 1 && a / 2 == c / 2));
    }
  lehr_model_free(g.model);
}

/* A sum over the arrays: equal seeds give equal models, on every machine. */
static uint64_t fingerprint(const lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  uint64_t h = (uint64_t)v->n;
  for (int32_t i = 0; i < v->n; i++) {
    h = h * 31 + (uint64_t)v->linear_i64[i];
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++)
      h = (h * 31 + (uint64_t)v->col[k]) * 31 + (uint64_t)v->weight_i64[k];
  }
  return h;
}

static void test_seeds(void) {
  for (int k = 0; generator_at(k); k++) {
    const char *kind = generator_at(k)->name;
    generated a = make(kind, (generate_request){.seed = 1}),
              b = make(kind, (generate_request){.seed = 1}),
              c = make(kind, (generate_request){.seed = 2});
    CHECK(fingerprint(a.model) == fingerprint(b.model));
    CHECK(fingerprint(a.model) != fingerprint(c.model));
    lehr_model_free(a.model);
    lehr_model_free(b.model);
    lehr_model_free(c.model);
  }
}

static void test_refusals(void) {
  static const struct {
    const char *kind;
    generate_request q;
  } cases[] = {{"torus", {.size = 2, .density = -1}},
               {"planted-tile", {.size = 5, .density = -1}},
               {"planted-tile", {.size = 1 << 20, .density = -1}},
               {"torus3d", {.size = 2000, .density = -1}},
               {"random", {.variables = INT64_C(1) << 31, .density = -1}},
               {"random", {.variables = 3, .edges = 4, .density = -1}},
               {"random", {.density = 1.5}},
               {"labels", {.labels = 257, .density = -1}},
               {"palubeckis", {.density = 50}},
               {"palubeckis", {.seed = 2147483647, .density = -1}}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    generated g;
    CHECK_INT(generate_model(generator_find(cases[k].kind), &cases[k].q, &g, &err), LEHR_EUSAGE);
    CHECK(g.model == NULL);
  }
}

static const check_test tests[] = {
    {"planted tiles by brute force", test_planted_tiles_by_brute_force},
    {"palubeckis is the published one", test_palubeckis_is_the_published_one},
    {"shapes", test_shapes},
    {"hours of the chain", test_hours_of_the_chain},
    {"groups", test_groups},
    {"seeds", test_seeds},
    {"refusals", test_refusals},
};
CHECK_MAIN("qubo/generate", tests)
