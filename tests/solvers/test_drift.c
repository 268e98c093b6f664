/* SPDX-License-Identifier: Apache-2.0 */
/* Fields after 10^8 flips are those of the state, to the last bit, for every type of field. */
#include "check.h"
#include "random_models.h"

#include "base/cpu.h"
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
  s.job.kernel->enter(&space.strip);
  CHECK(memcmp(fields, space.strip.field, bytes) == 0);
  compared |= 1 << type;
  return LEHR_OK;
}

static void fields_do_not_drift(void) {
  static const double sizes[] = {1, 1000, 1e7, 1e12};
  lehr_engine engine = engine_anneal;
  lehr_context *ctx;
  lehr_error err;
  REQUIRE_OK(lehr_context_create(&ctx));
  engine.name = "drift";
  engine.run = run_and_compare;
  REQUIRE_OK(registry_add(ctx, &engine, &err));
  for (int k = 0; k < 4; k++) {
    philox_stream s = philox_stream_at(6, (uint64_t)k);
    lehr_builder *b;
    lehr_model *m;
    lehr_params p;
    lehr_sampleset *set;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 500, &b));
    for (int e = 0; e < 2500; e++)
      REQUIRE_OK(lehr_builder_add_int(b, (int32_t)philox_below(&s, 500),
                                      (int32_t)philox_below(&s, 500),
                                      (int64_t)rint(sizes[k] * philox_normal(&s)), NULL));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    lehr_params_init(&p);
    p.engine = "drift";
    p.threads = 1;
    REQUIRE_OK(lehr_solve(ctx, m, &p, &set, &err));
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
  CHECK(flips >= 100000000);
  CHECK_INT(compared, 15);
  lehr_context_free(ctx);
}

static const check_test tests[] = {{"fields do not drift", fields_do_not_drift}};
CHECK_MAIN("drift", tests)
