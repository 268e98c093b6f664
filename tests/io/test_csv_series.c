/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "io/csv_series.h"

#include <stdlib.h>

static lehr_error error;

/* Parses a copy of exactly `length` bytes, so that a sanitizer sees reads beyond it. */
static lehr_status parse_bytes(const char *text, size_t length, const series_file_options *options,
                               series **out) {
  char *copy = malloc(length ? length : 1);
  CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
  memcpy(copy, text, length);
  const lehr_status status = csv_series_parse(copy, length, options, out, &error);
  free(copy);
  return status;
}

static series *parse(const char *text, const series_file_options *options) {
  series *s = NULL;
  error.text[0] = '\0';
  if (parse_bytes(text, strlen(text), options, &s) != LEHR_OK)
    printf("\n  line %" PRId64 ": %s", error.line, error.text);
  CU_ASSERT_PTR_NOT_NULL_FATAL(s);
  return s;
}

static const char plain[] = "time_utc,demand_north_mw,demand_south_mw,temp_hill_c,holiday\n"
                            "2014-01-01T00:00:00Z,100,200.5,-3.25,1\n"
                            "2014-01-01T01:00:00Z,101,,-3,1\n"
                            "2014-01-01T03:00:00Z,102,201,NA,0\n";

static void reads_what_is_there(void) {
  series *s = parse(plain, NULL);
  CHECK_INT(s->start_s, 1388534400);
  CHECK_INT(s->step_s, 3600);
  CHECK_INT(s->n_steps, 4);
  CHECK_INT(s->n_zones, 2);
  CHECK_INT(s->n_stations, 1);
  CHECK_TEXT(s->zone[0], "north");
  CHECK_TEXT(s->zone[1], "south");
  CHECK_TEXT(s->station[0], "hill");
  CHECK_REAL(s->demand[1], 200.5, 0);
  CHECK_INT(s->demand_flag[3], SERIES_MISSING); /* empty field */
  CHECK_INT(s->demand_flag[4], SERIES_MISSING); /* no row for 02:00 */
  CHECK(isnan(s->demand[4]) && isnan(s->temperature[2]) && isnan(s->temperature[3]));
  CHECK_REAL(s->demand[6], 102, 0);
  CHECK(s->has_holiday && s->holiday[1] == 1 && s->holiday[3] == 0);
  CHECK_TEXT(s->time_zone, "");
  series_free(s);
}

static void understands_dialects(void) {
  static const char *const same[] = {
      "\xef\xbb\xbf# made by hand\r\n\r\ntime;load_mw\r\n2014-01-01 00:00+00:00;1,5\r\n"
      "2014-01-01 00:30+00:00;2\r\n\r\n",
      "time\tload_mw\n2014-01-01 00:00Z\t1.5\n2014-01-01 00:30Z\t2",
      "\"time\",\"load_mw\",\"a, \"\"b\"\"\nc\"\n\"2014-01-01 00:00Z\",\"1.5\",x\n2014-01-01 "
      "00:30Z , 2 ,\"\"\n",
      "time,load_kw\n2014-01-01T00:00Z,1500\n2014-01-01T00:30Z,2e3\n",
      "time,load_mwh\n2014-01-01T00:00Z,0.75\n2014-01-01T00:30Z,1\n"};
  for (size_t k = 0; k < sizeof same / sizeof same[0]; k++) {
    series *s = parse(same[k], NULL);
    CHECK_INT(s->n_steps, 2);
    CHECK_INT(s->step_s, 1800);
    CHECK_REAL(s->demand[0], 1.5, 1e-15);
    CHECK_REAL(s->demand[1], 2, 1e-15);
    CHECK(!s->has_holiday);
    series_free(s);
  }
}

static void takes_the_columns_it_is_told(void) {
  static const char text[] = "day,LULL,OT,feast\n2016-07-01,5,30.5,True\n2016-07-02,6,77,False\n";
  static const char *const load[] = {"LULL"}, *const temperature[] = {"3"};
  const series_file_options o = {.time_zone = "+08:00",
                                 .load_columns = load,
                                 .n_load_columns = 1,
                                 .temperature_columns = temperature,
                                 .n_temperature_columns = 1,
                                 .holiday_column = "feast",
                                 .unit = "GWh"};
  series *s = parse(text, &o);
  CHECK_INT(s->start_s, 1467302400); /* midnight of +08:00 */
  CHECK_REAL(s->demand[0], 5e3 / 24, 1e-9);
  CHECK_REAL(s->temperature[1], 77, 0);
  CHECK_TEXT(s->station[0], "OT");
  CHECK_TEXT(s->time_zone, "+08:00");
  CHECK_INT(s->holiday[0], 1);
  series_free(s);
}

