/* SPDX-License-Identifier: Apache-2.0 */
/* cli/solve_text.h - the result of a solve as text for people; programs read JSON, CSV or HDF5. */
#ifndef LEHR_CLI_SOLVE_TEXT_H
#define LEHR_CLI_SOLVE_TEXT_H

#include "io/result.h"

/* Prints facts, what exact engines were asked for, and the samples to keep. ENOMEM. */
lehr_status solve_text(const result *r, lehr_error *err);

#endif
