/* SPDX-License-Identifier: Apache-2.0 */
#include "base/philox.h"
#include "check.h"
#include "io/csv_series.h"
#include "io/hdf5_series.h"
#include "qubo/forecast/synthetic.h"
#include "support/scratch.h"

static lehr_error error;

/* Two zones of a made-up utility, cut to four weeks, with every flag. */
static series *sample(void) {
  const synthetic_options o = {.n_zones = 2, .n_years = 1, .first_year = 2024, .seed = 1};
  series *s = NULL;
  REQUIRE_OK(synthetic_series(&o, &s, NULL));
  s->n_steps = 24 * 28;
  for (int k = 10; k < 14; k++) {
    s->demand[k] = NAN;
    s->demand_flag[k] = SERIES_MISSING;
  }
  s->demand_flag[20] = SERIES_ESTIMATED;
  s->demand_flag[21] = SERIES_OUTLIER;
  s->temperature[5] = NAN;
  snprintf(s->zone[1], SERIES_NAME, "Zürich-Süd");
  return s;
}

static bool same_numbers(const double a[], const double b[], int64_t n) {
  for (int64_t k = 0; k < n; k++)
    if (a[k] != b[k] && !(isnan(a[k]) && isnan(b[k]))) return false;
  return true;
}

static void check_same(const series *a, const series *b) {
  CHECK_INT(a->start_s, b->start_s);
  CHECK_INT(a->step_s, b->step_s);
  REQUIRE(a->n_steps == b->n_steps && a->n_zones == b->n_zones && a->n_stations == b->n_stations);
  CHECK(same_numbers(a->demand, b->demand, a->n_steps * a->n_zones));
  CHECK(same_numbers(a->temperature, b->temperature, a->n_steps * a->n_stations));
  CHECK(memcmp(a->holiday, b->holiday, (size_t)a->n_steps) == 0);
  CHECK_INT(a->has_holiday, b->has_holiday);
  for (int32_t z = 0; z < a->n_zones; z++) CHECK_TEXT(a->zone[z], b->zone[z]);
  for (int32_t k = 0; k < a->n_stations; k++) CHECK_TEXT(a->station[k], b->station[k]);
}

static series *read_file(const char *path, const series_file_options *o) {
  series *s = NULL;
  error = (lehr_error){0};
  if (series_file_read(path, o, &s, &error) != LEHR_OK)
    printf("\n  %s: line %" PRId64 ": %s", path, error.line, error.text);
  CU_ASSERT_PTR_NOT_NULL_FATAL(s);
  return s;
}

static void round_trips(void) {
  char path[256], again[256], csv[256];
  series *s = sample();
  scratch_path(path, "a.h5");
  scratch_path(again, "b.h5");
  scratch_path(csv, "a.csv");
  REQUIRE_OK(series_file_write(s, path, NULL, &error));
  for (int trusted = 0; trusted < 2; trusted++) {
    const series_file_options o = {.is_trusted = trusted};
    series *back = read_file(path, &o);
    check_same(s, back);
    CHECK(memcmp(s->demand_flag, back->demand_flag, (size_t)s->n_steps * 2) == 0);
    CHECK_TEXT(back->time_zone, "UTC");
    REQUIRE_OK(series_file_write(back, again, NULL, &error));
    series_free(back);
  }
  size_t size = 0, size_again = 0;
  char *bytes = scratch_read(path, &size), *bytes_again = scratch_read(again, &size_again);
  CHECK(bytes && bytes_again && size == size_again && memcmp(bytes, bytes_again, size) == 0);
  free(bytes);
  free(bytes_again);
  /* through CSV and back: everything but the flags of values that are there */
  REQUIRE_OK(series_file_write(s, csv, NULL, &error));
  series *text = read_file(csv, NULL);
  check_same(s, text);
  REQUIRE_OK(series_file_write(text, again, NULL, &error));
  series *back = read_file(again, NULL);
  check_same(s, back);
  series_free(back);
  series_free(text);
  series_free(s);
}

