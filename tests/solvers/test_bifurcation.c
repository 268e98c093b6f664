/* SPDX-License-Identifier: Apache-2.0 */
/* The bifurcation engine: forces and steps are those of the equations of motion, one answer on
 * every instruction set, and sensible ones. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"
#include "support/forced_level.h"

#include "base/error.h"
#include "solvers/bifurcation/bifurcation.h"
#include "solvers/bifurcation/forces.h"
#include "solvers/bifurcation/stiffness.h"
#include "solvers/registry.h"

enum { MOST_N = 320 };

static lehr_model *random_model(int32_t n, double density, model_values values) {
  philox_stream s = philox_stream_at(99, (uint64_t)values * 1000 + (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++) {
    REQUIRE_OK(lehr_builder_add_linear(b, i, 9 * model_coefficient(&s, values), NULL));
    for (int32_t j = 0; j < i; j++)
      if (philox_unit(&s) < density)
        REQUIRE_OK(lehr_builder_add(b, i, j, 9 * model_coefficient(&s, values), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* ---- One step against the formulas ---- */

/* The strip of `m` with positions and momenta that also lie near and beyond the walls. */
static oscillator_strip strip_of(lehr_run *run, oscillator_model *model, bool is_discrete) {
  const size_t count = (size_t)model->n * FEWEST_LANES;
  philox_stream s = philox_stream_at(1, 2);
  oscillator_strip strip = {.model = model,
                            .lanes = FEWEST_LANES,
                            .is_discrete = is_discrete,
                            .step = 0.75f,
                            .pull = 0.25f,
                            .x = run->alloc(run, count * sizeof(float)),
                            .y = run->alloc(run, count * sizeof(float)),
                            .v = run->alloc(run, count * sizeof(float))};
  for (size_t k = 0; k < count; k++) {
    strip.x[k] = (float)(2 * philox_unit(&s) - 1);
    strip.y[k] = (float)(4 * philox_unit(&s) - 2);
    strip.v[k] = !is_discrete ? strip.x[k] : strip.x[k] < 0 ? -1 : 1;
  }
  return strip;
}

/* c_i times minus the derivative of the model's energy, from the model itself. */
static double force_on(const lehr_model_view *m, const double scale[], const spin_form *form,
                       const float v[], int32_t i, int lane) {
  const double c = scale[i] / form->unit;
  double field = m->is_exact ? (double)m->linear_i64[i] * m->scale : m->linear_f64[i];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    field += (m->is_exact ? (double)m->weight_i64[k] * m->scale : m->weight_f64[k]) *
             (double)v[m->col[k] * FEWEST_LANES + lane];
  return -c * field;
}

static void check_step(double density, bool is_discrete, bool is_whole) {
  lehr_model *m = random_model(25, density, VALUES_REAL);
  const lehr_model_view *view = lehr_model_look(m);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  spin_form form;
  oscillator_model model;
  double scale[25];
  float before[25 * FEWEST_LANES];
  REQUIRE(spin_form_make(&form, &run));
  forces_scale(&form, 0.5, is_whole, scale);
  REQUIRE(forces_prepare(&model, &form, scale, &run));
  CHECK_INT(model.dense != NULL, density > 0.5);
  oscillator_strip s = strip_of(&run, &model, is_discrete);
  memcpy(before, s.y, sizeof before);
  oscillators_kernel(CPU_BASELINE)->kick(&s, 0, 25);
  for (int32_t i = 0; i < 25; i++)
    for (int l = 0; l < FEWEST_LANES; l++) {
      const int at = i * FEWEST_LANES + l;
      const double force = force_on(view, scale, &form, s.v, i, l);
      CHECK_REAL(s.y[at], before[at] + 0.75 * (force - 0.25 * (double)s.x[at]), 1e-5);
    }
  memcpy(before, s.x, sizeof before);
  int walls = 0;
  oscillators_kernel(CPU_BASELINE)->drift(&s);
  for (int at = 0; at < 25 * FEWEST_LANES; at++) {
    if (fabsf(s.x[at]) == 1) {
      walls++;
      CHECK(s.y[at] == 0);
    } else {
      CHECK_REAL(s.x[at], before[at] + 0.75f * s.y[at], 1e-6);
    }
    CHECK(s.v[at] == (is_discrete ? copysignf(1, s.x[at]) : s.x[at]));
  }
  CHECK(walls > 20 && walls < 25 * FEWEST_LANES);
  arena_free(&memory);
  lehr_model_free(m);
}

static void steps_follow_the_equations(void) {
  for (int k = 0; k < 8; k++) check_step(k & 1 ? 0.2 : 0.9, k & 2, k & 4);
}

