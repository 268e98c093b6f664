/* SPDX-License-Identifier: Apache-2.0 */
/* Rewriting a model in ways that map its optimum must map what the engines find. */
#include "check.h"
#include "random_models.h"

#include "lehr/plugin.h"

enum { MODELS = 400, SOME = 10, LARGEST = 10 };

/* A spin model as dense numbers, easy to rewrite. */
typedef struct dense {
  int32_t n;
  int64_t offset, h[LARGEST + 4], J[LARGEST + 4][LARGEST + 4]; /* j < i */
} dense;

static dense random_dense(philox_stream *s) {
  dense d = {.n = 1 + (int32_t)philox_below(s, LARGEST), .offset = (int64_t)philox_below(s, 99)};
  for (int32_t i = 0; i < d.n; i++) {
    d.h[i] = (int64_t)philox_below(s, 13) - 6;
    for (int32_t j = 0; j < i; j++)
      d.J[i][j] = philox_below(s, 2) ? (int64_t)philox_below(s, 13) - 6 : 0;
  }
  return d;
}

static lehr_model *build(const dense *d, double scale) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, d->n, &b));
  REQUIRE_OK(lehr_builder_add_offset_int(b, d->offset, NULL));
  for (int32_t i = 0; i < d->n; i++) {
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, d->h[i], NULL));
    for (int32_t j = 0; j < i; j++) REQUIRE_OK(lehr_builder_add_int(b, i, j, d->J[i][j], NULL));
  }
  REQUIRE_OK(lehr_builder_set_scale(b, scale));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Lowest energy by `engine`; bits (nullable) receives the state. */
static double lowest(const dense *d, double scale, const char *engine, uint8_t bits[]) {
  lehr_model *m = build(d, scale);
  lehr_params p;
  lehr_sampleset *set;
  lehr_params_init(&p);
  p.engine = engine;
  p.threads = 1;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
  const double energy = lehr_sampleset_energy(set, 0);
  if (bits) lehr_sampleset_bits(set, 0, bits);
  lehr_sampleset_free(set);
  lehr_model_free(m);
  return energy;
}

static double energy_under(const dense *d, const uint8_t bits[]) {
  lehr_model *m = build(d, 1);
  const double energy = lehr_model_energy(m, bits);
  lehr_model_free(m);
  return energy;
}

/* Flips the meaning of some spins. */
static dense gauged(const dense *d, const int sign[]) {
  dense g = *d;
  for (int32_t i = 0; i < d->n; i++) {
    g.h[i] *= sign[i];
    for (int32_t j = 0; j < i; j++) g.J[i][j] *= sign[i] * sign[j];
  }
  return g;
}

/* Variable i becomes place[i]. */
static dense permuted(const dense *d, const int32_t place[]) {
  dense p = {.n = d->n, .offset = d->offset};
  for (int32_t i = 0; i < d->n; i++) {
    p.h[place[i]] = d->h[i];
    for (int32_t j = 0; j < i; j++) {
      const int32_t a = place[i], b = place[j];
      p.J[a > b ? a : b][a > b ? b : a] = d->J[i][j];
    }
  }
  return p;
}

static void check_gauge(philox_stream *s, const dense *d, const char *engine, double best) {
  int sign[LARGEST];
  uint8_t bits[LARGEST + 4];
  for (int32_t i = 0; i < d->n; i++) sign[i] = philox_below(s, 2) ? 1 : -1;
  const dense g = gauged(d, sign);
  CHECK_REAL(lowest(&g, 1, engine, bits), best, 0);
  for (int32_t i = 0; i < d->n; i++) bits[i] ^= sign[i] < 0;
  CHECK_REAL(energy_under(d, bits), best, 0);
}

static void check_permutation(philox_stream *s, const dense *d, const char *engine, double best) {
  int32_t place[LARGEST];
  uint8_t bits[LARGEST + 4], back[LARGEST + 4];
  for (int32_t i = 0; i < d->n; i++) place[i] = i;
  for (int32_t i = d->n - 1; i > 0; i--) {
    const int32_t j = (int32_t)philox_below(s, (uint32_t)i + 1), t = place[i];
    place[i] = place[j];
    place[j] = t;
  }
  const dense p = permuted(d, place);
  CHECK_REAL(lowest(&p, 1, engine, bits), best, 0);
  for (int32_t i = 0; i < d->n; i++) back[i] = bits[place[i]];
  CHECK_REAL(energy_under(d, back), best, 0);
}

