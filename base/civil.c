/* SPDX-License-Identifier: Apache-2.0 */
#include "base/civil.h"

#include "base/text_cursor.h"

#include <stdio.h>
#include <string.h>

int64_t floor_div(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0);
}

int64_t floor_mod(int64_t value, int64_t divisor) {
  const int64_t r = value % divisor;
  return r < 0 ? r + divisor : r;
}

/* Years are counted from 1 March so that the leap day comes last (Hinnant, "chrono-compatible
 * low-level date algorithms"); an era is 400 years = 146097 days. */
int64_t civil_days(int64_t year, int32_t month, int32_t day) {
  const int64_t y = year - (month <= 2);
  const int64_t era = floor_div(y, 400), of_era = y - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int32_t civil_month_days(int64_t year, int32_t month) {
  static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year));
}

int32_t civil_weekday(int64_t days) { return (int32_t)floor_mod(days + 3, 7); }

civil_date civil_from_wall(int64_t wall_s) {
  const int64_t days = floor_div(wall_s, CIVIL_DAY_S), from_era_0 = days + 719468;
  const int64_t era = floor_div(from_era_0, 146097), doe = from_era_0 - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t of_year = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * of_year + 2) / 153;
  const int32_t rest = (int32_t)floor_mod(wall_s, CIVIL_DAY_S);
  civil_date c = {.month = (int32_t)(mp < 10 ? mp + 3 : mp - 9),
                  .day = (int32_t)(of_year - (153 * mp + 2) / 5 + 1),
                  .hour = rest / 3600,
                  .minute = rest / 60 % 60,
                  .second = rest % 60,
                  .weekday = civil_weekday(days)};
  c.year = yoe + era * 400 + (c.month <= 2);
  c.day_of_year = (int32_t)(days - civil_days(c.year, 1, 1));
  return c;
}

/* ---- Text ---- */

/* Exactly `digits` digits with a value of at most `high`. */
static bool take_number(text_cursor *c, int digits, int32_t high, int32_t *value) {
  return text_take_digits(c, digits, digits, value) && *value <= high;
}

static bool take_offset(text_cursor *c, int32_t *offset_s) {
  int32_t hours, minutes = 0;
  *offset_s = 0;
  if (text_take(c, 'Z')) return true;
  const bool is_west = text_take(c, '-');
  if (!is_west && !text_take(c, '+')) return false;
  if (!take_number(c, 2, 24, &hours)) return false;
  if (c->at < c->end) {
    text_take(c, ':');
    if (!take_number(c, 2, 59, &minutes)) return false;
  }
  *offset_s = (is_west ? -1 : 1) * (hours * 3600 + minutes * 60);
  return *offset_s >= -CIVIL_DAY_S && *offset_s <= CIVIL_DAY_S;
}

static bool take_clock(text_cursor *c, int32_t *second_of_day) {
  int32_t hour, minute, second = 0;
  if (!take_number(c, 2, 24, &hour) || !text_take(c, ':') || !take_number(c, 2, 59, &minute))
    return false;
  if (text_take(c, ':')) {
    if (!take_number(c, 2, 59, &second)) return false;
    if (text_take(c, '.')) {
      if (!text_take(c, '0')) return false;
      while (text_take(c, '0')) {
      }
    }
  }
  *second_of_day = hour * 3600 + minute * 60 + second;
  return *second_of_day <= CIVIL_DAY_S;
}

bool civil_parse(const char *text, size_t length, civil_stamp *stamp) {
  text_cursor c = {text, text + length};
  int32_t year, month, day, clock_s = 0;
  *stamp = (civil_stamp){0};
  if (!take_number(&c, 4, 9999, &year) || !text_take(&c, '-') || !take_number(&c, 2, 12, &month) ||
      !text_take(&c, '-') || !take_number(&c, 2, 31, &day))
    return false;
  if (year < 1 || month < 1 || day < 1 || day > civil_month_days(year, month)) return false;
  if (c.at < c.end) {
    if ((!text_take(&c, 'T') && !text_take(&c, ' ')) || !take_clock(&c, &clock_s)) return false;
    stamp->has_time = true;
  }
  if (c.at < c.end) {
    text_take(&c, ' ');
    if (!take_offset(&c, &stamp->offset_s)) return false;
    stamp->has_offset = true;
  }
  stamp->wall_s = civil_days(year, month, day) * CIVIL_DAY_S + clock_s;
  return c.at == c.end;
}

bool civil_parse_offset(const char *text, size_t length, int32_t *offset_s) {
  text_cursor c = {text, text + length};
  if (length == 3 && memcmp(text, "UTC", 3) == 0) {
    *offset_s = 0;
    return true;
  }
  return take_offset(&c, offset_s) && c.at == c.end;
}

void civil_format_date(int64_t wall_s, char text[CIVIL_TEXT]) {
  const civil_date c = civil_from_wall(wall_s);
  snprintf(text, CIVIL_TEXT, "%04lld-%02d-%02d", (long long)(c.year % 100000), c.month, c.day);
}

void civil_format(int64_t utc_s, int32_t offset_s, char text[CIVIL_TEXT]) {
  const civil_date c = civil_from_wall(utc_s + offset_s);
  civil_format_date(utc_s + offset_s, text);
  const size_t date = strlen(text);
  const int32_t size = offset_s < 0 ? -offset_s : offset_s;
  const int n =
      snprintf(text + date, CIVIL_TEXT - date, "T%02d:%02d:%02d", c.hour, c.minute, c.second);
  if (offset_s == 0)
    snprintf(text + date + n, CIVIL_TEXT - date - (size_t)n, "Z");
  else
    snprintf(text + date + n, CIVIL_TEXT - date - (size_t)n, "%c%02d:%02d",
             offset_s < 0 ? '-' : '+', size / 3600 % 100, size / 60 % 60);
}
