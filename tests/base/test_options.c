/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options.h"

#include "check.h"

#include <stdlib.h>

#define ROWS(OPT)                                                                                  \
  OPT(sweeps, INT, 1000, 1, 9e15, "sweeps", "how many")                                            \
  OPT(beta, REAL, 0.5, 0, 10, "1/energy", "how cold")                                              \
  OPT(exact, FLAG, 0, 0, 1, "", "whether")                                                         \
  OPT(schedule, CHOICE, 1, 0, 2, "geometric|linear|adaptive", "which")

typedef struct sample_options {
  ROWS(OPTION_MEMBER)
} sample_options;
#define OPTION_STRUCT sample_options
static const lehr_option rows[] = {ROWS(OPTION_ROW)};
static const lehr_option_table table = {sizeof table, sizeof(sample_options),
                                        sizeof rows / sizeof rows[0], rows};

static void sets_values(void) {
  sample_options o;
  options_defaults(&table, &o);
  CHECK_INT(o.sweeps, 1000);
  CHECK_REAL(o.beta, 0.5, 0);
  CHECK_INT(o.schedule, 1);
  REQUIRE_OK(options_set(&table, &o, "sweeps=2e8", NULL));
  REQUIRE_OK(options_set(&table, &o, "beta=1.25", NULL));
  REQUIRE_OK(options_set(&table, &o, "schedule=adaptive", NULL));
  REQUIRE_OK(options_set(&table, &o, "exact=1", NULL));
  char *json = options_json(&table, &o, NULL, 0);
  CHECK_TEXT(json,
             "{\"sweeps\": 200000000, \"beta\": 1.25, \"exact\": 1, \"schedule\": \"adaptive\"}");
  free(json);
}

static void refuses(const char *assignment, const char *said) {
  sample_options o;
  lehr_error err;
  options_defaults(&table, &o);
  CHECK_INT(options_set(&table, &o, assignment, &err), LEHR_EUSAGE);
  CHECK_CONTAINS(err.text, said);
}

static void explains_mistakes(void) {
  refuses("boltzmann=1", "no option 'boltzmann'; it has ");
  refuses("sweps=3", "did you mean 'sweeps'");
  refuses("sweeps=0", "1..9000000000000000");
  refuses("sweeps=1.5", "integer");
  refuses("sweeps=", "integer");
  refuses("beta=nan", "number");
  refuses("beta=11", "0..10");
  refuses("schedule=fast", "geometric|linear|adaptive");
  refuses("exact=2", "0..1");
  refuses("sweeps", "key=value");
  refuses("=3", "key=value");
}

static void engine_without_options(void) {
  lehr_error err;
  CHECK_INT(options_set(NULL, NULL, "a=1", &err), LEHR_EUSAGE);
  char *json = options_json(NULL, NULL, NULL, 0);
  CHECK_TEXT(json, "{}");
  free(json);
}

static void extra_values(void) {
  const option_value extra[] = {{.name = "target", .is_real = true, .real = -3},
                                {.name = "sweeps", .integer = 7},
                                {.name = "limit", .is_real = true, .real = 0.1}};
  sample_options o;
  options_defaults(&table, &o);
  char *json = options_json(&table, &o, extra, 3);
  CHECK_TEXT(json, "{\"sweeps\": 7, \"beta\": 0.5, \"exact\": 0, \"schedule\": \"linear\", "
                   "\"target\": -3.0, \"limit\": 0.1}");
  free(json);
  json = options_json(NULL, NULL, extra, 1);
  CHECK_TEXT(json, "{\"target\": -3.0}");
  free(json);
}

static const check_test tests[] = {{"sets values", sets_values},
                                   {"extra values", extra_values},
                                   {"explains mistakes", explains_mistakes},
                                   {"no options", engine_without_options}};
CHECK_MAIN("base/options", tests)
