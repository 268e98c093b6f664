/* SPDX-License-Identifier: Apache-2.0 */
/* cli/forecast_period.h - which days a backtest forecasts, and when they begin. */
#ifndef LEHR_CLI_FORECAST_PERIOD_H
#define LEHR_CLI_FORECAST_PERIOD_H

#include "cli/forecast_options.h"
#include "workflows/forecast/backtest.h"

/* UTC offset of the days: --day-offset, or standard time of the zone. EUSAGE. */
lehr_status forecast_find_offset(const forecast_command *c, const series *s, const time_zone *tz,
                                 int32_t *offset_s, lehr_error *err);
/* Sets test_first and test_last: --test, or the last 364 days, at most a third of the series.
 * EUSAGE. */
lehr_status forecast_find_period(const forecast_command *c, const series *hourly, int32_t offset_s,
                                 backtest_options *o, lehr_error *err);

#endif
