/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/synthetic.h - the load of a utility that does not exist, for demos and tests.
 *
 * Temperature: yearly and daily wave plus weather (AR(1), partly shared by all zones), to a tenth
 * of a degree. Load: the response that Hong's models describe - trend, hour x day type, holidays,
 * heating below and cooling above a comfortable band, answering to recent hours and the past day -
 * times exp(AR(1) noise) whose innovations have heavier tails than the normal (Student t, 5
 * degrees of freedom). The same options give the same bits on every machine: no libm. */
#ifndef LEHR_QUBO_FORECAST_SYNTHETIC_H
#define LEHR_QUBO_FORECAST_SYNTHETIC_H

#include "qubo/forecast/series.h"

typedef struct synthetic_options {
  int32_t n_zones;    /* 1..64; one temperature station each */
  int32_t n_years;    /* 1..50 calendar years */
  int32_t first_year; /* 1970..2200 */
  uint64_t seed;
} synthetic_options;

/* Hourly series from 1 January of first_year, 00:00 UTC, local clock UTC, nothing missing. EUSAGE
 * for options out of range. The caller owns *out. About 1 us per value. */
lehr_status synthetic_series(const synthetic_options *options, series **out, lehr_error *err);

/* Whether a date of the made-up country is a public holiday: 1 January, Good Friday, Easter
 * Monday, 1 May, 15 August, 1 November, 25 and 26 December. */
bool synthetic_is_holiday(int64_t year, int32_t month, int32_t day);

#endif
