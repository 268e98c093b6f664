/* SPDX-License-Identifier: Apache-2.0 */
/* Fields after 10^8 flips are those of the state, to the last bit, for every type of field in lanes
 * and after 10^7 in rows; of real models as well, whose couplings are rounded once and then
 * integers. */
#include "check.h"
#include "random_models.h"

#include "base/cpu.h"
#include "solvers/anneal/rows.h"
#include "solvers/anneal/setup.h"
#include "solvers/anneal/strip.h"
#include "solvers/registry.h"

static int64_t flips;
static int compared;

/* Replicas at a temperature where nearly every visit is a flip, then their fields made anew. */
static lehr_status run_and_compare(lehr_run *run) {
  enum { SWEEPS = 2000 };
  anneal_setup s;
  strip_space space;
  if (!setup_prepare(&s, run) || !setup_lanes(&s, (int)cpu_best_level())) return LEHR_ENOMEM;
  const int type = s.model.type;
  s.job.kernel = lanes_kernel((int)cpu_best_level(), type, BLOCK_LANES);
  s.job.reads = s.job.kernel->lanes;
  s.job.sweeps = SWEEPS;
  s.job.deadline = HUGE_VAL;
  s.job.shape.hot = s.job.shape.cold = 1000 * (double)s.form.largest_field;
  if (!strip_space_make(&space, &s.job)) return LEHR_ENOMEM;
  strip_enter(&s.job, &space, 0);
  flips += strip_anneal(&s.job, &space, 0).attempts;
  const size_t bytes = ((size_t)s.model.n * (size_t)s.job.kernel->lanes) << type;
  void *fields = run->alloc(run, bytes);
  if (!fields) return LEHR_ENOMEM;
  memcpy(fields, space.strip.field, bytes);
  s.job.kernel->enter(&space.strip, 0, s.model.n);
  CHECK(memcmp(fields, space.strip.field, bytes) == 0);
  compared |= 1 << type;
  return LEHR_OK;
}

/* The same for rows, whose fields are read one by one: replicas change their width. */
static lehr_status run_and_compare_rows(lehr_run *run) {
  enum { SWEEPS = 8000 };
  anneal_setup s;
  strip_space space;
  if (!setup_prepare(&s, run)) return LEHR_ENOMEM;
  const int32_t n = s.form.n;
  const int type = rows_type(lanes_type(&s.form));
  REQUIRE(type <= 2);
  if (!lanes_prepare(&s.model, &s.form, type, run) || !rows_prepare(&s.model, &s.form, run))
    return LEHR_ENOMEM;
  s.job.kernel = rows_kernel((int)cpu_best_level(), type);
  s.job.reads = ROWS_READS;
  s.job.sweeps = SWEEPS;
  s.job.deadline = HUGE_VAL;
  s.job.shape.hot = s.job.shape.cold = 1000 * (double)s.form.largest_field;
  int64_t *fields = run->alloc(run, (size_t)n * ROWS_READS * sizeof *fields);
  if (!fields || !strip_space_make(&space, &s.job)) return LEHR_ENOMEM;
  strip_enter(&s.job, &space, 0);
  flips += strip_anneal(&s.job, &space, 0).attempts;
  for (int32_t k = 0; k < n * ROWS_READS; k++)
    fields[k] = strip_field(&s.job, &space, k % n, k / n);
  s.job.kernel->enter(&space.strip, 0, s.model.n);
  int differing = 0;
  for (int32_t k = 0; k < n * ROWS_READS; k++)
    differing += fields[k] != strip_field(&s.job, &space, k % n, k / n);
  CHECK_INT(differing, 0);
  compared |= 1 << type;
  return LEHR_OK;
}

/* Every variable has about `degree` neighbours over couplings of about `size`. */
static lehr_model *random_model(int32_t n, int32_t degree, double size, bool is_real) {
  philox_stream s = philox_stream_at(6, (uint64_t)size);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t e = 0; e < n * degree / 2; e++) {
    const double value = size * philox_normal(&s);
    REQUIRE_OK(lehr_builder_add(b, (int32_t)philox_below(&s, (uint32_t)n),
                                (int32_t)philox_below(&s, (uint32_t)n),
                                is_real ? value / 3 : rint(value), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void run_on(lehr_status (*run)(lehr_run *), lehr_model *m) {
  lehr_engine engine = engine_anneal;
  lehr_context *ctx;
  lehr_params p;
  lehr_sampleset *set;
  lehr_error err;
  REQUIRE_OK(lehr_context_create(&ctx));
  engine.name = "drift";
  engine.run = run;
  REQUIRE_OK(registry_add(ctx, &engine, &err));
  lehr_params_init(&p);
  p.engine = "drift";
  p.threads = 1;
  REQUIRE_OK(lehr_solve(ctx, m, &p, &set, &err));
  lehr_sampleset_free(set);
  lehr_model_free(m);
  lehr_context_free(ctx);
}

static void fields_do_not_drift(void) {
  static const double sizes[] = {1, 1000, 1e7, 1e12};
  flips = compared = 0;
  for (int k = 0; k < 4; k++) run_on(run_and_compare, random_model(500, 10, sizes[k], false));
  run_on(run_and_compare, random_model(500, 10, 1, true));
  CHECK(flips >= 100000000);
  CHECK_INT(compared, 15);
}

static void nor_do_those_in_rows(void) {
  static const double sizes[] = {10, 1e5};
  flips = compared = 0;
  for (int k = 0; k < 2; k++) run_on(run_and_compare_rows, random_model(90, 80, sizes[k], false));
  run_on(run_and_compare_rows, random_model(90, 80, 1, true));
  CHECK(flips >= 10000000);
  CHECK_INT(compared, 6);
}

static const check_test tests[] = {{"fields do not drift", fields_do_not_drift},
                                   {"nor do those in rows", nor_do_those_in_rows}};
CHECK_MAIN("drift", tests)