/* All pairs coupled alike: the spectrum of C is known. */
static double stiffness_of_complete(int32_t n, int64_t coupling) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < i; j++) REQUIRE_OK(lehr_builder_add_int(b, i, j, coupling, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  spin_form form;
  double scale[MOST_N];
  REQUIRE(spin_form_make(&form, &run));
  forces_scale(&form, 0.5, false, scale);
  const double stiffness = stiffness_of(&form, scale, &run);
  arena_free(&memory);
  lehr_model_free(m);
  return stiffness;
}

static void steps_are_stable(void) {
  CHECK_REAL(stiffness_of_complete(257, 3), 0.5 * 16, 0.01);    /* 0.5 (n - 1) / sqrt(n - 1) */
  CHECK_REAL(stiffness_of_complete(257, -3), 0.5 / 16.0, 0.01); /* 0.5 / sqrt(n - 1) */
  for (double s = 0; s < 1000; s = 2 * s + 0.1) {
    const double step = stiffness_step(s);
    CHECK(step > 0 && step <= 1 && step * step * (1 + s) < 4);
  }
}

/* ---- The engine ---- */

/* options: of two texts, "sweeps=70" and `option`. */
static lehr_params params_of(int64_t reads, const char *options[2], const char *option) {
  lehr_params p;
  lehr_params_init(&p);
  options[0] = "sweeps=70";
  options[1] = option;
  p.engine = "bifurcation";
  p.reads = reads;
  p.threads = 1;
  p.options = options;
  p.n_options = 2;
  p.seed = 5;
  return p;
}

static lehr_sampleset *solve(const lehr_model *m, int64_t reads, const char *option) {
  const char *options[2];
  const lehr_params p = params_of(reads, options, option);
  lehr_sampleset *set = NULL;
  lehr_error err;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  CHECK_INT(lehr_sampleset_reads(set), reads);
  return set;
}

static void same_on_every_level(void) {
  static const int64_t reads[] = {5, 30, 70};
  lehr_context *ctx = forced_context(&engine_bifurcation, bifurcation_run_at, 5);
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int k = 0; k < 6; k++) {
      const char *options[2], *mode = k & 1 ? "mode=ballistic" : "mode=discrete";
      lehr_model *m = random_model(k < 3 ? 300 : 100, k < 3 ? 0.03 : 0.9, (model_values)values);
      check_same_on_levels(ctx, m, params_of(reads[k % 3], options, mode));
      lehr_model_free(m);
    }
  lehr_context_free(ctx);
}

/* Read r is the same however many reads there are, and at any scale of the coefficients. */
static void reads_stand_on_their_own(void) {
  lehr_model *m = random_model(150, 0.1, VALUES_SMALL);
  lehr_sampleset *few = solve(m, 3, "mode=discrete");
  lehr_sampleset *many = solve(m, 80, "mode=discrete");
  uint8_t x[150], y[150];
  for (int64_t k = 0; k < lehr_sampleset_size(few); k++) {
    int found = 0;
    lehr_sampleset_bits(few, k, x);
    for (int64_t l = 0; l < lehr_sampleset_size(many); l++) {
      lehr_sampleset_bits(many, l, y);
      found |= memcmp(x, y, sizeof x) == 0;
    }
    CHECK(found);
  }
  lehr_sampleset_free(few);
  lehr_sampleset_free(many);
  lehr_model_free(m);
}

static void same_trajectory_when_scaled(void) {
  const double factors[] = {1, 1e-7, 4096};
  lehr_sampleset *first = NULL;
  for (int k = 0; k < 3; k++) {
    philox_stream s = philox_stream_at(4, 4);
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 100, &b));
    for (int32_t i = 1; i < 100; i++)
      for (int c = 0; c < 3; c++)
        REQUIRE_OK(lehr_builder_add_int(b, i, (int32_t)philox_below(&s, (uint32_t)i),
                                        (int64_t)philox_below(&s, 9) - 4, NULL));
    REQUIRE_OK(lehr_builder_set_scale(b, factors[k]));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    lehr_sampleset *set = solve(m, 20, "mode=ballistic");
    if (first) check_same_states(first, set);
    if (first) lehr_sampleset_free(set);
    if (!first) first = set;
    lehr_model_free(m);
  }
  lehr_sampleset_free(first);
}

/* Frustration-free and sparse: descent alone does not find the planted state. */
static void finds_a_planted_state(void) {
  enum { N = 300 };
  for (int ballistic = 0; ballistic < 2; ballistic++) {
    philox_stream s = philox_stream_at(3, 1);
    uint8_t planted[N];
    lehr_builder *b;
    lehr_model *m;
    lehr_params p;
    lehr_sampleset *set;
    const char *option = ballistic ? "mode=ballistic" : "mode=discrete";
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
    for (int i = 0; i < N; i++) planted[i] = philox_u32(&s) & 1;
    for (int32_t k = 0; k < 4 * N; k++) {
      const int32_t i = (int32_t)philox_below(&s, N), j = (int32_t)philox_below(&s, N);
      if (i == j) continue;
      REQUIRE_OK(lehr_builder_add_int(b, i, j, planted[i] == planted[j] ? -1 : 1, NULL));
    }
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    lehr_params_init(&p);
    p.engine = "bifurcation";
    p.options = &option;
    p.n_options = 1;
    p.threads = 1;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    CHECK(lehr_sampleset_energy(set, 0) == lehr_model_energy(m, planted));
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
}

static void work_is_kept(void) {
  lehr_model *m = random_model(200, 0.05, VALUES_SMALL);
  const int64_t works[] = {1, 1000, 3000000};
  for (int k = 0; k < 3; k++) {
    lehr_params p;
    lehr_sampleset *set;
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_params_init(&p);
    p.engine = "bifurcation";
    p.work = works[k];
    p.threads = 1;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    lehr_sampleset_info(set, &info);
    CHECK_INT(info.stop_reason, LEHR_STOP_WORK);
    CHECK(info.attempts > works[k] / 2 && info.attempts <= (works[k] < 200 ? 200 : works[k]));
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"steps follow the equations", steps_follow_the_equations},
    {"steps are stable", steps_are_stable},
    {"same on every level", same_on_every_level},
    {"reads stand on their own", reads_stand_on_their_own},
    {"same trajectory when scaled", same_trajectory_when_scaled},
    {"finds a planted state", finds_a_planted_state},
    {"work is kept", work_is_kept},
};
CHECK_MAIN("bifurcation", tests)
