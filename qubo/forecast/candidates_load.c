/* SPDX-License-Identifier: Apache-2.0 */
/* Load candidates: logarithms of loads of earlier days, so that effects multiply. */
#include "qubo/forecast/candidate_maker.h"

/* Adds the load at one hour of an earlier day. */
static void add_hour(maker *m, int32_t hour, int32_t days) {
  const int32_t mark = m->n_tracks;
  const double *at_hour = maker_day_hour(m, m->zone->log_load, hour);
  maker_add_lag(m, at_hour, 24 * days, "l(d-%d,%d)", (int)days, (int)hour);
  maker_release(m, mark);
}

static void lags(maker *m) {
  static const int32_t days[] = {1, 2, 3, 4, 5, 6, 7, 8, 14, 21};
  const double *l = m->zone->log_load;
  for (size_t k = 0; k < sizeof days / sizeof *days; k++)
    maker_add_lag(m, l, 24 * days[k], "l(d-%d)", (int)days[k]);
  for (int32_t h = 0; h < 24; h++) add_hour(m, h, 1);
  for (int32_t k = -2; k <= 2; k++)
    if (k != 0) maker_add_lag(m, l, 168 + k, "l(t-168%+d)", (int)-k);
}

static void day_statistics(maker *m) {
  static const int32_t days[] = {1, 2, 6, 7, 8, 14};
  static const char *const name[] = {"mean", "max", "min"};
  const double *l = m->zone->log_load;
  const double *value[3];
  for (int32_t s = 0; s < 3; s++) value[s] = maker_day(m, l, (day_statistic)s);
  for (size_t k = 0; k < sizeof days / sizeof *days; k++)
    for (int32_t s = 0; s < 3; s++)
      maker_add_lag(m, value[s], 24 * days[k], "l%s(d-%d)", name[s], (int)days[k]);
  for (int32_t k = 6; k <= 8; k++)
    for (int32_t h = 21; h <= 23; h++) add_hour(m, h, k);
}

/* Mean of v[t - step], v[t - 2 step] .. v[t - count step]. */
static const double *mean_of_lags(maker *m, const double v[], int64_t step, int32_t count) {
  double *to = v ? maker_track(m) : NULL;
  if (!to) return NULL;
  for (int64_t i = 0; i < m->n; i++) to[i] = 0;
  for (int32_t k = 1; k <= count; k++) {
    const double *one = maker_lag(m, v, step * k);
    if (!one) return NULL;
    for (int64_t i = 0; i < m->n; i++) to[i] += one[i];
  }
  for (int64_t i = 0; i < m->n; i++) to[i] /= count;
  return to;
}

static const double *centred_lag(maker *m, const double v[], int64_t hours) {
  double *to = v ? maker_track(m) : NULL;
  const double *lagged = to ? maker_lag(m, v, hours) : NULL;
  if (!lagged) return NULL;
  for (int64_t i = 0; i < m->n; i++) to[i] = lagged[i] - m->settings->log_load_centre;
  return to;
}

/* How yesterday's and last week's loads act differs by the kind of both days and the season. */
static void interactions(maker *m) {
  const double *l = m->zone->log_load;
  m->load_day = centred_lag(m, l, 24);
  m->load_week = centred_lag(m, l, 168);
  m->load_last = centred_lag(m, maker_day_hour(m, l, 23), 24);
  m->load_mean = centred_lag(m, maker_day(m, l, DAY_MEAN), 24);
  const struct {
    const char *name;
    const double *v;
  } base[] = {{"l1", m->load_day},
              {"l7", m->load_week},
              {"l23", m->load_last},
              {"lm1", m->load_mean}},
    with[] = {{"we", m->weekend},        {"wel1", m->weekend_before},  {"hol", m->holiday},
              {"hol7", m->holiday_week}, {"mon", m->day_type[0]},      {"sat", m->day_type[5]},
              {"dst", m->summer_time},   {"hprev", m->holiday_before}, {"s1", m->sine[0]},
              {"c1", m->cosine[0]}};
  for (size_t b = 0; b < sizeof base / sizeof *base; b++)
    for (size_t w = 0; w < sizeof with / sizeof *with; w++)
      maker_add_product(m, base[b].v, with[w].v, "%s*%s", base[b].name, with[w].name);
}

void make_load_candidates(maker *m) {
  m->kind = CANDIDATE_LOAD;
  const double *l = m->zone->log_load;
  int32_t mark = m->n_tracks;
  lags(m);
  day_statistics(m);
  maker_release(m, mark);
  maker_add(m, mean_of_lags(m, maker_day(m, l, DAY_MEAN), 24, 7), "lmean7");
  maker_add(m, mean_of_lags(m, l, 168, 4), "lsame4");
  maker_add(m, mean_of_lags(m, l, 24, 7), "lprof7");
  maker_release(m, mark);
  interactions(m);
}