/* What other programs write. */
static void reads_strangers(void) {
  static const struct {
    const char *units;
    double first, step;
  } kinds[] = {{"hours since 1990-01-01", 200000, 1},
               {"days since 1900-01-01 00:00:00", 41242.0 + 8. / 24, 1. / 24},
               {"minutes since 2012-12-01T06:00:00Z", 120, 60},
               {"seconds since 1970-01-01 00:00:00 UTC", 1354348800, 3600}};
  char path[256];
  scratch_path(path, "strange.h5");
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    h5_writer *w;
    double times[5];
    static const float demand[] = {1e6F, 2e6F, -999, 4e6F, 5e6F};
    static const double kelvin[] = {273.15, 274.15, 275.15, 276.15, 277.15};
    for (int t = 0; t < 5; t++) times[t] = kinds[k].first + kinds[k].step * (t + (t == 4));
    REQUIRE_OK(h5_writer_create(path, "strange", 1000, &w, &error));
    h5_put_array(w, "/time", H5_REAL64, 5, times);
    h5_put_attribute_string(w, "/time", "units", kinds[k].units);
    h5_put_array(w, "/load", H5_REAL32, 5, demand);
    h5_put_attribute_string(w, "/load", "units", "kW");
    h5_put_attribute_real(w, "/load", "_FillValue", -999);
    h5_put_array(w, "/temperature", H5_REAL64, 5, kelvin);
    h5_put_attribute_string(w, "/temperature", "units", "K");
    REQUIRE_OK(h5_writer_publish(w, &error));
    static const char *const name[] = {"load"};
    const series_file_options o = {
        .load_columns = name, .n_load_columns = 1, .time_zone = "Asia/Colombo"};
    series *s = read_file(path, &o);
    CHECK_INT(s->start_s, k == 0 ? 1351152000 : 1354348800);
    CHECK_INT(s->n_steps, 6); /* the fifth hour is not in the file */
    CHECK_REAL(s->demand[1], 2000, 0);
    CHECK_INT(s->demand_flag[2], SERIES_MISSING);
    CHECK_INT(s->demand_flag[4], SERIES_MISSING);
    CHECK_REAL(s->demand[5], 5000, 0);
    CHECK_REAL(s->temperature[1], 1, 1e-12);
    CHECK_TEXT(s->time_zone, "Asia/Colombo");
    CHECK_TEXT(s->zone[0], "zone-1");
    series_free(s);
  }
}

/* Bounds say where intervals begin, whatever the times mean; without them the caller must. */
static void finds_interval_starts(void) {
  static const int64_t ends[] = {3600, 7200}, bounds[] = {0, 3600, 3600, 7200};
  static const double demand[] = {1, 2};
  char path[256];
  scratch_path(path, "ends.h5");
  for (int k = 0; k < 4; k++) {
    h5_writer *w;
    REQUIRE_OK(h5_writer_create(path, "ends", 1000, &w, &error));
    h5_put_array(w, "/time", H5_INT64, 2, ends);
    h5_put_attribute_string(w, "/time", "units", "seconds since 1970-01-01");
    if (k != 1) h5_put_attribute_string(w, "/time", "bounds", "edges");
    if (k == 0) h5_put_matrix(w, "/edges", H5_INT64, 2, 2, bounds);
    if (k == 3) h5_put_array(w, "/edges", H5_INT64, 2, bounds);
    h5_put_array(w, "/demand", H5_REAL64, 2, demand);
    REQUIRE_OK(h5_writer_publish(w, &error));
    const series_file_options o = {.is_interval_end = k < 2};
    series *s = NULL;
    const lehr_status status = series_file_read(path, &o, &s, &error);
    CHECK_INT(status, k == 3 ? LEHR_EINPUT : LEHR_OK);
    if (s) CHECK_INT(s->start_s, k < 2 ? 0 : 3600);
    series_free(s);
  }
}

typedef struct bad_file {
  const char *units, *part;
  int64_t n_times, n_demand;
  int64_t times[3];
} bad_file;

static void refuses_contradictions(void) {
  static const char seconds[] = "seconds since 1970-01-01";
  static const bad_file bad[] = {{"months since 1970-01-01", "units", 3, 3, {0, 1, 2}},
                                 {"seconds since 1970-02-30", "units", 3, 3, {0, 1, 2}},
                                 {"", "units", 3, 3, {0, 1, 2}},
                                 {seconds, "not after", 3, 3, {0, 1, 1}},
                                 {seconds, "not after", 3, 3, {0, 2, 1}},
                                 {seconds, "no time", 3, 3, {0, 1, INT64_MAX}},
                                 {seconds, "step", 1, 1, {0}},
                                 {seconds, "expected", 3, 2, {0, 1, 2}},
                                 {seconds, "spread", 3, 3, {0, 1, INT64_C(99999999999)}}};
  char path[256];
  scratch_path(path, "bad.h5");
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    static const double demand[3] = {1, 2, 3};
    h5_writer *w;
    series *s = NULL;
    REQUIRE_OK(h5_writer_create(path, "bad", 1000, &w, &error));
    h5_put_array(w, "/time", H5_INT64, bad[k].n_times, bad[k].times);
    h5_put_attribute_string(w, "/time", "units", bad[k].units);
    h5_put_array(w, "/demand", H5_REAL64, bad[k].n_demand, demand);
    REQUIRE_OK(h5_writer_publish(w, &error));
    CHECK_INT(series_file_read(path, NULL, &s, &error), LEHR_EINPUT);
    CHECK_CONTAINS(error.text, bad[k].part);
  }
}

