/* SPDX-License-Identifier: Apache-2.0 */
/* Result files: written, read back, damaged. */
#include "check.h"
#include "io/result.h"
#include "support/scratch.h"

static lehr_error err;

/* 40 spins with couplings k / divisor. */
static lehr_model *make_model(double divisor) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 40, &b));
  for (int i = 0; i + 1 < 40; i++)
    REQUIRE_OK(lehr_builder_add(b, i, i + 1, (i % 7 - 3) / divisor, &err));
  REQUIRE_OK(lehr_builder_add_offset(b, 1 / divisor, &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  return m;
}

static void write_and_read(const char *name, double divisor) {
  char path[256];
  result_rows rows;
  lehr_sampleset *set;
  lehr_params p;
  lehr_model *m = make_model(divisor);
  lehr_params_init(&p);
  p.engine = "greedy";
  p.reads = 30;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  const result r = {.model = m, .set = set, .objective = {-1, 0}, .keep = 0};
  scratch_path(path, name);
  REQUIRE_OK(result_write(&r, path, &err));
  REQUIRE_OK(result_read(path, &rows, &err));
  REQUIRE(rows.n == 40 && rows.count == lehr_sampleset_size(set));
  for (int64_t k = 0; k < rows.count; k++) {
    uint8_t bits[40];
    lehr_sampleset_bits(set, k, bits);
    CHECK(memcmp(bits, rows.bits + 40 * k, 40) == 0);
    CHECK_REAL(rows.energy[k], lehr_sampleset_energy(set, k), divisor == 1 ? 0 : 1e-14);
    CHECK_INT(rows.occurrences[k], lehr_sampleset_occurrences(set, k));
  }
  result_rows_free(&rows);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static void test_round_trips(void) {
  static const char *const names[] = {"a.json", "a.csv", "a.h5"};
  for (int k = 0; k < 3; k++) {
    write_and_read(names[k], 1);
    write_and_read(names[k], 10);
    write_and_read(names[k], 3);
  }
}

/* Energies beyond 2^53 keep their last digit. */
static void test_big_integers_stay_exact(void) {
  const int64_t big = (INT64_C(1) << 53) + 1;
  char path[256], *text;
  lehr_builder *b;
  lehr_model *m;
  lehr_sampleset *set;
  lehr_params p;
  result_rows rows;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 1, &b));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 0, -big, &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_params_init(&p);
  p.engine = "exhaustive";
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  const result r = {.model = m, .set = set, .objective = {-1, 0}, .keep = 10};
  for (int k = 0; k < 2; k++) {
    scratch_path(path, k ? "big.csv" : "big.json");
    REQUIRE_OK(result_write(&r, path, &err));
    text = scratch_text(path);
    CHECK_CONTAINS(text, k ? "-9007199254740993" : "\"energy_text\": \"-9007199254740993\"");
    free(text);
    REQUIRE_OK(result_read(path, &rows, &err));
    CHECK_INT(rows.energy_int[0], -big);
    result_rows_free(&rows);
  }
  lehr_sampleset_free(set);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static const char json[] =
    "{\"energy\": -1, \"samples\": [{\"energy\": -1, \"num_occurrences\": 2, "
    "\"bits\": \"01\"}, {\"energy\": 0.5, \"bits\": \"11\"}]}";
static const char csv[] = "energy,num_occurrences,bits\n-1,2,01\n0.5,1,11\n";

static void survive(const char *name, const char *text, size_t size) {
  char path[256];
  result_rows rows;
  scratch_path(path, name);
  scratch_write(path, text, size);
  const lehr_status status = result_read(path, &rows, &err);
  CHECK(status == LEHR_OK || status == LEHR_EINPUT);
  CHECK(status == LEHR_OK || (rows.bits == NULL && rows.count == 0));
  result_rows_free(&rows);
}

static void test_damage(void) {
  static const char wrong[] = {0, '"', '{', ',', '9', 'x', '\n', '\xff'};
  char text[256];
  for (int format = 0; format < 2; format++) {
    const char *whole = format ? csv : json, *name = format ? "d.csv" : "d.json";
    for (size_t at = 0; at <= strlen(whole); at++) {
      survive(name, whole, at);
      for (size_t k = 0; k < sizeof wrong; k++) {
        memcpy(text, whole, sizeof json > sizeof csv && !format ? sizeof json : sizeof csv);
        text[at] = wrong[k];
        survive(name, text, strlen(whole));
      }
    }
  }
}

static void test_lies(void) {
  static const char *const texts[] = {
      "{\"energy\": -2, \"samples\": [{\"energy\": -1, \"bits\": \"01\"}]}",
      "{\"samples\": [{\"energy\": -1, \"bits\": \"01\"}, {\"energy\": -1, \"bits\": \"011\"}]}",
      "{\"samples\": [{\"energy\": -1, \"energy\": 2, \"bits\": \"01\"}]}",
      "{\"samples\": [{\"energy\": 1e400, \"bits\": \"01\"}]}",
      "{\"samples\": [{\"energy\": 9223372036854775808, \"bits\": \"01\"}]}",
      "{\"samples\": [{\"energy\": 1, \"bits\": \"02\"}]}",
      "{\"samples\": []} trailing",
      "{\"samples\": 3}",
      "[]"};
  char path[256];
  result_rows rows;
  scratch_path(path, "lie.json");
  for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
    scratch_write(path, texts[k], strlen(texts[k]));
    CHECK_INT(result_read(path, &rows, &err), LEHR_EINPUT);
  }
  char deep[200000];
  memset(deep, '[', sizeof deep);
  scratch_write(path, deep, sizeof deep);
  CHECK_INT(result_read(path, &rows, &err), LEHR_EINPUT);
}

static const check_test tests[] = {{"round trips", test_round_trips},
                                   {"big integers stay exact", test_big_integers_stay_exact},
                                   {"damage", test_damage},
                                   {"lies", test_lies}};

int main(void) {
  scratch_create();
  const int status = check_run("io/results", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return status;
}
