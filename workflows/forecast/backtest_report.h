/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/backtest_report.h - a backtest as one self-contained HTML page with plots:
 * the week of the highest load, errors by model and by hour, calibration, what was selected. */
#ifndef LEHR_WORKFLOWS_FORECAST_BACKTEST_REPORT_H
#define LEHR_WORKFLOWS_FORECAST_BACKTEST_REPORT_H

#include "workflows/forecast/backtest_file.h"

/* What goes into the provenance block beside `p`: names and values, in this order. */
typedef struct report_notes {
  const char *title, *subtitle;
  const char *const (*facts)[2];
  int32_t n_facts;
} report_notes;

/* Renders the page; free(*html). The same backtest gives the same bytes. ENOMEM. */
lehr_status backtest_report(const backtest *b, const report_notes *notes, char **html,
                            size_t *length, lehr_error *err);

#endif