static void refuses_strange_values(void) {
  static const int64_t times[] = {0, 3600};
  static const double infinite[] = {1, INFINITY}, sane[] = {1, 2};
  static const int8_t flags[] = {0, 9};
  char path[256];
  scratch_path(path, "bad.h5");
  for (int k = 0; k < 4; k++) {
    h5_writer *w;
    series *s = NULL;
    REQUIRE_OK(h5_writer_create(path, "bad", 1000, &w, &error));
    h5_put_array(w, "/time", H5_INT64, 2, times);
    h5_put_attribute_string(w, "/time", "units", "seconds since 1970-01-01");
    if (k == 3) h5_put_attribute_string(w, "/time", "calendar", "noleap");
    h5_put_array(w, "/demand", H5_REAL64, 2, k == 0 ? infinite : sane);
    if (k == 1) h5_put_array(w, "/demand_flag", H5_INT8, 2, flags);
    if (k == 2) h5_put_attribute_string(w, "/demand", "units", "furlong");
    REQUIRE_OK(h5_writer_publish(w, &error));
    CHECK_INT(series_file_read(path, NULL, &s, &error), LEHR_EINPUT);
  }
}

/* Every truncation of a real file: an error, in good time, and this process goes on. */
static void survives_truncation(void) {
  char path[256];
  series *s = sample();
  s->n_steps = 30;
  scratch_path(path, "cut.h5");
  REQUIRE_OK(series_file_write(s, path, NULL, &error));
  size_t size = 0;
  char *bytes = scratch_read(path, &size);
  CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
  for (size_t cut = 0; cut < size; cut += size / 40 + 1) {
    series *back = NULL;
    scratch_write(path, bytes, cut);
    CHECK(series_file_read(path, NULL, &back, &error) != LEHR_OK);
    series_free(back);
  }
  free(bytes);
  series_free(s);
}

/* A few bytes changed at random places, as a failing disk or an attacker would. */
static void survives_mutation(void) {
  char path[256];
  series *s = sample();
  s->n_steps = 30;
  scratch_path(path, "mutated.h5");
  REQUIRE_OK(series_file_write(s, path, NULL, &error));
  size_t size = 0;
  char *bytes = scratch_read(path, &size);
  CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
  philox_stream random = philox_stream_at(1, 1);
  for (int trial = 0; trial < 120; trial++) {
    char *copy = malloc(size);
    series *back = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, bytes, size);
    for (uint32_t k = 0; k <= philox_below(&random, 6); k++)
      copy[philox_below(&random, (uint32_t)size)] = (char)philox_u32(&random);
    scratch_write(path, copy, size);
    if (series_file_read(path, NULL, &back, &error) == LEHR_OK)
      CHECK_INT(series_check(back, NULL), LEHR_OK);
    else
      CHECK(error.text[0] != '\0');
    series_free(back);
    free(copy);
  }
  free(bytes);
  series_free(s);
}

static void refuses_other_endings(void) {
  series *s = sample();
  CHECK_INT(series_file_write(s, "/tmp/series.xlsx", NULL, &error), LEHR_EUSAGE);
  series_free(s);
  CHECK_INT(series_file_read("/nowhere/series.csv", NULL, &s, &error), LEHR_ENOINPUT);
}

static const check_test tests[] = {{"round trips", round_trips},
                                   {"files of others", reads_strangers},
                                   {"interval starts", finds_interval_starts},
                                   {"contradictions", refuses_contradictions},
                                   {"strange values", refuses_strange_values},
                                   {"truncation", survives_truncation},
                                   {"mutation", survives_mutation},
                                   {"endings", refuses_other_endings}};

int main(void) {
  const int failed = check_run("io/hdf5_series", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return failed;
}
