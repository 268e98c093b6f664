/* SPDX-License-Identifier: Apache-2.0 */
/* cli/forecast_table.h - the result of a backtest for people and programs. */
#ifndef LEHR_CLI_FORECAST_TABLE_H
#define LEHR_CLI_FORECAST_TABLE_H

#include "cli/file_options.h"
#include "workflows/forecast/backtest.h"

/* Prints the table of models on standard output in the given format. */
lehr_status forecast_table_print(const backtest *b, output_format format, lehr_error *err);

/* Prints on standard error what a reader of the table should know: gaps, skipped models. */
void forecast_notes_print(const backtest *b);

#endif
