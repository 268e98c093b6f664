/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/hong.h - one regression for all hours: calendar, temperature and their
 * products.
 *
 * Vanilla: Tao Hong's benchmark of the GEFCom competitions (Hong 2010): trend, month, day type,
 * hour, day type x hour, and a cubic in the temperature by itself, by month and by hour. Recency
 * (Wang, Liu, Hong 2016): also cubics in temperatures some hours back and in daily means. On the
 * logarithm of the load. Rows are sparse: 14 of 284, 59 of 686 columns are non-zero. */
#ifndef LEHR_WORKFLOWS_FORECAST_HONG_H
#define LEHR_WORKFLOWS_FORECAST_HONG_H

#include "workflows/forecast/forecaster.h"

enum { VANILLA_COLUMNS = 284, RECENCY_COLUMNS = 686, HONG_ENTRIES = 64 };

/* The design row of one hour. */
typedef struct hong_row {
  int32_t n;
  int32_t col[HONG_ENTRIES];
  double value[HONG_ENTRIES];
} hong_row;

/* Columns shared by all rows. */
typedef struct hong_inputs {
  const zone_hours *zone;
  bool with_recency;
  double *day_mean; /* [hours] mean temperature of the 24 hours up to each; NaN if one is missing */
} hong_inputs;

/* ENOMEM. Release with hong_release. */
lehr_status hong_prepare(const zone_hours *zone, bool with_recency, hong_inputs *out,
                         lehr_error *err);
void hong_release(hong_inputs *in);

/* False if a temperature is missing or before the first hour. */
bool hong_row_at(const hong_inputs *in, int64_t hour, hong_row *row);

#endif
