/* SPDX-License-Identifier: Apache-2.0 */
/* The sqa engine: paths have the statistics of the Suzuki-Trotter action, one answer on every
 * instruction set, and sensible ones. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"
#include "support/forced_level.h"
#include "support/frequencies.h"

#include "base/error.h"
#include "solvers/anneal/schedule.h"
#include "solvers/registry.h"
#include "solvers/sqa/sqa.h"

/* ---- Paths at a fixed temperature and field against their exact weights ---- */

enum { MOST_STATES = 256, ROUNDS = 6000, THINNING = 12 };

static lehr_model *tiny_model(int32_t n, int64_t unit) {
  static const int64_t couplings[] = {1, -2, 3, 1, -1, 2}, fields[] = {1, 0, -1, 2};
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0, k = 0; i < n; i++) {
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, fields[i] * unit, NULL));
    for (int32_t j = 0; j < i; j++, k++)
      REQUIRE_OK(lehr_builder_add_int(b, i, j, couplings[k] * unit + (k == 0), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* State of a path: bit slice * n + variable, 1 for spin -1. */
static uint32_t path_state(const path_job *job, const slice_strip *s, int32_t read) {
  uint32_t state = 0;
  for (int32_t k = 0; k < job->slices; k++)
    for (int32_t i = 0; i < job->model->n; i++)
      state |= (uint32_t)(s->spin[i] >> (k * s->reads + read) & 1) << (k * job->model->n + i);
  return state;
}

/* H / (P T) of a path, from the definition in slices.h; gamma and temperature of one slice in units
 * of the model. */
static double action(const lehr_model *m, int32_t slices, uint32_t state, double gamma,
                     double temperature) {
  const int32_t n = lehr_model_look(m)->n;
  const double coupling = -0.5 * log(tanh(gamma / temperature));
  double sum = 0;
  for (int32_t k = 0; k < slices; k++) {
    uint8_t bits[4];
    for (int32_t i = 0; i < n; i++) {
      const uint32_t other = state >> ((k + 1) % slices * n + i) & 1;
      bits[i] = !(state >> (k * n + i) & 1);
      sum -= coupling * (other != bits[i] ? 1 : -1);
    }
    sum += lehr_model_energy(m, bits) / temperature;
  }
  return sum;
}

typedef struct path_case {
  int32_t n, slices;
  int64_t unit; /* scale of the couplings: decides the type of the fields */
  double gamma, temperature;
  int64_t worldline;
} path_case;

static void count_states(const path_case *c, const path_job *job, int64_t count[]) {
  path_space space;
  REQUIRE(path_space_make(&space, job));
  path_enter(job, &space, 0);
  space.strip.offset_mask = (uint32_t)job->quantiles->count - 1;
  space.strip.offset_state = (uint64_t)c->n * 77 + (uint64_t)c->slices;
  job->kernel->fill(&space.strip, slices_coupling(job->gamma_hot, job->half_temperature));
  for (int t = 0; t < ROUNDS; t++) {
    for (int k = 0; k < THINNING; k++) {
      job->kernel->sweep(&space.strip, 0, c->n);
      if (c->worldline) job->kernel->worldline(&space.strip, 0, c->n);
    }
    for (int32_t r = 0; t > 10 && r < space.strip.reads; r++)
      count[path_state(job, &space.strip, r)]++;
  }
}

static void add_paths(frequencies *f, const path_case *c, int level) {
  lehr_model *m = tiny_model(c->n, c->unit);
  arena memory;
  lehr_run run = bare_run(m, &memory);
  run.key = 12;
  spin_form form;
  lane_model lanes;
  lane_quantiles q;
  int64_t count[MOST_STATES] = {0};
  double weight[MOST_STATES], sum = 0;
  REQUIRE(spin_form_make(&form, &run) && lanes_prepare(&lanes, &form, lanes_type(&form), &run) &&
          lanes_couple(&lanes, &form, &run));
  REQUIRE(quantile_make(&q, path_quantiles(c->n, true), 3, &run));
  const double cost = 2 * form.unit / (double)c->unit;
  const rounds all = {
      .run = &run, .lanes = STRIP_LANES / c->slices, .reads = STRIP_LANES, .sweeps = 1};
  const path_job job = {.run = &run,
                        .form = &form,
                        .model = &lanes,
                        .kernel = slices_kernel(level, lanes.type),
                        .quantiles = &q,
                        .slices = c->slices,
                        .is_independent = true,
                        .half_temperature = c->temperature / cost,
                        .gamma_hot = c->gamma / cost,
                        .rounds = &all};
  const int32_t states = 1 << (c->n * c->slices);
  REQUIRE(states <= MOST_STATES);
  for (int32_t k = 0; k < states; k++)
    sum += weight[k] = exp(-action(m, c->slices, (uint32_t)k, c->gamma * (double)c->unit,
                                   c->temperature * (double)c->unit));
  for (int32_t k = 0; k < states; k++) weight[k] /= sum;
  count_states(c, &job, count);
  frequencies_add(f, count, weight, states);
  arena_free(&memory);
  lehr_model_free(m);
}

static void paths_have_the_weights_of_the_action(void) {
  static const path_case cases[] = {
      {2, 4, 1, 2, 3, 0},       {2, 4, 1, 2, 3, 1},       {4, 2, 3, 3, 5, 0},
      {1, 8, 1, 1.5, 2.5, 1},   {2, 4, 1000, 2, 3, 1},    {3, 2, 5000, 2, 4, 0},
      {4, 2, 1 << 20, 2, 6, 1}, {2, 4, 1 << 20, 1, 3, 0}, {2, 4, INT64_C(1) << 40, 2, 3, 1}};
  for (int level = LANES_SCALAR; level <= (int)cpu_best_level(); level += 1 + (level < 0)) {
    frequencies f = {0};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) add_paths(&f, &cases[k], level);
    frequencies_check(&f, level < 0 ? "scalar paths" : "paths");
  }
}

static void coupling_in_time(void) {
  for (double z = 1e-3; z < 20; z *= 1.7)
    CHECK_REAL(slices_coupling(3 * z, 3), -log(tanh(z)), 1e-12 * (1 - log(tanh(z))));
  CHECK_REAL(slices_coupling(1e-20, 1), -log(1e-20), 1e-12);
  CHECK(slices_coupling(0, 1) > 600 && slices_coupling(0, 1) < 700);
}

/* ---- The engine ---- */

static lehr_model *sparse_model(int32_t n, model_values values) {
  philox_stream s = philox_stream_at(99, (uint64_t)values * 1000 + (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t k = 0; k < 4 * n; k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)n);
    if (i != j) REQUIRE_OK(lehr_builder_add(b, i, j, 9 * model_coefficient(&s, values), NULL));
  }
  if (values != VALUES_UNIT)
    for (int32_t i = 0; i < n; i++)
      REQUIRE_OK(lehr_builder_add_linear(b, i, 9 * model_coefficient(&s, values), NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_params params_of(const char *const options[], size_t n_options) {
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "sqa";
  p.reads = 11;
  p.threads = 1;
  p.options = options;
  p.n_options = n_options;
  p.seed = 5;
  return p;
}

static void same_on_every_level(void) {
  static const char *const options[][3] = {{"sweeps=40", "slices=16", "worldline=2"},
                                           {"sweeps=40", "slices=2", "schedule=geometric"},
                                           {"sweeps=10", "slices=64", "independent=1"}};
  lehr_context *ctx = forced_context(&engine_sqa, sqa_run_at, 5);
  for (int values = 0; values < VALUE_KINDS; values++)
    for (int o = 0; o < 3; o++) {
      lehr_model *m = sparse_model(300, (model_values)values);
      check_same_on_levels(ctx, m, params_of(options[o], 3));
      lehr_model_free(m);
    }
  lehr_context_free(ctx);
}

/* Parameters found from the model follow its scale: the trajectory stays. */
static void same_trajectory_when_scaled(void) {
  static const char *const options[] = {"sweeps=60"};
  lehr_builder *b;
  lehr_sampleset *first = NULL;
  for (int k = 0; k < 3; k++) {
    lehr_model *m;
    philox_stream s = philox_stream_at(4, 4);
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 100, &b));
    for (int32_t i = 1; i < 100; i++)
      for (int c = 0; c < 3; c++)
        REQUIRE_OK(lehr_builder_add_int(b, i, (int32_t)philox_below(&s, (uint32_t)i),
                                        (int64_t)philox_below(&s, 9) - 4, NULL));
    REQUIRE_OK(lehr_builder_set_scale(b, k == 0 ? 1 : k == 1 ? 1e-7 : 4096));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    const lehr_params p = params_of(options, 1);
    lehr_sampleset *set;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    if (first) check_same_states(first, set);
    if (first) lehr_sampleset_free(set);
    if (!first) first = set;
    lehr_model_free(m);
  }
  lehr_sampleset_free(first);
}

static void work_is_kept(void) {
  lehr_model *m = sparse_model(200, VALUES_SMALL);
  const int64_t works[] = {1, 100000, 3000000};
  for (int k = 0; k < 3; k++) {
    lehr_params p;
    lehr_sampleset *set;
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_params_init(&p);
    p.engine = "sqa";
    p.work = works[k];
    p.threads = 1;
    REQUIRE_OK(lehr_solve(NULL, m, &p, &set, NULL));
    lehr_sampleset_info(set, &info);
    CHECK_INT(info.stop_reason, LEHR_STOP_WORK);
    /* At least one sweep of the slices of one read, with its world lines. */
    CHECK(info.attempts > 0 && info.attempts <= (works[k] < 3400 ? 3400 : works[k]));
    if (k == 2) CHECK(info.attempts > works[k] / 2);
    lehr_sampleset_free(set);
  }
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"coupling in time", coupling_in_time},
    {"paths have the weights of the action", paths_have_the_weights_of_the_action},
    {"same on every level", same_on_every_level},
    {"same trajectory when scaled", same_trajectory_when_scaled},
    {"work is kept", work_is_kept},
};
CHECK_MAIN("sqa", tests)
