/* SPDX-License-Identifier: Apache-2.0 */
/* tests/forecast_fixture.h - a small hourly series with weather, weekends and noise, in UTC. */
#ifndef LEHR_TESTS_FORECAST_FIXTURE_H
#define LEHR_TESTS_FORECAST_FIXTURE_H

#include "base/philox.h"
#include "base/real.h"
#include "check.h"
#include "qubo/forecast/zone.h"

/* n_days from 2021-01-01, 09:00 is the hour of the highest load. */
static inline series *fixture_series(int32_t n_days, uint64_t seed) {
  series *s = NULL;
  REQUIRE_OK(series_create((int64_t)n_days * 24, 1, 1, 3600, &s, NULL));
  s->start_s = civil_days(2021, 1, 1) * CIVIL_DAY_S;
  s->has_holiday = true;
  philox_stream random = philox_stream_at(philox_key(seed, "fixture"), 0);
  double weather = 0, residual = 0;
  for (int64_t i = 0; i < s->n_steps; i++) {
    const int64_t day = i / 24, hour = i % 24;
    weather = 0.97 * weather + 0.6 * philox_normal(&random);
    residual = 0.9 * residual + 0.006 * philox_normal(&random);
    const double temperature = 16 + 8 * cos(6.283185307 * (double)day / 365.25) +
                               4 * cos(6.283185307 * ((double)hour - 15) / 24) + weather;
    const double hot = fmax(temperature - 22, 0), cold = fmax(14 - temperature, 0);
    const int32_t weekday = civil_weekday(civil_days(2021, 1, 1) + day);
    const bool is_holiday = day % 73 == 20;
    const double log_load = 7 + 0.2 * cos(6.283185307 * ((double)hour - 9) / 24) + 0.02 * hot +
                            0.012 * cold - (weekday >= 5 || is_holiday ? 0.12 : 0) + residual;
    s->demand[i] = real_exp(log_load);
    s->demand_flag[i] = SERIES_MEASURED;
    s->temperature[i] = temperature;
    s->holiday[i] = is_holiday;
  }
  return s;
}

#endif
