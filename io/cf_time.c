/* SPDX-License-Identifier: Apache-2.0 */
#include "io/cf_time.h"

#include "base/civil.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static int64_t unit_seconds(const char *text, size_t length) {
  static const struct {
    const char *name;
    int64_t seconds;
  } units[] = {{"seconds", 1},  {"second", 1},  {"secs", 1},  {"sec", 1},  {"s", 1},
               {"minutes", 60}, {"minute", 60}, {"mins", 60}, {"min", 60}, {"hours", 3600},
               {"hour", 3600},  {"hrs", 3600},  {"hr", 3600}, {"h", 3600}, {"days", 86400},
               {"day", 86400},  {"d", 86400}};
  for (size_t k = 0; k < sizeof units / sizeof units[0]; k++)
    if (strlen(units[k].name) == length && strncasecmp(units[k].name, text, length) == 0)
      return units[k].seconds;
  return 0;
}

bool cf_time_parse(const char *units, cf_time *out) {
  static const char since[] = " since ", utc[] = " UTC";
  const char *middle = strstr(units, since);
  civil_stamp stamp;
  if (!middle) return false;
  out->unit_s = unit_seconds(units, (size_t)(middle - units));
  const char *date = middle + strlen(since);
  size_t length = strlen(date);
  if (length > strlen(utc) && strcmp(date + length - strlen(utc), utc) == 0) length -= strlen(utc);
  if (out->unit_s == 0 || !civil_parse(date, length, &stamp)) return false;
  out->reference_s = stamp.wall_s - stamp.offset_s;
  return true;
}

bool cf_time_is_gregorian(const char *calendar) {
  return strcasecmp(calendar, "proleptic_gregorian") == 0 ||
         strcasecmp(calendar, "gregorian") == 0 || strcasecmp(calendar, "standard") == 0;
}

bool cf_time_from_int(const cf_time *t, int64_t value, int64_t *utc_s) {
  return !__builtin_mul_overflow(value, t->unit_s, utc_s) &&
         !__builtin_add_overflow(*utc_s, t->reference_s, utc_s) && *utc_s >= CIVIL_FIRST_S &&
         *utc_s <= CIVIL_LAST_S;
}

bool cf_time_from_real(const cf_time *t, double value, int64_t *utc_s) {
  const double seconds = value * (double)t->unit_s, whole = nearbyint(seconds);
  if (!(fabs(seconds) < 1e12) || fabs(seconds - whole) > 1e-3) return false;
  const cf_time in_seconds = {1, t->reference_s};
  return cf_time_from_int(&in_seconds, (int64_t)whole, utc_s);
}
