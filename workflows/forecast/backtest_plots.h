/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/forecast/backtest_plots.h - the plots of a backtest, one zone each, as inline SVG. */
#ifndef LEHR_WORKFLOWS_FORECAST_BACKTEST_PLOTS_H
#define LEHR_WORKFLOWS_FORECAST_BACKTEST_PLOTS_H

#include "workflows/forecast/backtest.h"

/* All: free(*svg); ENOMEM. `model` is the number of a model that was not skipped. */

/* Load, point forecast and bands of the seven days around the highest load of the test. */
lehr_status plot_peak_week(const backtest *b, int32_t zone, int32_t model, char **svg,
                           lehr_error *err);
/* MAPE of all models. */
lehr_status plot_errors(const backtest *b, int32_t zone, char **svg, lehr_error *err);
/* MAPE by hour of the day, of all models but the day-before one. */
lehr_status plot_hours(const backtest *b, int32_t zone, char **svg, lehr_error *err);
/* Observed against nominal probability of the quantiles. */
lehr_status plot_calibration(const backtest *b, int32_t zone, int32_t model, char **svg,
                             lehr_error *err);
/* The candidates that most hours' models use. *svg is NULL where nothing was selected. */
lehr_status plot_selected(const backtest *b, int32_t zone, char **svg, lehr_error *err);

#endif
