/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar candidates. A holiday counts as a Sunday in the day types. */
#include "qubo/forecast/candidate_maker.h"

#include <math.h>

static const double TWO_PI = 6.283185307179586477;

/* Holiday flag of the hour `hours` later (earlier if negative); 0 outside. */
static const double *holiday_shifted(maker *m, int64_t hours) {
  double *to = maker_track(m);
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) {
    const int64_t at = i + hours;
    to[i] = at >= 0 && at < m->n ? m->zone->calendar->holiday[at] : 0;
  }
  return to;
}

static void day_types(maker *m) {
  const calendar *c = m->zone->calendar;
  for (int32_t k = 0; k < 7; k++) {
    double *is_type = maker_track(m);
    if (!is_type) return;
    for (int64_t i = 0; i < m->n; i++) is_type[i] = c->day_type[i] == k;
    m->day_type[k] = is_type;
    maker_add(m, is_type, "wd%d", (int)k);
  }
}

/* Weekend or holiday, today and yesterday; local clock differing from the series' clock. */
static void flags(maker *m) {
  const calendar *c = m->zone->calendar;
  double *weekend = maker_track(m), *before = maker_track(m), *summer = maker_track(m);
  if (!summer) return;
  for (int64_t i = 0; i < m->n; i++) {
    weekend[i] = c->day_type[i] >= 5;
    before[i] = i >= 24 && c->day_type[i - 24] >= 5;
    summer[i] = c->hour[i] != i % 24;
  }
  m->weekend = weekend;
  m->weekend_before = before;
  m->summer_time = summer;
  m->holiday = holiday_shifted(m, 0);
  m->holiday_before = holiday_shifted(m, -24);
  m->holiday_week = holiday_shifted(m, -168);
}

/* Mondays before and Fridays after a holiday. */
static const double *bridge_days(maker *m, const double next[]) {
  const calendar *c = m->zone->calendar;
  double *to = next ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++)
    to[i] = !c->holiday[i] && ((next[i] > 0 && c->weekday[i] == 0) ||
                               (m->holiday_before[i] > 0 && c->weekday[i] == 4));
  return to;
}

static void harmonics(maker *m) {
  const calendar *c = m->zone->calendar;
  double table_s[366], table_c[366];
  for (int32_t k = 1; k <= HARMONICS; k++) {
    double *s = maker_track(m), *co = maker_track(m);
    if (!co) return;
    for (int32_t d = 0; d < 366; d++) {
      table_s[d] = sin(TWO_PI * k * d / 365.25);
      table_c[d] = cos(TWO_PI * k * d / 365.25);
    }
    for (int64_t i = 0; i < m->n; i++) {
      s[i] = table_s[c->year_day[i]];
      co[i] = table_c[c->year_day[i]];
    }
    m->sine[k - 1] = s;
    m->cosine[k - 1] = co;
    maker_add(m, s, "s%d", (int)k);
    maker_add(m, co, "c%d", (int)k);
  }
}

/* The weeks around the turn of the year, by days from 31 December. */
static void turn_of_year(maker *m) {
  static const int32_t window[][2] = {{-12, -6}, {-6, 0}, {1, 6}, {6, 13}, {13, 26}};
  const calendar *c = m->zone->calendar;
  for (size_t w = 0; w < sizeof window / sizeof *window; w++) {
    double *to = maker_track(m);
    if (!to) return;
    for (int64_t i = 0; i < m->n; i++) {
      const int32_t day = c->year_day[i] + 1, from_turn = day > 180 ? day - 365 : day;
      to[i] = from_turn >= window[w][0] && from_turn < window[w][1];
    }
    maker_add(m, to, "xm[%d,%d)", (int)window[w][0], (int)window[w][1]);
  }
}

static void trend_and_months(maker *m) {
  const calendar *c = m->zone->calendar;
  double *trend = maker_track(m);
  if (!trend) return;
  for (int64_t i = 0; i < m->n; i++) trend[i] = (double)i / 8766;
  maker_add(m, trend, "trend");
  for (int32_t k = 0; k < 12; k++) {
    double *to = maker_track(m);
    if (!to) return;
    for (int64_t i = 0; i < m->n; i++) to[i] = c->month[i] == k;
    maker_add(m, to, "mo%d", (int)k);
  }
}

void make_calendar_candidates(maker *m) {
  m->kind = CANDIDATE_CALENDAR;
  day_types(m);
  flags(m);
  const double *next = holiday_shifted(m, 24);
  maker_add(m, m->weekend, "we");
  maker_add(m, m->holiday, "hol");
  maker_add(m, m->holiday_before, "hprev");
  maker_add(m, next, "hnext");
  maker_add(m, bridge_days(m, next), "bridge");
  maker_add(m, m->weekend_before, "wel1");
  maker_add(m, m->holiday_week, "hol7");
  maker_add(m, m->summer_time, "dst");
  harmonics(m);
  turn_of_year(m);
  trend_and_months(m);
  for (int32_t k = 0; k < 2; k++) {
    maker_add_product(m, m->weekend, m->sine[k], "we*s%d", (int)k + 1);
    maker_add_product(m, m->weekend, m->cosine[k], "we*c%d", (int)k + 1);
  }
  maker_add_product(m, m->summer_time, m->sine[0], "dst*s1");
  maker_add_product(m, m->summer_time, m->cosine[0], "dst*c1");
  maker_add_product(m, m->weekend, m->summer_time, "we*dst");
}