static void check_rest(const dense *d, const char *engine, double best) {
  dense larger = *d, shifted = *d;
  larger.n += 3; /* variables on their own */
  shifted.offset += 1000;
  CHECK_REAL(lowest(&larger, 1, engine, NULL), best, 0);
  CHECK_REAL(lowest(&shifted, 1, engine, NULL), best + 1000, 0);
  CHECK_REAL(lowest(d, 8, engine, NULL), 8 * best, 0);
  CHECK_REAL(lowest(d, 0.5, engine, NULL), best / 2, 0);
}

/* The engines that find every optimum of models so small; the slower ones see some of them. */
static bool is_tried(const char *engine, int k) {
  if (strcmp(engine, "greedy") == 0) return false;
  return strcmp(engine, "exhaustive") == 0 || strcmp(engine, "anneal") == 0 || k % SOME == 0;
}

static void optima_map(void) {
  philox_stream s = philox_stream_at(31, 0);
  for (int k = 0; k < MODELS; k++) {
    const dense d = random_dense(&s);
    const double best = lowest(&d, 1, "exhaustive", NULL);
    for (int32_t e = -1; e < lehr_engine_count(NULL); e++) {
      const char *engine = e < 0 ? "auto" : lehr_engine_at(NULL, e)->name;
      if (!is_tried(engine, k)) continue;
      check_gauge(&s, &d, engine, best);
      check_permutation(&s, &d, engine, best);
      check_rest(&d, engine, best);
    }
  }
}

/* A gauged and permuted ferromagnet in units of `scale`, whose lowest energy is -sum |J| scale:
 * bonds of one size (kind 0, for kernels in bits), of many (1, lanes), or of all pairs (2, rows).
 */
static lehr_model *ferromagnet(philox_stream *s, int kind, double scale, double *best) {
  enum { N = 96 };
  int sign[N];
  int32_t place[N] = {0};
  lehr_builder *b;
  lehr_model *m;
  *best = 0;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 0; i < N; i++) {
    const int32_t j = (int32_t)philox_below(s, (uint32_t)i + 1);
    sign[i] = philox_below(s, 2) ? 1 : -1;
    place[i] = place[j];
    place[j] = i;
  }
  for (int32_t i = 0; i < N; i++)
    for (int32_t j = 0; j < i; j++) {
      const int32_t a = place[i], c = place[j];
      const int64_t size = kind == 0 ? 1 : 1 + philox_below(s, 1000);
      if (kind < 2 && i - j > 3 && N + j - i > 3) continue; /* a ring, three neighbours each way */
      REQUIRE_OK(lehr_builder_add_int(b, a, c, -size * sign[a] * sign[c], NULL));
      *best -= (double)size * scale;
    }
  REQUIRE_OK(lehr_builder_set_scale(b, scale));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* The kernels that small models do not reach. */
static void ferromagnets_are_aligned(void) {
  philox_stream s = philox_stream_at(32, 0);
  for (int k = 0; k < 9; k++) {
    double best;
    lehr_model *m = ferromagnet(&s, k % 3, k < 3 ? 1 : k < 6 ? 0.25 : 1024, &best);
    int tried = 0;
    for (int32_t e = 0; e < lehr_engine_count(NULL); e++) {
      lehr_params p;
      lehr_plan plan;
      lehr_sampleset *set;
      lehr_params_init(&p);
      p.engine = lehr_engine_at(NULL, e)->name;
      p.threads = 1;
      p.seed = (uint64_t)k;
      p.work = INT64_C(1) << 24;
      p.memory_bytes = 256 << 20;
      const bool is_descent = strcmp(p.engine, "greedy") == 0; /* ends in domains */
      if (is_descent || lehr_solve_plan(NULL, m, &p, &plan, NULL, NULL) != LEHR_OK) continue;
      REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
      CHECK_REAL(lehr_sampleset_energy(set, 0), best, 0);
      lehr_sampleset_free(set);
      tried++;
    }
    CHECK(tried >= 7);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"optima map", optima_map},
                                   {"ferromagnets are aligned", ferromagnets_are_aligned}};
CHECK_MAIN("invariances", tests)