/* 5 April 2014 to 7 April in Melbourne: 02:00 to 03:00 comes twice. */
static void reads_the_repeated_hour(void) {
  const series_file_options o = {.time_zone = "Australia/Melbourne"};
  series *s = parse("time,mw\n2014-04-06 01:30,1\n2014-04-06 02:00,2\n2014-04-06 02:30,3\n"
                    "2014-04-06 02:00,4\n2014-04-06 02:30,5\n2014-04-06 03:00,6\n",
                    &o);
  CHECK_INT(s->n_steps, 6);
  CHECK_INT(series_quality_of(s, 0).n_missing, 0);
  CHECK_REAL(s->demand[4], 5, 0);
  series_free(s);
  const series_file_options sorted = {.time_zone = "Australia/Melbourne", .is_unsorted = true};
  s = parse("time,mw\n2014-04-06 03:00,6\n2014-04-06 02:00,2\n2014-04-06 02:00,4\n"
            "2014-04-06 01:00,0\n2014-04-06 04:00,7\n",
            &sorted);
  CHECK_INT(s->n_steps, 5);
  CHECK_REAL(s->demand[2], 4, 0);
  series_free(s);
}

static void reads_the_skipped_hour(void) {
  const series_file_options o = {.time_zone = "America/New_York"};
  series *s = parse("time,mw\n2001-04-01 00:00,0\n2001-04-01 01:00,1\n2001-04-01 03:00,2\n", &o);
  CHECK_INT(s->n_steps, 3); /* 23 hours, but none is missing */
  CHECK_INT(series_quality_of(s, 0).n_missing, 0);
  series_free(s);
  /* PJM counts hours by their end: 02:00 ends the hour before the change, 04:00 the one after */
  const series_file_options ending = {.time_zone = "America/New_York", .is_interval_end = true};
  s = parse("time,mw\n2001-04-01 01:00,0\n2001-04-01 02:00,1\n2001-04-01 04:00,2\n", &ending);
  CHECK_INT(s->n_steps, 3);
  CHECK_INT(s->start_s, 986101200); /* 2001-04-01T05:00Z = 00:00 EST */
  series_free(s);
  static const char gap[] = "time,mw\n2001-04-01 01:00,0\n2001-04-01 02:00,1\n";
  CHECK_INT(parse_bytes(gap, strlen(gap), &o, &s), LEHR_EINPUT);
  CHECK_CONTAINS(error.text, "--interval-end");
}

static void refuses_bad_rows(void) {
  static const struct {
    const char *text;
    int64_t line;
    const char *part;
  } bad[] = {
      {"", 0, "empty"},
      {"\n\n", 0, "empty"},
      {"time\n", 1, "header"},
      {"time,mw\n", 0, "no rows"},
      {"time,mw\n2014-01-01T00:00Z,1\n", 0, "length of a step"},
      {"2014-01-01T00:00Z,1\n2014-01-01T01:00Z,1\n", 1, "name the columns"},
      {"time,mw\n2014-01-01T00:00Z,1\n2014-01-01T01:00Z,nan\n", 3, "'nan' is not a number"},
      {"time,mw\n2014-01-01T00:00Z,1\n2014-01-01T01:00Z,inf\n", 3, "not a number"},
      {"time,mw\n2014-01-01T00:00Z,1\n2014-01-01T01:00Z,1e400\n", 3, "not a number"},
      {"time,mw\n2014-01-01T00:00Z,1\n2014-01-01T01:00Z,1e300\n", 3, "credible"},
      {"time,mw\n2014-01-01T00:00Z,0x1p3\n", 2, "not a number"},
      {"time,mw\n2014-01-01T00:00Z,12 MW\n", 2, "not a number"},
      {"time;mw\n2014-01-01T00:00Z;1.000,5\n", 2, "not a number"},
      {"time,mw\n2014-01-01T00:00Z,1,2\n", 2, "3 fields, but the header has 2"},
      {"time,mw\n2014-01-01T00:00Z\n", 2, "1 fields"},
      {"time,mw\n2014-02-30T00:00Z,1\n", 2, "timestamp"},
      {"time,mw\n01/02/2014 00:00,1\n", 2, "timestamp"},
      {"time,mw\n2014-01-01T01:00Z,1\n2014-01-01T02:00Z,1\n2014-01-01T02:00Z,1\n", 4, "second row"},
      {"time,mw\n2014-01-01T01:00Z,1\n2014-01-01T02:00Z,1\n2014-01-01T00:00Z,1\n", 4, "--sort"},
      {"time,mw\n2014-01-01T01:00Z,1\n2014-01-01T02:00Z,1\n2014-01-01T02:07Z,1\n"
       "2014-01-01T03:07Z,1\n2014-01-01T04:07Z,1\n",
       4, "grid of 3600 s"},
      {"time,mw\n2014-01-01T01:00Z,1\n2014-01-01T01:01Z,1\n2014-01-01T01:02Z,1\n9014-01-01,1\n", 5,
       "--tz"},
      {"time,mw\n2014-01-01T01:00Z,1\n2014-01-01T01:01Z,1\n2014-01-01T01:02Z,1\n"
       "9014-01-01T00:00Z,1\n",
       0, "spread over"},
      {"time,mw\n\"2014-01-01T00:00Z,1\n", 2, "never closed"},
      {"time,mw\n\"2014-01-01T00:00Z\"x,1\n", 2, "behind a closing quote"},
      {"time,a,b\n2014-01-01T00:00Z,1,2\n", 0, "which column is the load"},
      {"time,mw,holiday\n2014-01-01T00:00Z,1,2\n", 2, "holiday mark"}};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    series *s = NULL;
    error = (lehr_error){0};
    const lehr_status status = parse_bytes(bad[k].text, strlen(bad[k].text), NULL, &s);
    CHECK((status == LEHR_EINPUT || status == LEHR_EUSAGE) && s == NULL);
    CHECK_INT(error.line, bad[k].line);
    CHECK_CONTAINS(error.text, bad[k].part);
  }
}

