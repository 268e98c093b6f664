/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/calendar.h - what the local clock says at the start of every hour.
 *
 * People switch things on by the local clock and calendar, while the hours of a series run on in
 * a fixed offset; these columns join the two. Day type: a public holiday counts as a Sunday. */
#ifndef LEHR_QUBO_FORECAST_CALENDAR_H
#define LEHR_QUBO_FORECAST_CALENDAR_H

#include "qubo/forecast/series.h"

typedef struct calendar {
  int64_t n_hours;   /* a multiple of 24 */
  int64_t first_day; /* day 0 as days since 1970-01-01 on the fixed-offset clock */
  int32_t offset_s;  /* that offset, seconds east of UTC */
  int64_t start_s;   /* UTC of hour 0 */
  bool has_holiday;
  uint8_t *hour;     /* [n_hours] 0..23 local */
  uint8_t *weekday;  /* 0 = Monday */
  uint8_t *day_type; /* weekday, 6 on holidays */
  uint8_t *month;    /* 0..11 */
  uint8_t *holiday;  /* 0 or 1 */
  int16_t *year_day; /* 0..365 */
} calendar;

/* Calendar of a series made by series_hourly(s, offset_s). The caller owns it. ENOMEM. */
lehr_status calendar_create(const series *hourly, int32_t offset_s, const time_zone *tz,
                            calendar **out, lehr_error *err);
void calendar_free(calendar *c);

/* Date of a day (fixed-offset clock). */
civil_date calendar_date(const calendar *c, int32_t day);
/* Number of the day of a date; may lie outside the series. */
int64_t calendar_day(const calendar *c, int64_t days_since_1970);

#endif
