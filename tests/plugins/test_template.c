/* SPDX-License-Identifier: Apache-2.0 */
/* The engine template, loaded as a stranger's plugin would be. */
#include "plugin_fixture.h"

static lehr_context *context_with_template(void) {
  lehr_context *ctx;
  lehr_error err = {0};
  REQUIRE_OK(lehr_context_create(&ctx));
  if (lehr_context_load_plugin(ctx, TEMPLATE_PLUGIN, &err) != LEHR_OK) puts(err.text);
  REQUIRE(lehr_engine_find(ctx, "template") != NULL);
  return ctx;
}

/* A ring of n variables with alternating couplings. 8 spins reach -8 couplings; 8 binaries reach
 * -2, as neighbouring pairs of ones cost what they gain. */
static lehr_model *ring(lehr_vartype vartype, int32_t n, double coupling) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(vartype, n, &b));
  for (int32_t i = 0; i < n; i++)
    REQUIRE_OK(lehr_builder_add(b, i, (i + 1) % n, i % 2 ? coupling : -coupling, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static lehr_sampleset *solve(const lehr_context *ctx, const lehr_model *m, lehr_params p) {
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  p.engine = "template";
  if (lehr_solve(ctx, m, &p, &set, &err) != LEHR_OK) puts(err.text);
  REQUIRE(set != NULL);
  return set;
}

static lehr_params defaults(void) {
  lehr_params p;
  lehr_params_init(&p);
  return p;
}

static void finds_good_states(void) {
  lehr_context *ctx = context_with_template();
  const lehr_vartype types[] = {LEHR_BINARY, LEHR_SPIN};
  const double couplings[] = {1, 0.1234567890123456789 /* not exact: real coefficients */};
  for (int t = 0; t < 2; t++)
    for (int c = 0; c < 2; c++) {
      lehr_model *m = ring(types[t], 8, couplings[c]);
      lehr_params p = defaults();
      p.reads = 50;
      lehr_sampleset *set = solve(ctx, m, p);
      CHECK_INT(lehr_sampleset_reads(set), 50);
      const double best = types[t] == LEHR_SPIN ? -8 : -2;
      CHECK_REAL(lehr_sampleset_energy(set, 0), best * couplings[c], 1e-12);
      lehr_sampleset_free(set);
      lehr_model_free(m);
    }
  lehr_context_free(ctx);
}

static void repeats_itself(void) {
  lehr_context *ctx = context_with_template();
  lehr_model *m = ring(LEHR_SPIN, 31, 1);
  lehr_params p = defaults();
  p.seed = 5;
  lehr_sampleset *a = solve(ctx, m, p), *b = solve(ctx, m, p);
  uint8_t bits_a[31], bits_b[31];
  CHECK_INT(lehr_sampleset_size(a), lehr_sampleset_size(b));
  for (int64_t row = 0; row < lehr_sampleset_size(a); row++) {
    lehr_sampleset_bits(a, row, bits_a);
    lehr_sampleset_bits(b, row, bits_b);
    CHECK(memcmp(bits_a, bits_b, sizeof bits_a) == 0);
  }
  lehr_sampleset_free(a);
  lehr_sampleset_free(b);
  lehr_model_free(m);
  lehr_context_free(ctx);
}

static void keeps_to_its_budget(void) {
  lehr_context *ctx = context_with_template();
  lehr_model *m = ring(LEHR_BINARY, 64, 1);
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_params p = defaults();
  p.reads = 1000;
  p.work = 100;
  lehr_sampleset *set = solve(ctx, m, p);
  lehr_sampleset_info(set, &info);
  CHECK_INT(info.attempts, 100);
  CHECK_INT(info.stop_reason, LEHR_STOP_WORK);
  lehr_sampleset_free(set);

  uint8_t ones[64], bits[64];
  memset(ones, 1, sizeof ones);
  p = defaults();
  p.time_limit_s = 0; /* reports the initial state */
  p.initial = ones;
  p.n_initial = 1;
  set = solve(ctx, m, p);
  lehr_sampleset_bits(set, 0, bits);
  CHECK(memcmp(bits, ones, sizeof ones) == 0);
  lehr_sampleset_free(set);
  lehr_model_free(m);
  lehr_context_free(ctx);
}

static void takes_options_and_small_models(void) {
  lehr_context *ctx = context_with_template();
  const char *options[] = {"reads=3", "passes=1"};
  for (int32_t n = 0; n <= 1; n++) {
    lehr_builder *b;
    lehr_model *m;
    REQUIRE_OK(lehr_builder_create(LEHR_BINARY, n, &b));
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    lehr_builder_free(b);
    lehr_params p = defaults();
    p.options = options;
    p.n_options = 2;
    lehr_sampleset *set = solve(ctx, m, p);
    lehr_result_info info = {.struct_size = sizeof info};
    lehr_sampleset_info(set, &info);
    CHECK_INT(lehr_sampleset_reads(set), 3);
    CHECK_TEXT(info.options_json, "{\"reads\": 3, \"passes\": 1}");
    lehr_sampleset_free(set);
    lehr_model_free(m);
  }
  lehr_context_free(ctx);
}

static void loads_once_per_context(void) {
  lehr_context *first = context_with_template(), *second = context_with_template();
  lehr_error err = {0};
  CHECK_INT(lehr_context_load_plugin(first, TEMPLATE_PLUGIN, &err), LEHR_EUSAGE);
  CHECK_CONTAINS(err.text, "template");
  CHECK(lehr_engine_find(first, "template") == lehr_engine_find(second, "template"));
  lehr_context_free(first);
  lehr_context_free(second);
}

/* The loader tells files apart though both go by the same descriptor number. */
static void different_files_are_different(void) {
  lehr_context *ctx = context_with_template();
  lehr_error err = {0};
  CHECK_INT(lehr_context_load_plugin(ctx, evil_path("deaf"), &err), LEHR_OK);
  CHECK_INT(lehr_context_load_plugin(ctx, evil_path("status"), &err), LEHR_OK);
  CHECK(lehr_engine_find(ctx, "evil-deaf") != NULL);
  CHECK(lehr_engine_find(ctx, "evil-status") != NULL);
  lehr_context_free(ctx);
}

static const check_test tests[] = {
    {"finds good states", finds_good_states},
    {"repeats itself", repeats_itself},
    {"keeps to its budget", keeps_to_its_budget},
    {"takes options, small models", takes_options_and_small_models},
    {"loads once per context", loads_once_per_context},
    {"different files are different", different_files_are_different}};
CHECK_MAIN("plugins/template", tests)