static void refuses_bad_options(void) {
  static const char *const nowhere[] = {"nowhere"};
  const series_file_options bad[] = {{.load_columns = nowhere, .n_load_columns = 1},
                                     {.temperature_columns = nowhere, .n_temperature_columns = 1},
                                     {.time_column = "nowhere"},
                                     {.holiday_column = "9"},
                                     {.unit = "PW"},
                                     {.time_zone = "Nowhere/City"}};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    series *s = NULL;
    CHECK_INT(parse_bytes(plain, strlen(plain), &bad[k], &s), LEHR_EUSAGE);
  }
}

static void survives_truncation_and_flips(void) {
  char text[sizeof plain];
  for (size_t cut = 0; cut <= strlen(plain); cut++) {
    series *s = NULL;
    if (parse_bytes(plain, cut, NULL, &s) == LEHR_OK) CHECK(s->n_steps <= 4);
    series_free(s);
  }
  for (size_t k = 0; k < strlen(plain); k++) {
    for (int byte = 0; byte < 256; byte++) {
      series *s = NULL;
      memcpy(text, plain, sizeof plain);
      text[k] = (char)byte;
      if (parse_bytes(text, strlen(plain), NULL, &s) == LEHR_OK)
        CHECK_INT(series_check(s, NULL), LEHR_OK);
      series_free(s);
    }
  }
}

static void survives_monsters(void) {
  enum { SIZE = 8 << 20 };
  static const char head[] = "time,mw\n2014-01-01T00:00Z,1\n";
  char *text = malloc(SIZE);
  CU_ASSERT_PTR_NOT_NULL_FATAL(text);
  static const char fill[] = {',', 'x', '9', '"', '\n', '\0', ' '};
  for (size_t k = 0; k < sizeof fill; k++) {
    series *s = NULL;
    memset(text, fill[k], SIZE);
    CHECK(csv_series_parse(text, SIZE, NULL, &s, &error) != LEHR_OK); /* one line of 8 MiB */
    memset(text, fill[k], SIZE);
    memcpy(text, head, sizeof head - 1);
    CHECK(csv_series_parse(text, SIZE, NULL, &s, &error) != LEHR_OK);
    CHECK(s == NULL);
  }
  free(text);
}

static void round_trips(void) {
  series *s = parse(plain, NULL), *back = NULL;
  s->demand[0] = 1.0 / 3;
  strcpy(s->zone[0], "a, \"b\"");
  char *text = NULL;
  size_t length = 0;
  REQUIRE_OK(csv_series_format(s, &text, &length, NULL));
  CHECK_CONTAINS(text, "\"demand_a, \"\"b\"\"_mw\"");
  REQUIRE_OK(csv_series_parse(text, length, NULL, &back, &error));
  CHECK_INT(back->n_steps, s->n_steps);
  CHECK(memcmp(back->demand_flag, s->demand_flag, 8) == 0);
  for (int k = 0; k < 8; k++)
    CHECK(back->demand[k] == s->demand[k] || (isnan(back->demand[k]) && isnan(s->demand[k])));
  CHECK_TEXT(back->zone[0], s->zone[0]);
  CHECK_TEXT(back->station[0], "hill");
  CHECK(memcmp(back->holiday, s->holiday, 4) == 0);
  free(text);
  series_free(back);
  series_free(s);
}

static const check_test tests[] = {{"plain file", reads_what_is_there},
                                   {"dialects", understands_dialects},
                                   {"named columns", takes_the_columns_it_is_told},
                                   {"repeated hour", reads_the_repeated_hour},
                                   {"skipped hour", reads_the_skipped_hour},
                                   {"bad rows", refuses_bad_rows},
                                   {"bad options", refuses_bad_options},
                                   {"truncated and flipped", survives_truncation_and_flips},
                                   {"monsters", survives_monsters},
                                   {"round trip", round_trips}};
CHECK_MAIN("io/csv_series", tests)
