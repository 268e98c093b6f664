/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timezone_rule.h"

#include "base/civil.h"
#include "base/text_cursor.h"

#include <ctype.h>

/* One to four digits with a value of low..high. */
static bool take_number(text_cursor *c, int32_t low, int32_t high, int32_t *value) {
  return text_take_digits(c, 1, 4, value) && *value >= low && *value <= high;
}

/* AEST or <+0530>. */
static bool take_name(text_cursor *c) {
  const char *first = c->at;
  if (text_take(c, '<')) {
    while (c->at < c->end && (isalnum((unsigned char)*c->at) || *c->at == '+' || *c->at == '-'))
      c->at++;
    return text_take(c, '>');
  }
  while (c->at < c->end && isalpha((unsigned char)*c->at)) c->at++;
  return c->at - first >= 3;
}

/* [+-]h[hh][:mm[:ss]] */
static bool take_time(text_cursor *c, int32_t max_hours, int32_t *seconds) {
  int32_t hours, minutes = 0, rest = 0;
  const bool is_negative = text_take(c, '-');
  if (!is_negative) text_take(c, '+');
  if (!take_number(c, 0, max_hours, &hours)) return false;
  if (text_take(c, ':') && !take_number(c, 0, 59, &minutes)) return false;
  if (text_take(c, ':') && !take_number(c, 0, 59, &rest)) return false;
  *seconds = (is_negative ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
  return true;
}

static bool take_change(text_cursor *c, rule_change *change) {
  *change = (rule_change){.kind = 'N', .time_s = 2 * 3600};
  if (!text_take(c, ',')) return false;
  if (text_take(c, 'M')) {
    change->kind = 'M';
    if (!take_number(c, 1, 12, &change->month) || !text_take(c, '.') ||
        !take_number(c, 1, 5, &change->week) || !text_take(c, '.') ||
        !take_number(c, 0, 6, &change->day))
      return false;
  } else {
    if (text_take(c, 'J')) change->kind = 'J';
    if (!take_number(c, change->kind == 'J', 365, &change->day)) return false;
  }
  return !text_take(c, '/') || take_time(c, 167, &change->time_s);
}

bool timezone_rule_parse(const char *text, size_t length, timezone_rule *rule) {
  text_cursor c = {text, text + length};
  int32_t west_s;
  *rule = (timezone_rule){0};
  if (!take_name(&c) || !take_time(&c, 24, &west_s)) return false; /* POSIX counts westwards */
  rule->standard_s = rule->daylight_s = -west_s;
  if (c.at == c.end) return true;
  rule->has_daylight = true;
  rule->daylight_s += 3600;
  if (!take_name(&c)) return false;
  if (c.at < c.end && *c.at != ',') {
    if (!take_time(&c, 24, &west_s)) return false;
    rule->daylight_s = -west_s;
  }
  return take_change(&c, &rule->to_daylight) && take_change(&c, &rule->to_standard) &&
         c.at == c.end;
}

static int64_t change_day(const rule_change *change, int64_t year) {
  if (change->kind == 'N') return civil_days(year, 1, 1) + change->day;
  if (change->kind == 'J') { /* 29 February is never counted */
    const int leap = civil_month_days(year, 2) == 29 && change->day >= 60;
    return civil_days(year, 1, 1) + change->day - 1 + leap;
  }
  const int64_t first = civil_days(year, change->month, 1);
  const int32_t sunday_based = (civil_weekday(first) + 1) % 7;
  int64_t day = (change->day - sunday_based + 7) % 7 + 7 * (change->week - 1);
  while (day >= civil_month_days(year, change->month)) day -= 7;
  return first + day;
}

static int64_t change_utc(const rule_change *change, int64_t year, int32_t offset_before_s) {
  return change_day(change, year) * CIVIL_DAY_S + change->time_s - offset_before_s;
}

/* The latest change at or before utc_s decides. Neighbouring years are looked at because a change
 * may lie up to a week outside its own; on a tie (daylight saving all year) daylight wins. */
int32_t timezone_rule_offset(const timezone_rule *rule, int64_t utc_s) {
  if (!rule->has_daylight) return rule->standard_s;
  const int64_t year = civil_from_wall(utc_s + rule->standard_s).year;
  int64_t latest = INT64_MIN;
  int32_t offset = rule->standard_s;
  for (int64_t y = year - 1; y <= year + 1; y++) {
    const int64_t start = change_utc(&rule->to_daylight, y, rule->standard_s);
    const int64_t end = change_utc(&rule->to_standard, y, rule->daylight_s);
    if (end <= utc_s && end > latest) {
      latest = end;
      offset = rule->standard_s;
    }
    if (start <= utc_s && start >= latest) {
      latest = start;
      offset = rule->daylight_s;
    }
  }
  return offset;
}
