/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forecast_period.h"

#include "base/error.h"

#include <string.h>

enum { DEFAULT_TEST_DAYS = 364 };

/* Standard time: the smaller offset of January and July of the first year; moved back by less than
 * a step where the days would begin between the steps of the series. */
static int32_t standard_offset(const series *s, const time_zone *tz) {
  const int64_t year = civil_from_wall(s->start_s).year;
  const int32_t january = time_zone_offset(tz, civil_days(year, 1, 1) * CIVIL_DAY_S);
  const int32_t july = time_zone_offset(tz, civil_days(year, 7, 1) * CIVIL_DAY_S);
  const int32_t standard = january < july ? january : july;
  return standard - (int32_t)floor_mod(s->start_s + standard, s->step_s);
}

lehr_status forecast_find_offset(const forecast_command *c, const series *s, const time_zone *tz,
                                 int32_t *offset_s, lehr_error *err) {
  *offset_s = standard_offset(s, tz);
  if (!c->day_offset) return LEHR_OK;
  if (civil_parse_offset(c->day_offset, strlen(c->day_offset), offset_s)) return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "--day-offset=%s: expected an offset such as +10:00",
                   c->day_offset);
}

static bool parse_day(const char *text, size_t length, int64_t *day) {
  civil_stamp stamp;
  if (!civil_parse(text, length, &stamp) || stamp.has_time) return false;
  *day = floor_div(stamp.wall_s, CIVIL_DAY_S);
  return true;
}

lehr_status forecast_find_period(const forecast_command *c, const series *hourly, int32_t offset_s,
                                 backtest_options *o, lehr_error *err) {
  const int64_t first = floor_div(hourly->start_s + offset_s, CIVIL_DAY_S);
  const int64_t days = hourly->n_steps / 24, third = days / 3;
  o->test_last = first + days - 1;
  o->test_first = o->test_last + 1 - (third < DEFAULT_TEST_DAYS ? third : DEFAULT_TEST_DAYS);
  if (o->test_first < first + BACKTEST_LEAST_HISTORY_DAYS)
    o->test_first = first + BACKTEST_LEAST_HISTORY_DAYS;
  if (!c->test) return LEHR_OK;
  const char *dots = strstr(c->test, "..");
  if (dots && parse_day(c->test, (size_t)(dots - c->test), &o->test_first) &&
      parse_day(dots + 2, strlen(dots + 2), &o->test_last))
    return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "--test=%s: expected two dates such as 2014-01-01..2014-12-30",
                   c->test);
}
