/* SPDX-License-Identifier: Apache-2.0 */
/* Row kernels: fields and spins are those of the scalar twin after every sweep, for rows and fields
 * of all widths, and where a replica's fields outgrow 16 bits on the way. */
#include "check.h"

#include "base/philox.h"
#include "lehr/lehr.h"
#include "solvers/anneal/anneal.h"
#include "solvers/anneal/rows.h"
#include "solvers/anneal/strip.h"
#include "solvers/registry.h"
#include "solvers/start.h"

enum { SWEEPS = 12, READS = ROWS_READS - 1 };

/* Couplings: low .. high, times a random sign if is_glass. */
typedef struct recipe {
  int32_t n;
  int32_t low, high;
  bool is_glass;
} recipe;

static lehr_model *make(const recipe *r) {
  philox_stream s = philox_stream_at(41, (uint64_t)r->n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, r->n, &b));
  for (int32_t i = 0; i < r->n; i++)
    for (int32_t j = 0; j < i; j++) {
      const int64_t size = r->low + philox_below(&s, (uint32_t)(r->high - r->low + 1));
      const bool is_plus = r->is_glass && philox_below(&s, 2);
      REQUIRE_OK(lehr_builder_add_int(b, i, j, is_plus ? size : -size, NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* What the engine `probe` is to find. */
typedef struct expected {
  int type, row_type;
  bool is_wide_first, is_wide_last;
} expected;
static const expected *probed;
static double hottest;

/* A strip with its own threshold table. */
typedef struct probe {
  strip_job job;
  strip_space space;
} probe;

static bool probe_make(probe *p, lehr_run *run, const lane_model *m, const lane_quantiles *q,
                       int level) {
  p->job = (strip_job){.run = run,
                       .model = m,
                       .kernel = rows_kernel(level, m->type),
                       .quantiles = q,
                       .reads = READS,
                       .sweeps = SWEEPS,
                       .site_work = 4};
  if (!strip_space_make(&p->space, &p->job)) return false;
  p->space.strip.threshold = p->space.threshold;
  p->space.strip.offset_mask = (uint32_t)q->count - 1;
  return true;
}

static void check_equal(const probe *a, const probe *b) {
  int wrong = 0;
  for (int32_t r = 0; r < READS; r++)
    for (int32_t i = 0; i < a->job.model->n; i++)
      wrong += strip_field(&a->job, &a->space, i, r) != strip_field(&b->job, &b->space, i, r) ||
               strip_spin(&a->job, &a->space, i, r) != strip_spin(&b->job, &b->space, i, r);
  CHECK_INT(wrong, 0);
}

static void sweep(probe *p, int32_t t) {
  const lane_model *m = p->job.model;
  p->space.strip.offset_state = (uint64_t)t + 1;
  threshold_fill(p->job.kernel, p->job.quantiles, m->type, hottest / (1 << t), p->space.threshold);
  p->job.kernel->sweep(&p->space.strip, 0, ROW_CHUNK);
  if (m->n > ROW_CHUNK) p->job.kernel->sweep(&p->space.strip, ROW_CHUNK, m->n);
}

static lehr_status probe_run(lehr_run *run) {
  spin_form form;
  lane_model m;
  lane_quantiles q;
  probe scalar, other;
  REQUIRE(spin_form_make(&form, run));
  REQUIRE(quantile_make(&q, quantile_count(form.n), run->key, run));
  REQUIRE(lanes_prepare(&m, &form, rows_type(lanes_type(&form)), run));
  REQUIRE(rows_prepare(&m, &form, run));
  CHECK_INT(m.type, probed->type);
  CHECK_INT(m.row_type, probed->row_type);
  for (int level = 0; level <= (int)cpu_best_level(); level++) {
    REQUIRE(probe_make(&scalar, run, &m, &q, LANES_SCALAR));
    REQUIRE(probe_make(&other, run, &m, &q, level));
    strip_enter(&scalar.job, &scalar.space, 0);
    strip_enter(&other.job, &other.space, 0);
    check_equal(&scalar, &other);
    CHECK_INT(other.space.strip.wide & 1, probed->is_wide_first);
    for (int32_t t = 0; t < SWEEPS; t++) {
      sweep(&scalar, t);
      sweep(&other, t);
      check_equal(&scalar, &other);
    }
    CHECK_INT(other.space.strip.wide & 1, probed->is_wide_last);
  }
  return start_report(run, 1);
}

static void check(const recipe *r, expected e) {
  lehr_engine engine = engine_anneal;
  lehr_context *ctx;
  lehr_error err;
  lehr_params p;
  lehr_sampleset *set = NULL;
  engine.name = "probe";
  engine.run = probe_run;
  probed = &e;
  hottest = 0.3 * r->high * (r->is_glass ? 20 : 5);
  REQUIRE_OK(lehr_context_create(&ctx));
  REQUIRE_OK(registry_add(ctx, &engine, &err));
  lehr_model *m = make(r);
  lehr_params_init(&p);
  p.engine = "probe";
  REQUIRE_OK(lehr_solve(ctx, m, &p, &set, &err));
  lehr_sampleset_free(set);
  lehr_model_free(m);
  lehr_context_free(ctx);
}

static void fields_that_always_fit(void) {
  check(&(recipe){130, 1, 100, true}, (expected){1, 0, false, false});
  check(&(recipe){130, 128, 150, true}, (expected){1, 1, false, false});
}

static void fields_that_might_not(void) {
  check(&(recipe){700, 1, 120, true}, (expected){2, 0, false, false});
  check(&(recipe){500, 20, 150, true}, (expected){2, 1, false, false});
}

static void fields_that_do_not(void) {
  check(&(recipe){700, 50, 100, false}, (expected){2, 0, false, true});
  check(&(recipe){500, 90, 180, false}, (expected){2, 1, false, true});
}

static void wide_rows(void) {
  check(&(recipe){200, 1, 1000, true}, (expected){2, 1, true, true});
  check(&(recipe){200, 1, 100000, true}, (expected){2, 2, true, true});
}

static void one_chunk(void) {
  check(&(recipe){64, 1, 100, true}, (expected){1, 1, true, true});
  check(&(recipe){50, 1, 2000, true}, (expected){2, 2, true, true});
}

static const check_test tests[] = {
    {"fields that always fit", fields_that_always_fit},
    {"fields that might not", fields_that_might_not},
    {"fields that do not", fields_that_do_not},
    {"wide rows", wide_rows},
    {"one chunk", one_chunk},
};
CHECK_MAIN("rows", tests)
