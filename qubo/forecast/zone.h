/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/zone.h - one zone of an hourly series as plain columns, ready for regression. */
#ifndef LEHR_QUBO_FORECAST_ZONE_H
#define LEHR_QUBO_FORECAST_ZONE_H

#include "qubo/forecast/calendar.h"

/* Hour i is hour i % 24 of day i / 24. Missing values are NaN in every column. */
typedef struct zone_hours {
  const calendar *calendar; /* not owned */
  int32_t n_days;
  double *load;                /* [24 * n_days] MW, > 0 */
  double *log_load;            /* [24 * n_days] */
  double *temperature;         /* [24 * n_days] degC, or NULL when no station was measured */
  int64_t missing_load;        /* hours without a load */
  int64_t nonpositive_load;    /* hours whose load is <= 0: counted as missing, no logarithm */
  int64_t missing_temperature; /* hours, where there are temperatures at all */
} zone_hours;

/* Columns of one zone. Its temperature: station `zone` where there are as many stations as zones,
 * otherwise the mean of all stations that measured. The caller owns it. ENOMEM. */
lehr_status zone_hours_create(const series *hourly, const calendar *c, int32_t zone,
                              zone_hours **out, lehr_error *err);
void zone_hours_free(zone_hours *z);

#endif
