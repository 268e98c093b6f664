/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/plugin_check.h"

#include "check.h"

static lehr_status plan(const lehr_model_view *m, const void *options, int64_t reads,
                        int32_t threads, lehr_plan *out) {
  (void)m;
  (void)options;
  (void)reads;
  (void)threads;
  (void)out;
  return LEHR_OK;
}
static lehr_status prepare_nothing(const lehr_model_view *m, const void *options, int64_t reads,
                                   int32_t threads, lehr_plan *out, void **prepared) {
  *prepared = NULL;
  return plan(m, options, reads, threads, out);
}
static lehr_status run(lehr_run *r) {
  (void)r;
  return LEHR_OK;
}

/* A good engine with one good option of each type; each test spoils one thing. */
typedef struct specimen {
  lehr_option rows[4];
  lehr_option_table table;
  lehr_engine engine;
} specimen;

static void make(specimen *s) {
  *s = (specimen){.rows = {{"whole", LEHR_OPTION_INT, 0, 5, -10, 10, "units", "an integer"},
                           {"real_2", LEHR_OPTION_REAL, 8, 0.5, 0, 1, "", "a number"},
                           {"flag", LEHR_OPTION_FLAG, 16, 0, 0, 1, "", "yes or no"},
                           {"choice", LEHR_OPTION_CHOICE, 24, 1, 0, 2, "one|two|three", "a name"}},
                  .table = {sizeof s->table, 32, 4, s->rows},
                  .engine = {sizeof s->engine, LEHR_PLUGIN_ABI, 0, "good-1", "does well", &s->table,
                             plan, run, NULL, NULL}};
}

static void check_refused(const specimen *s, const char *reason) {
  lehr_error err = {0};
  CHECK_INT(plugin_check(&s->engine, &err), LEHR_EUNAVAILABLE);
  CHECK_CONTAINS(err.text, reason);
}

static void good_engines(void) {
  specimen s;
  lehr_error err;
  make(&s);
  CHECK_INT(plugin_check(&s.engine, &err), LEHR_OK);
  s.engine.options = NULL;
  CHECK_INT(plugin_check(&s.engine, &err), LEHR_OK);
  make(&s);
  s.engine.struct_size += 64; /* a newer one */
  s.table.struct_size += 8;
  s.engine.caps = UINT32_MAX;
  CHECK_INT(plugin_check(&s.engine, &err), LEHR_OK);
}

static void engine_names(void) {
  static const char *const names[] = {
      NULL, "", "Good", "9lives", "a b", "a/../", "a_b", "name-of-more-than-thirty-one-letters"};
  specimen s;
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
    make(&s);
    s.engine.name = names[k];
    check_refused(&s, "malformed name");
  }
}

static void engine_fields(void) {
  specimen s;
  char endless[1000];
  memset(endless, 'x', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  const char *const summaries[] = {NULL, "two\nlines", "\033[2J", endless};
  for (size_t k = 0; k < sizeof summaries / sizeof summaries[0]; k++) {
    make(&s);
    s.engine.summary = summaries[k];
    check_refused(&s, "no valid summary");
  }
  make(&s);
  s.engine.plan = NULL;
  check_refused(&s, "lacks plan() or run()");
  make(&s);
  s.engine.run = NULL;
  check_refused(&s, "lacks plan() or run()");
  make(&s);
  s.engine.struct_size = 8;
  check_refused(&s, "has 8 bytes");
  make(&s);
  s.engine.prepare = prepare_nothing;
  check_refused(&s, "without discard");
  s.engine.struct_size = offsetof(lehr_engine, prepare); /* of before there was one */
  CHECK_INT(plugin_check(&s.engine, NULL), LEHR_OK);
  make(&s);
  s.engine.abi = 0;
  check_refused(&s, "plugin interface 0");
}

static void tables(void) {
  specimen s;
  make(&s);
  s.table.struct_size = 8;
  check_refused(&s, "too small");
  make(&s);
  s.table.n_options = SIZE_MAX;
  check_refused(&s, "malformed");
  make(&s);
  s.table.options_bytes = SIZE_MAX;
  check_refused(&s, "malformed");
  make(&s);
  s.table.options = NULL;
  check_refused(&s, "malformed");
}

static void option_names_and_places(void) {
  specimen s;
  make(&s);
  s.rows[1].name = "Bad name";
  check_refused(&s, "option 1 has a malformed name");
  make(&s);
  s.rows[3].name = "whole";
  check_refused(&s, "two options are called 'whole'");
  make(&s);
  s.rows[2].type = (lehr_option_type)9;
  check_refused(&s, "unknown type");
  static const size_t offsets[] = {4, 32, 28, SIZE_MAX - 7, 1 << 20};
  for (size_t k = 0; k < sizeof offsets / sizeof offsets[0]; k++) {
    make(&s);
    s.rows[0].offset = offsets[k];
    check_refused(&s, "outside its struct");
  }
  make(&s);
  s.rows[0].help = NULL;
  check_refused(&s, "no valid unit or help");
  make(&s);
  s.rows[0].unit = "\a";
  check_refused(&s, "no valid unit or help");
  make(&s);
  s.rows[3] = (lehr_option){"choice", LEHR_OPTION_CHOICE, 24, 0, 0, 1, "plain|with \"quotes\"", ""};
  check_refused(&s, "malformed choices");
}

static void option_ranges(void) {
  static const struct {
    int row;
    double preset, low, high;
  } cases[] = {{0, 11, -10, 10}, {0, -11, -10, 10}, {0, 0.5, 0, 1},       {0, 0, -1e300, 1},
               {0, 0, 0, 1e17},  {1, NAN, 0, 1},    {1, 0, -INFINITY, 1}, {1, 0, 0, INFINITY},
               {1, 2, 3, 1},     {2, 0, 0, 2},      {2, 1, 1, 1},         {3, 0, 0, 3},
               {3, 1, 1, 2}};
  specimen s;
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    make(&s);
    s.rows[cases[k].row].default_value = cases[k].preset;
    s.rows[cases[k].row].low = cases[k].low;
    s.rows[cases[k].row].high = cases[k].high;
    check_refused(&s, "default outside its range");
  }
  make(&s);
  s.rows[3] = (lehr_option){"choice", LEHR_OPTION_CHOICE, 24, 0, 0, 0, "", "no names"};
  check_refused(&s, "default outside its range");
}

static const check_test tests[] = {{"good engines", good_engines},
                                   {"engine names", engine_names},
                                   {"engine fields", engine_fields},
                                   {"tables", tables},
                                   {"option names and places", option_names_and_places},
                                   {"option ranges", option_ranges}};
CHECK_MAIN("solvers/plugin_check", tests)
