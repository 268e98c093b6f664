/* SPDX-License-Identifier: Apache-2.0 */
/* Weather candidates: z is the temperature in units of 10 degC from 16 degC; cddA and hddA are
 * degrees above and below A, over 10. No cubes: they run away in a heat wave not seen before. */
#include "qubo/forecast/candidate_maker.h"

#include <math.h>

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof *(array)))

/* Tracks that several groups below use. */
typedef struct weather {
  const double *t, *z;                   /* clipped temperature, and scaled */
  const double *mean6, *mean24, *before; /* means over 6 and 24 h, and over the 24 h before those */
  const double *z_mean24;
} weather;

static const double *scaled(maker *m, const double v[]) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) to[i] = (v[i] - 16) / 10;
  return to;
}

static const double *clipped(maker *m) {
  double *to = maker_track(m);
  if (!to) return NULL;
  const double *t = m->zone->temperature;
  for (int64_t i = 0; i < m->n; i++) {
    const double low = t[i] > m->settings->warmest ? m->settings->warmest : t[i];
    to[i] = low < m->settings->coldest ? m->settings->coldest : low; /* NaN stays NaN */
  }
  return to;
}

/* Degrees above (sign 1) or below (-1) a threshold, over 10. */
static const double *degrees(maker *m, const double v[], double sign, int32_t threshold) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) {
    const double over = sign * (v[i] - threshold);
    to[i] = over < 0 ? 0 : over / 10;
  }
  return to;
}

typedef struct thresholds {
  const int32_t *above, *below;
  int32_t n_above, n_below;
} thresholds;

static void add_degrees(maker *m, const double v[], const char *source, thresholds at) {
  const int32_t mark = m->n_tracks;
  for (int32_t k = 0; k < at.n_above; k++)
    maker_add(m, degrees(m, v, 1, at.above[k]), "cdd%d(%s)", (int)at.above[k], source);
  for (int32_t k = 0; k < at.n_below; k++)
    maker_add(m, degrees(m, v, -1, at.below[k]), "hdd%d(%s)", (int)at.below[k], source);
  maker_release(m, mark);
}

/* z some hours later, but not beyond the end of the day. */
static const double *later_today(maker *m, const double z[], int32_t hours) {
  double *to = z ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) {
    const int64_t h = i % 24 + hours;
    to[i] = z[i - i % 24 + (h < 23 ? h : 23)];
  }
  return to;
}

static void lags(maker *m, const weather *w) {
  static const int32_t far[] = {15, 18, 21, 24, 27, 30, 36, 42, 48, 60, 72};
  static const int32_t squared[] = {0, 1, 2, 3, 4, 6, 9, 12, 24, 48};
  for (int32_t k = 0; k <= 12; k++) maker_add_lag(m, w->z, k, "z(t-%d)", (int)k);
  for (int32_t k = 0; k < COUNT(far); k++) maker_add_lag(m, w->z, far[k], "z(t-%d)", (int)far[k]);
  for (int32_t k = 1; k <= 3; k++) maker_add(m, later_today(m, w->z, k), "z(t+%d)", (int)k);
  const double *z2 = maker_product(m, w->z, w->z);
  for (int32_t k = 0; k < COUNT(squared); k++)
    maker_add_lag(m, z2, squared[k], "z2(t-%d)", (int)squared[k]);
}

static void means(maker *m, const weather *w) {
  static const int32_t width[] = {3, 6, 12, 24, 48, 72, 168};
  for (int32_t k = 0; k < COUNT(width); k++) {
    const double *z = scaled(m, maker_mean(m, w->t, width[k], 0));
    maker_add(m, z, "zma%d", (int)width[k]);
    maker_add_product(m, z, z, "z2ma%d", (int)width[k]);
  }
  for (int32_t back = 24; back <= 72; back += 24) {
    const double *z = scaled(m, maker_mean(m, w->t, 24, back));
    maker_add(m, z, "zma24b%d", (int)back);
    maker_add_product(m, z, z, "z2ma24b%d", (int)back);
  }
}

static void degree_hours(maker *m, const weather *w) {
  static const int32_t above[] = {18, 21, 24, 27, 30, 34}, below[] = {10, 13, 16, 19};
  const thresholds at = {above, below, COUNT(above), COUNT(below)};
  add_degrees(m, w->t, "T", at);
  add_degrees(m, maker_mean(m, w->t, 3, 0), "ma3", at);
  add_degrees(m, w->mean6, "ma6", at);
  add_degrees(m, w->mean24, "ma24", at);
  add_degrees(m, maker_lag(m, w->t, 24), "T24", at);
  add_degrees(m, w->before, "ma24b24", at);
  add_degrees(m, maker_lag(m, w->t, 168), "T168", at);
  add_degrees(m, maker_mean(m, w->t, 24, 168), "ma24b168", at);
}

