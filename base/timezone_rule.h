/* SPDX-License-Identifier: Apache-2.0 */
/* base/timezone_rule.h - the POSIX rule that ends a TZif file, e.g. AEST-10AEDT,M10.1.0,M4.1.0/3
 * (POSIX 2017 8.3 "TZ", with the hours of -167..167 that RFC 8536 allows). */
#ifndef LEHR_BASE_TIMEZONE_RULE_H
#define LEHR_BASE_TIMEZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One yearly change of the clocks. */
typedef struct rule_change {
  char kind;      /* 'M' month.week.weekday, 'J' day 1..365 without leap days, 'N' day 0..365 */
  int32_t month;  /* M: 1..12 */
  int32_t week;   /* M: 1..5, 5 = the last one */
  int32_t day;    /* M: 0 = Sunday .. 6; J, N: the day */
  int32_t time_s; /* wall clock before the change, from midnight of that day */
} rule_change;

typedef struct timezone_rule {
  int32_t standard_s, daylight_s; /* seconds east of UTC */
  bool has_daylight;
  rule_change to_daylight, to_standard;
} timezone_rule;

/* False if text[0..length) is not such a rule. */
bool timezone_rule_parse(const char *text, size_t length, timezone_rule *rule);

/* Seconds east of UTC in force at utc_s. */
int32_t timezone_rule_offset(const timezone_rule *rule, int64_t utc_s);

#endif
