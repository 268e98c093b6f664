/* SPDX-License-Identifier: Apache-2.0 */
/* What a result says it was made with, given back to the engine, makes it again - the values that
 * the engine found itself among them. */
#include "check.h"
#include "lehr/plugin.h"
#include "random_models.h"
#include "support/samples.h"

#include <jansson.h>

enum { MOST_OPTIONS = 32, MODELS = 4 };

static const model_recipe recipes[MODELS] = {{150, LEHR_BINARY, VALUES_SMALL, GROUPS_NONE, 0.05},
                                             {110, LEHR_SPIN, VALUES_UNIT, GROUPS_NONE, 0.1},
                                             {120, LEHR_SPIN, VALUES_REAL, GROUPS_NONE, 0.7},
                                             {13, LEHR_BINARY, VALUES_REAL, GROUPS_DISJOINT, 0.8}};

/* Parameters from the JSON text of a result. */
typedef struct repetition {
  lehr_params params;
  char text[MOST_OPTIONS][128];
  const char *option[MOST_OPTIONS];
} repetition;

static void take(repetition *r, const char *key, const json_t *value) {
  if (strcmp(key, "reads") == 0) {
    r->params.reads = json_integer_value(value);
  } else if (strcmp(key, "work") == 0) {
    r->params.work = json_integer_value(value);
  } else {
    REQUIRE(r->params.n_options < MOST_OPTIONS);
    char *text = r->text[r->params.n_options];
    if (json_is_string(value))
      snprintf(text, sizeof r->text[0], "%s=%s", key, json_string_value(value));
    else if (json_is_integer(value))
      snprintf(text, sizeof r->text[0], "%s=%" JSON_INTEGER_FORMAT, key, json_integer_value(value));
    else
      snprintf(text, sizeof r->text[0], "%s=%.17g", key, json_real_value(value));
    r->option[r->params.n_options++] = text;
  }
}

static void read_back(repetition *r, const char *engine, const lehr_result_info *info) {
  const char *key;
  json_t *value, *options = json_loads(info->options_json, 0, NULL);
  REQUIRE(options != NULL);
  lehr_params_init(&r->params);
  r->params.engine = engine;
  r->params.seed = info->seed;
  r->params.threads = 1;
  r->params.options = r->option;
  json_object_foreach(options, key, value) take(r, key, value);
  json_decref(options);
}

static void check_repeats(const lehr_model *m, const lehr_params *p) {
  lehr_sampleset *first, *second;
  lehr_result_info info = {.struct_size = sizeof info}, again = {.struct_size = sizeof again};
  lehr_error err = {0};
  repetition r;
  REQUIRE_OK(lehr_solve(NULL, m, p, &first, &err));
  lehr_sampleset_info(first, &info);
  read_back(&r, p->engine, &info);
  const lehr_status status = lehr_solve(NULL, m, &r.params, &second, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
  lehr_sampleset_info(second, &again);
  CHECK_TEXT(again.options_json, info.options_json);
  check_same_samples(first, second);
  lehr_sampleset_free(first);
  lehr_sampleset_free(second);
}

static void results_repeat_themselves(void) {
  for (int k = 0; k < MODELS; k++) {
    philox_stream s = philox_stream_at(41, (uint64_t)k);
    lehr_model *m = model_random(&s, &recipes[k]);
    for (int32_t e = 0; e < lehr_engine_count(NULL); e++)
      for (int64_t work = 0; work <= 1 << 20; work += 1 << 20) {
        lehr_params p;
        lehr_plan plan;
        lehr_params_init(&p);
        p.engine = lehr_engine_at(NULL, e)->name;
        p.threads = 1;
        p.seed = 3;
        p.work = work;
        if (lehr_solve_plan(NULL, m, &p, &plan, NULL, NULL) == LEHR_OK) check_repeats(m, &p);
      }
    lehr_model_free(m);
  }
}

static const check_test tests[] = {{"results repeat themselves", results_repeat_themselves}};
CHECK_MAIN("property/repeats", tests)
