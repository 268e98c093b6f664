/* SPDX-License-Identifier: Apache-2.0 */
/* Plugins that misbehave: refused with the reason when loaded, or found out when run. */
#include "plugin_fixture.h"

#include <fenv.h>

static void refused_when_loaded(void) {
  static const struct {
    const char *name;
    lehr_status status;
    const char *reason;
  } cases[] = {{"abi", LEHR_EUNAVAILABLE, "plugin interface 2, this is 1"},
               {"size", LEHR_EUNAVAILABLE, "lehr_engine has 24 bytes"},
               {"symbol", LEHR_EUNAVAILABLE, "lacks lehr_plugin_v1"},
               {"null", LEHR_EUNAVAILABLE, "refuses to work with lehr"},
               {"unresolved", LEHR_EUNAVAILABLE, "function_that_nobody_has"},
               {"name", LEHR_EUNAVAILABLE, "malformed name"},
               {"options", LEHR_EUNAVAILABLE, "option 'far' lies outside its struct"},
               {"taken", LEHR_EUSAGE, "'greedy' is loaded already"}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    lehr_error err;
    CHECK_INT(try_load(evil_path(cases[k].name), &err), cases[k].status);
    CHECK_CONTAINS(err.text, cases[k].reason);
  }
}

/* Loads evil_NAME and solves the two-bit model with it. */
static lehr_status run_evil(const char *name, lehr_params p, lehr_sampleset **set,
                            lehr_error *err) {
  char engine[64];
  lehr_context *ctx;
  lehr_model *m = two_bits(1);
  snprintf(engine, sizeof engine, "evil-%s", name); /* evil_NAME.c makes NAME.lehr.so */
  *err = (lehr_error){0};
  REQUIRE_OK(lehr_context_create(&ctx));
  REQUIRE_OK(lehr_context_load_plugin(ctx, evil_path(name), err));
  p.engine = engine;
  const lehr_status status = lehr_solve(ctx, m, &p, set, err);
  lehr_model_free(m);
  lehr_context_free(ctx);
  return status;
}

static lehr_params defaults(void) {
  lehr_params p;
  lehr_params_init(&p);
  return p;
}

static void found_out_when_run(void) {
  static const struct {
    const char *name;
    lehr_status status;
    const char *reason;
  } cases[] = {{"bound", LEHR_EINTERNAL, "bound above a known energy"},
               {"bound-real", LEHR_EINTERNAL, "bound above a known energy"},
               {"infeasible", LEHR_EINTERNAL, "called a feasible model infeasible"},
               {"sample", LEHR_EINTERNAL, "malformed sample"},
               {"count", LEHR_EINTERNAL, "malformed sample"},
               {"status", LEHR_EINTERNAL, "evil-status failed"},
               {"memory", LEHR_ENOMEM, "wanted too much"}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    lehr_sampleset *set;
    lehr_error err;
    lehr_params p = defaults();
    p.memory_bytes = 64 << 20;
    CHECK_INT(run_evil(cases[k].name, p, &set, &err), cases[k].status);
    CHECK_INT(err.status, cases[k].status);
    CHECK_CONTAINS(err.text, cases[k].reason);
    CHECK(set == NULL);
  }
}

static void deaf_to_the_clock(void) {
  lehr_sampleset *set;
  lehr_error err;
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_params p = defaults();
  p.time_limit_s = 0.01;
  REQUIRE_OK(run_evil("deaf", p, &set, &err));
  lehr_sampleset_info(set, &info);
  CHECK_INT(info.stop_reason, LEHR_STOP_COMPLETED); /* nothing was cut, only late */
  CHECK_INT(lehr_sampleset_reads(set), 1);
  lehr_sampleset_free(set);
}

/* Also with subnormal coefficients, whose energy would be 0 in the mode that the plugin sets. */
static void changes_the_floating_point_mode(void) {
  lehr_context *ctx;
  lehr_sampleset *set;
  lehr_model *m = two_bits(1e-310);
  lehr_params p = defaults();
  const volatile double subnormal = 1e-310;
  p.engine = "evil-fpu";
  REQUIRE_OK(lehr_context_create(&ctx));
  REQUIRE_OK(lehr_context_load_plugin(ctx, evil_path("fpu"), NULL));
  CHECK(subnormal / 2 != 0);
  CHECK_INT(fegetround(), FE_TONEAREST);
  REQUIRE_OK(lehr_solve(ctx, m, &p, &set, NULL));
  CHECK(subnormal / 2 != 0);
  CHECK_INT(fegetround(), FE_TONEAREST);
  CHECK(lehr_sampleset_energy(set, 0) == 1e-310 + 1e-310 - 3 * 1e-310);
  lehr_sampleset_free(set);
  lehr_model_free(m);
  lehr_context_free(ctx);
}

/* The caller's own mode changes no result and is given back. */
static void callers_mode_is_kept(void) {
  lehr_sampleset *set[2];
  lehr_model *m = two_bits(1.0 / 3);
  REQUIRE_OK(lehr_solve(NULL, m, NULL, &set[0], NULL));
  REQUIRE(fesetround(FE_UPWARD) == 0);
  const lehr_status status = lehr_solve(NULL, m, NULL, &set[1], NULL);
  CHECK_INT(fegetround(), FE_UPWARD);
  fesetround(FE_TONEAREST);
  REQUIRE_OK(status);
  CHECK(lehr_sampleset_energy(set[0], 0) == lehr_sampleset_energy(set[1], 0));
  for (int k = 0; k < 2; k++) lehr_sampleset_free(set[k]);
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"refused when loaded", refused_when_loaded},
    {"found out when run", found_out_when_run},
    {"deaf to the clock", deaf_to_the_clock},
    {"changes the floating-point mode", changes_the_floating_point_mode},
    {"the caller's mode is kept", callers_mode_is_kept}};
CHECK_MAIN("plugins/evil", tests)
