/* SPDX-License-Identifier: Apache-2.0 */
#include "base/civil.h"
#include "base/timezone.h"
#include "base/timezone_rule.h"
#include "check.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static time_zone *zone(const char *name) {
  time_zone *tz = NULL;
  lehr_error err;
  if (time_zone_open(name, &tz, &err) != LEHR_OK) printf("\n  %s: %s", name, err.text);
  CU_ASSERT_PTR_NOT_NULL_FATAL(tz);
  return tz;
}

static int64_t wall(const char *text) {
  civil_stamp s;
  CU_ASSERT_FATAL(civil_parse(text, strlen(text), &s));
  return s.wall_s - s.offset_s;
}

static void melbourne(void) {
  time_zone *tz = zone("Australia/Melbourne");
  int64_t utc[2];
  CHECK_INT(time_zone_offset(tz, wall("2012-01-01T00:00Z")), 11 * 3600);
  CHECK_INT(time_zone_offset(tz, wall("2012-07-01T00:00Z")), 10 * 3600);
  /* 2014-04-06 03:00 back to 02:00; 2014-10-05 02:00 on to 03:00 */
  CHECK_INT(time_zone_to_utc(tz, wall("2014-04-06 02:30"), utc), 2);
  CHECK_INT(utc[0], wall("2014-04-05T15:30Z"));
  CHECK_INT(utc[1], wall("2014-04-05T16:30Z"));
  CHECK_INT(time_zone_to_utc(tz, wall("2014-04-06 03:00"), utc), 1);
  CHECK_INT(time_zone_to_utc(tz, wall("2014-04-06 01:59:59"), utc), 1);
  CHECK_INT(time_zone_to_utc(tz, wall("2014-10-05 02:30"), utc), 0);
  CHECK_INT(time_zone_to_utc(tz, wall("2014-10-05 02:00"), utc), 0);
  CHECK_INT(time_zone_to_utc(tz, wall("2014-10-05 03:00"), utc), 1);
  CHECK_INT(utc[0], wall("2014-10-04T16:00Z"));
  /* beyond the table: the rule of the footer */
  CHECK_INT(time_zone_offset(tz, wall("2099-01-01T00:00Z")), 11 * 3600);
  CHECK_INT(time_zone_offset(tz, wall("2400-07-01T00:00Z")), 10 * 3600);
  CHECK_INT(time_zone_to_utc(tz, wall("2099-10-04 02:30"), utc), 0);
  time_zone_free(tz);
}

static void odd_offsets(void) {
  static const struct {
    const char *name;
    int32_t january_s, july_s;
  } known[] = {{"Asia/Colombo", 19800, 19800},
               {"Asia/Kathmandu", 20700, 20700},
               {"Australia/Adelaide", 37800, 34200},
               {"Australia/Lord_Howe", 39600, 37800},
               {"America/New_York", -18000, -14400},
               {"Europe/Dublin", 0, 3600},
               {"America/Nuuk", -10800, -7200},
               {"Etc/GMT+5", -18000, -18000},
               {"UTC", 0, 0},
               {"+10:00", 36000, 36000}};
  for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
    time_zone *tz = zone(known[k].name);
    CHECK_INT(time_zone_offset(tz, wall("2019-01-15T00:00Z")), known[k].january_s);
    CHECK_INT(time_zone_offset(tz, wall("2019-07-15T00:00Z")), known[k].july_s);
    time_zone_free(tz);
  }
  int64_t utc[2];
  time_zone *howe = zone("Australia/Lord_Howe"); /* half an hour: 02:00 back to 01:30 */
  CHECK_INT(time_zone_to_utc(howe, wall("2019-04-07 01:30"), utc), 2);
  CHECK_INT(utc[1] - utc[0], 1800);
  CHECK_INT(time_zone_to_utc(howe, wall("2019-04-07 01:29"), utc), 1);
  CHECK_INT(time_zone_to_utc(howe, wall("2019-10-06 02:15"), utc), 0);
  time_zone_free(howe);
  time_zone *samoa = zone("Pacific/Apia"); /* 30 December 2011 never was */
  CHECK_INT(time_zone_to_utc(samoa, wall("2011-12-30 12:00"), utc), 0);
  CHECK_INT(time_zone_to_utc(samoa, wall("2011-12-31 00:00"), utc), 1);
  time_zone_free(samoa);
}

