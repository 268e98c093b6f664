/* SPDX-License-Identifier: Apache-2.0 */
/* base/error.h - filling lehr_error at the point of detection. */
#ifndef LEHR_BASE_ERROR_H
#define LEHR_BASE_ERROR_H

#include "lehr/status.h"

/* Forwards a failure to the caller. Only where nothing must be released. */
#define LEHR_TRY(expr)                                                                             \
  do {                                                                                             \
    lehr_status try_status_ = (expr);                                                              \
    if (try_status_ != LEHR_OK) return try_status_;                                                \
  } while (0)

/* Writes status and text into *err (nullable) and returns status:
 * `return error_set(err, LEHR_EINPUT, "index %d outside 0..%d", i, n - 1);` */
lehr_status error_set(lehr_error *err, lehr_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a position in a text, 1-based; column 0 = unknown. */
lehr_status error_at(lehr_error *err, lehr_status status, int64_t line, int64_t column,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

/* LEHR_ENOMEM with the number of bytes that could not be had. */
lehr_status error_memory(lehr_error *err, uint64_t bytes);

/* `status` with the text of errno behind "what: ". */
lehr_status error_errno(lehr_error *err, lehr_status status, const char *what);

#endif