/* One statistic of today's, yesterday's, ... temperatures. */
static void day_statistic_group(maker *m, const weather *w, day_statistic what, const char *name,
                                thresholds at) {
  static const int32_t days[] = {0, 1, 2, 7};
  const double *of_day = maker_day(m, w->t, what);
  for (int32_t k = 0; k < COUNT(days); k++) {
    const int32_t mark = m->n_tracks;
    const double *v = maker_lag(m, of_day, 24 * days[k]);
    maker_add(m, scaled(m, v), "zd%s(d-%d)", name, (int)days[k]);
    for (int32_t a = 0; a < at.n_above; a++)
      maker_add(m, degrees(m, v, 1, at.above[a]), "cdd%d(d%s,d-%d)", (int)at.above[a], name,
                (int)days[k]);
    for (int32_t b = 0; b < at.n_below; b++)
      maker_add(m, degrees(m, v, -1, at.below[b]), "hdd%d(d%s,d-%d)", (int)at.below[b], name,
                (int)days[k]);
    maker_release(m, mark);
  }
}

static void day_statistics(maker *m, const weather *w) {
  static const int32_t high_above[] = {20, 25, 30, 35}, high_below[] = {14, 18};
  static const int32_t above[] = {18, 22, 26}, below[] = {8, 13};
  const thresholds high = {high_above, high_below, COUNT(high_above), COUNT(high_below)};
  const thresholds other = {above, below, COUNT(above), COUNT(below)};
  day_statistic_group(m, w, DAY_MAX, "max", high);
  day_statistic_group(m, w, DAY_MIN, "min", other);
  day_statistic_group(m, w, DAY_MEAN, "mean", other);
}

static void interactions(maker *m, const weather *w) {
  const struct {
    const char *name;
    const double *v;
  } base[] = {{"z", w->z},
              {"z2", maker_product(m, w->z, w->z)},
              {"zma24", w->z_mean24},
              {"z2ma24", maker_product(m, w->z_mean24, w->z_mean24)},
              {"cdd24", degrees(m, w->t, 1, 24)},
              {"hdd16", degrees(m, w->t, -1, 16)},
              {"cdd24ma6", degrees(m, w->mean6, 1, 24)}},
    with[] = {{"we", m->weekend}, {"s1", m->sine[0]},   {"c1", m->cosine[0]},
              {"s2", m->sine[1]}, {"c2", m->cosine[1]}, {"dst", m->summer_time},
              {"hol", m->holiday}};
  for (int32_t b = 0; b < COUNT(base); b++)
    for (int32_t k = 0; k < COUNT(with); k++)
      maker_add_product(m, base[b].v, with[k].v, "%s*%s", base[b].name, with[k].name);
  const double *hot = degrees(m, w->t, 1, 22);
  maker_add_product(m, hot, degrees(m, w->before, 1, 18), "cdd22*cdd18ma24b24");
  maker_add_product(m, hot, degrees(m, w->mean24, 1, 18), "cdd22*cdd18ma24");
  maker_add_product(m, w->z, w->z_mean24, "z*zma24");
  maker_add_product(m, w->z, maker_lag(m, w->z, 24), "z*z24");
}

void make_weather_candidates(maker *m) {
  m->kind = CANDIDATE_WEATHER;
  weather w = {.t = clipped(m)};
  w.z = scaled(m, w.t);
  w.mean6 = maker_mean(m, w.t, 6, 0);
  w.mean24 = maker_mean(m, w.t, 24, 0);
  w.before = maker_mean(m, w.t, 24, 24);
  w.z_mean24 = scaled(m, w.mean24);
  maker_add_product(m, m->load_day, w.z, "l1*z");
  maker_add_product(m, m->load_week, w.z, "l7*z");
  maker_add_product(m, m->load_last, w.z, "l23*z");
  maker_add_product(m, m->load_mean, w.z, "lm1*z");
  void (*const group[])(maker *, const weather *) = {lags, means, degree_hours, day_statistics,
                                                     interactions};
  for (int32_t k = 0; k < COUNT(group); k++) {
    const int32_t mark = m->n_tracks;
    group[k](m, &w);
    maker_release(m, mark);
  }
}