/* The C library reads the same files with other code. */
static void agrees_with_the_c_library(void) {
  static const char *const names[] = {
      "Australia/Melbourne", "America/New_York", "Europe/London",     "Europe/Dublin",
      "Asia/Shanghai",       "Asia/Tehran",      "Africa/Casablanca", "America/Sao_Paulo",
      "Asia/Kolkata",        "Pacific/Apia",     "America/Nuuk",      "Antarctica/Troll"};
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
    time_zone *tz = zone(names[k]);
    setenv("TZ", names[k], 1);
    tzset();
    int differences = 0;
    for (int64_t t = INT64_C(-2000000000); t < INT64_C(8000000000); t += 1234567) {
      const time_t at = (time_t)t;
      struct tm tm;
      localtime_r(&at, &tm);
      const int32_t offset_s = time_zone_offset(tz, t);
      differences += offset_s != tm.tm_gmtoff;
      int64_t utc[2] = {0, 0};
      const int count = time_zone_to_utc(tz, t + offset_s, utc);
      differences += !(count >= 1 && (utc[0] == t || (count == 2 && utc[1] == t)));
    }
    CHECK_INT(differences, 0);
    time_zone_free(tz);
  }
}

static void parses_rules(void) {
  timezone_rule r;
  static const char *const good[] = {"UTC0",
                                     "EST5EDT,M3.2.0,M11.1.0",
                                     "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                                     "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
                                     "IST-1GMT0,M10.5.0,M3.5.0/1",
                                     "XXX-2<+01>-1,0/0,J365/23"};
  static const char *const bad[] = {"",
                                    "U0",
                                    "UTC",
                                    "UTC0,",
                                    "EST5EDT",
                                    "EST5EDT,M3.2.0",
                                    "EST5EDT,M13.2.0,M11.1.0",
                                    "EST5EDT,M3.2.0,M11.1.0x",
                                    "<+10-10",
                                    "EST25"};
  for (size_t k = 0; k < sizeof good / sizeof good[0]; k++)
    CHECK(timezone_rule_parse(good[k], strlen(good[k]), &r));
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
    CHECK(!timezone_rule_parse(bad[k], strlen(bad[k]), &r));
  const char *july = "AAA0BBB,J60/0,300/0"; /* J60 is 1 March in leap years too */
  REQUIRE(timezone_rule_parse(july, strlen(july), &r));
  CHECK_INT(timezone_rule_offset(&r, wall("2024-02-29T23:59Z")), 0);
  CHECK_INT(timezone_rule_offset(&r, wall("2024-03-01T00:00Z")), 3600);
  const char *always = "AAA0BBB,0/0,J365/25"; /* daylight saving all year */
  REQUIRE(timezone_rule_parse(always, strlen(always), &r));
  CHECK_INT(timezone_rule_offset(&r, wall("2024-01-01T00:00Z")), 3600);
  CHECK_INT(timezone_rule_offset(&r, wall("2024-12-31T23:30Z")), 3600);
}

static void refuses_bad_names(void) {
  static const char *const bad[] = {
      "",        "../etc/passwd", "/etc/passwd", "a/../b",          "Nowhere/City", "Europe",
      "Europe/", "tzdata.zi",     "zone.tab",    "Europe/London\n", "+99:00"};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    time_zone *tz = NULL;
    lehr_error err = {0};
    const lehr_status status = time_zone_open(bad[k], &tz, &err);
    CHECK(status == LEHR_EUSAGE && tz == NULL && err.text[0] != '\0');
  }
}

/* Every truncation and every flipped byte of a real file: an error or a zone, never a crash. */
static void survives_damage(void) {
  unsigned char file[8192];
  FILE *f = fopen("/usr/share/zoneinfo/Australia/Lord_Howe", "re");
  CU_ASSERT_PTR_NOT_NULL_FATAL(f);
  const size_t size = fread(file, 1, sizeof file, f);
  fclose(f);
  size_t refused = 0;
  for (size_t cut = 0; cut < size; cut++) {
    time_zone *tz = NULL;
    unsigned char *exact = malloc(cut + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
    memcpy(exact, file, cut);
    refused += time_zone_parse(exact, cut, &tz, NULL) != LEHR_OK;
    time_zone_free(tz);
    free(exact);
  }
  CHECK_INT(refused, size);
  for (size_t k = 0; k < size; k++) {
    time_zone *tz = NULL;
    file[k] ^= 0xff;
    if (time_zone_parse(file, size, &tz, NULL) == LEHR_OK) {
      int64_t utc[2];
      (void)time_zone_offset(tz, 1500000000);
      (void)time_zone_to_utc(tz, 5000000000, utc);
      time_zone_free(tz);
    }
    file[k] ^= 0xff;
  }
}

static const check_test tests[] = {{"Melbourne", melbourne},
                                   {"odd offsets", odd_offsets},
                                   {"against the C library", agrees_with_the_c_library},
                                   {"rules", parses_rules},
                                   {"bad names", refuses_bad_names},
                                   {"damaged files", survives_damage}};

int main(void) {
  if (access("/usr/share/zoneinfo/Australia/Melbourne", R_OK) != 0) {
    printf("skipped: no /usr/share/zoneinfo on this machine (package tzdata)\n");
    return 77;
  }
  return check_run("base/timezone", tests, sizeof tests / sizeof tests[0]);
}
