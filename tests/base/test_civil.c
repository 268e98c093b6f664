/* SPDX-License-Identifier: Apache-2.0 */
#include "base/civil.h"
#include "base/utf8.h"
#include "check.h"

#include <stdlib.h>
#include <time.h>

static void knows_dates(void) {
  CHECK_INT(civil_days(1970, 1, 1), 0);
  CHECK_INT(civil_days(2000, 3, 1), 11017);
  CHECK_INT(civil_weekday(0), 3);                        /* Thursday */
  CHECK_INT(civil_weekday(civil_days(2014, 1, 1)), 2);   /* Wednesday */
  CHECK_INT(civil_weekday(civil_days(1582, 10, 15)), 4); /* Friday */
  CHECK_INT(civil_month_days(1900, 2), 28);
  CHECK_INT(civil_month_days(2000, 2), 29);
}

static void agrees_with_the_c_library(void) {
  for (int64_t t = INT64_C(-60000000000); t < INT64_C(250000000000); t += 12345678977) {
    const time_t at = (time_t)t;
    struct tm tm;
    REQUIRE(gmtime_r(&at, &tm) != NULL);
    const civil_date c = civil_from_wall(t);
    CHECK_INT(c.year, tm.tm_year + 1900);
    CHECK_INT(c.month, tm.tm_mon + 1);
    CHECK_INT(c.day, tm.tm_mday);
    CHECK_INT(c.hour * 3600 + c.minute * 60 + c.second,
              tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
    CHECK_INT(c.weekday, (tm.tm_wday + 6) % 7);
    CHECK_INT(c.day_of_year, tm.tm_yday);
    CHECK_INT(civil_days(c.year, c.month, c.day), floor_div(t, CIVIL_DAY_S));
  }
}

static void parses_timestamps(void) {
  static const struct {
    const char *text;
    int64_t wall_s;
    int32_t offset_s;
    bool has_offset;
  } good[] = {{"2012-01-01T00:00:00Z", 1325376000, 0, true},
              {"2012-01-01 00:00:00", 1325376000, 0, false},
              {"2012-01-01 00:00", 1325376000, 0, false},
              {"2012-01-01", 1325376000, 0, false},
              {"2012-01-01T00:30:00+11:00", 1325377800, 39600, true},
              {"2012-01-01T00:30:00 -0330", 1325377800, -12600, true},
              {"2012-01-01T00:30+05:45", 1325377800, 20700, true},
              {"2011-12-31 24:00", 1325376000, 0, false},
              {"2012-01-01T00:00:00.000Z", 1325376000, 0, true},
              {"2012-02-29", 1330473600, 0, false},
              {"0001-01-01", CIVIL_FIRST_S, 0, false}};
  static const char *const bad[] = {"",
                                    "2012",
                                    "2012-1-1",
                                    "2012-13-01",
                                    "2012-00-10",
                                    "2013-02-29",
                                    "2012-04-31",
                                    "2012-01-01T",
                                    "2012-01-01T1:00",
                                    "2012-01-01T25:00",
                                    "0000-01-01",
                                    "2012-01-01x",
                                    "2012-01-01T24:01",
                                    "2012-01-01T00:60:00",
                                    "2012-01-01T00:00:60",
                                    "2012-01-01T00:00:00.5Z",
                                    "2012-01-01T00:00:00Zx",
                                    "2012-01-01T00:00:00+1",
                                    "2012-01-01T00:00:00+25:00",
                                    "2012-01-01T00:00:00.",
                                    "1/2/2012 00:00",
                                    "-001-01-01"};
  civil_stamp s;
  for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
    CHECK(civil_parse(good[k].text, strlen(good[k].text), &s));
    CHECK_INT(s.wall_s, good[k].wall_s);
    CHECK_INT(s.offset_s, good[k].offset_s);
    CHECK(s.has_offset == good[k].has_offset);
  }
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    CHECK(!civil_parse(bad[k], strlen(bad[k]), &s));
  }
  CHECK(!civil_parse("2012-01-01T00:00:00\0Z", 21, &s));
}

static void parses_every_prefix_without_reading_beyond(void) {
  static const char text[] = "2012-01-01T00:30:00.00+11:00";
  for (size_t length = 0; length < sizeof text; length++) {
    char *copy = malloc(length + 1); /* exact size: the sanitizer sees one byte too far */
    REQUIRE(copy != NULL);
    memcpy(copy, text, length);
    civil_stamp s;
    (void)civil_parse(copy, length, &s);
    free(copy);
  }
  civil_stamp s;
  CHECK(civil_parse(text, strlen(text), &s));
}

static void formats(void) {
  char text[CIVIL_TEXT];
  civil_format(1325341800, 39600, text);
  CHECK_TEXT(text, "2012-01-01T01:30:00+11:00");
  civil_format(1325341800, 0, text);
  CHECK_TEXT(text, "2011-12-31T14:30:00Z");
  civil_format(1325341800, -12600, text);
  CHECK_TEXT(text, "2011-12-31T11:00:00-03:30");
  civil_format_date(-1, text);
  CHECK_TEXT(text, "1969-12-31");
}

static void parses_offsets(void) {
  int32_t s;
  CHECK(civil_parse_offset("+10:00", 6, &s) && s == 36000);
  CHECK(civil_parse_offset("-0330", 5, &s) && s == -12600);
  CHECK(civil_parse_offset("UTC", 3, &s) && s == 0);
  CHECK(!civil_parse_offset("10:00", 5, &s));
  CHECK(!civil_parse_offset("+10:00 ", 7, &s));
}

static void knows_text(void) {
  CHECK(utf8_is_text("", 0));
  CHECK(utf8_is_valid("a\n\0b", 4));
  CHECK(!utf8_is_text("a\n", 2));
  CHECK(utf8_is_text("Zürich €", strlen("Zürich €")));
  CHECK(utf8_is_text("\xf0\x9f\x94\x8c", 4));
  static const char *const bad[] = {"\xff",         "\xc3",         "\xc0\x80",
                                    "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                    "a\nb",         "\x7f"};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
    CHECK(!utf8_is_text(bad[k], strlen(bad[k])));
}

static void repairs_text(void) {
  static const char *const cases[][2] = {{"", ""},
                                         {"Zürich €", "Zürich €"},
                                         {"a\xff", "a\xef\xbf\xbd"},
                                         {"\xc3", "\xef\xbf\xbd"},
                                         {"\xe2\x82z", "\xef\xbf\xbd\xef\xbf\xbdz"}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    char *repaired = utf8_repaired(cases[k][0]);
    CHECK_TEXT(repaired, cases[k][1]);
    free(repaired);
  }
}

static const check_test tests[] = {{"dates", knows_dates},
                                   {"calendar against the C library", agrees_with_the_c_library},
                                   {"timestamps", parses_timestamps},
                                   {"prefixes", parses_every_prefix_without_reading_beyond},
                                   {"formatting", formats},
                                   {"offsets", parses_offsets},
                                   {"UTF-8", knows_text},
                                   {"repairing UTF-8", repairs_text}};
CHECK_MAIN("base/civil", tests)
