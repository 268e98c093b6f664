/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *text;
  int exit_status;
} rows[] = {
#define X(code, exit_status, text) [LEHR_##code] = {text, exit_status},
    LEHR_STATUSES(X)
#undef X
};

static int is_known(lehr_status s) {
  return (unsigned)s < sizeof rows / sizeof rows[0] && rows[s].text != NULL;
}

const char *lehr_status_text(lehr_status status) {
  return is_known(status) ? rows[status].text : "unknown status";
}

int lehr_status_exit(lehr_status status) {
  return is_known(status) ? rows[status].exit_status : rows[LEHR_EINTERNAL].exit_status;
}

static lehr_status fill(lehr_error *err, lehr_status status, int64_t line, int64_t column,
                        const char *format, va_list args) {
  if (err) {
    err->status = status;
    err->line = line;
    err->column = column;
    vsnprintf(err->text, sizeof err->text, format, args);
  }
  return status;
}

lehr_status error_set(lehr_error *err, lehr_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fill(err, status, 0, 0, format, args);
  va_end(args);
  return status;
}

lehr_status error_at(lehr_error *err, lehr_status status, int64_t line, int64_t column,
                     const char *format, ...) {
  va_list args;
  va_start(args, format);
  fill(err, status, line, column, format, args);
  va_end(args);
  return status;
}

lehr_status error_memory(lehr_error *err, uint64_t bytes) {
  return error_set(err, LEHR_ENOMEM, "out of memory: %" PRIu64 " bytes could not be had", bytes);
}

lehr_status error_errno(lehr_error *err, lehr_status status, const char *what) {
  char text[128] = "";
  const int number = errno;
  const char *message = strerror_r(number, text, sizeof text);
  return error_set(err, status, "%s: %s", what, message);
}
