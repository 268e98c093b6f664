/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/calendar.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

static calendar *calendar_alloc(int64_t n_hours) {
  calendar *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  const size_t n = (size_t)n_hours;
  c->n_hours = n_hours;
  c->hour = memory_array(n, 1);
  c->weekday = memory_array(n, 1);
  c->day_type = memory_array(n, 1);
  c->month = memory_array(n, 1);
  c->holiday = memory_array(n, 1);
  c->year_day = memory_array(n, sizeof *c->year_day);
  if (c->hour && c->weekday && c->day_type && c->month && c->holiday && c->year_day) return c;
  calendar_free(c);
  return NULL;
}

void calendar_free(calendar *c) {
  if (!c) return;
  free(c->hour);
  free(c->weekday);
  free(c->day_type);
  free(c->month);
  free(c->holiday);
  free(c->year_day);
  free(c);
}

lehr_status calendar_create(const series *hourly, int32_t offset_s, const time_zone *tz,
                            calendar **out, lehr_error *err) {
  const int64_t n = hourly->n_steps;
  calendar *c = calendar_alloc(n);
  civil_date *date = memory_array((size_t)n, sizeof *date);
  if (!c || !date) {
    calendar_free(c);
    free(date);
    return error_memory(err, (uint64_t)n * sizeof *date);
  }
  c->start_s = hourly->start_s;
  c->offset_s = offset_s;
  c->first_day = floor_div(hourly->start_s + offset_s, CIVIL_DAY_S);
  c->has_holiday = hourly->has_holiday;
  series_calendar(hourly, tz, date);
  for (int64_t i = 0; i < n; i++) {
    c->hour[i] = (uint8_t)date[i].hour;
    c->weekday[i] = (uint8_t)date[i].weekday;
    c->holiday[i] = hourly->holiday[i] != 0;
    c->day_type[i] = c->holiday[i] ? 6 : c->weekday[i];
    c->month[i] = (uint8_t)(date[i].month - 1);
    c->year_day[i] = (int16_t)date[i].day_of_year;
  }
  free(date);
  *out = c;
  return LEHR_OK;
}

civil_date calendar_date(const calendar *c, int32_t day) {
  return civil_from_wall((c->first_day + day) * CIVIL_DAY_S);
}

int64_t calendar_day(const calendar *c, int64_t days_since_1970) {
  return days_since_1970 - c->first_day;
}
