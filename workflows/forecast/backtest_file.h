/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/backtest_file.h - a backtest as HDF5 (CF-1.8; docs/batch.md).
 *
 *   /zone string[Z]  /quantile f64[Q]                                       scales
 *   /forecast/issue_time i64[I] scale   lead f64[24] scale   valid_time i64[I,24]
 *   /forecast/demand_point f64[I,24,Z]  demand_quantile f64[I,24,Z,Q]       of the main model
 *   /forecast/demand_actual f64[I,24,Z] NaN where missing
 *   /forecast/model string[M] scale     demand_by_model f64[M,I,24,Z]
 *   /forecast/metrics/{mape,mae,...}    f64[M,Z]    features i32[M,Z]
 *   /selection/candidate string[P] scale  hour i32[24] scale  chosen i8[Z,24,P]
 * Nothing in it changes between equal runs. */
#ifndef LEHR_WORKFLOWS_FORECAST_BACKTEST_FILE_H
#define LEHR_WORKFLOWS_FORECAST_BACKTEST_FILE_H

#include "workflows/forecast/backtest.h"

/* What the file says about how it was made. */
typedef struct backtest_provenance {
  const char *input_sha256;   /* of the series' file; "" where it was a stream */
  const char *time_zone;      /* of the calendar */
  const char *engine_options; /* JSON object: how the selection was solved */
  uint64_t seed;
  int32_t features_max;
} backtest_provenance;

/* Writes and publishes path. EIO, EOUTPUT, ENOMEM. */
lehr_status backtest_write(const backtest *b, const backtest_provenance *p, const char *path,
                           lehr_error *err);

#endif
