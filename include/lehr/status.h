/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/status.h - result codes and error details of every lehr function.
 *
 * A function that can fail returns lehr_status and, where it takes a lehr_error,
 * writes there what went wrong and where. A solver that stopped early is no error:
 * see lehr_stop_reason in solve.h. */
#ifndef LEHR_STATUS_H
#define LEHR_STATUS_H

#include <stdint.h>

#if defined(__GNUC__)
#define LEHR_API __attribute__((visibility("default")))
#define LEHR_MUST_CHECK __attribute__((warn_unused_result))
#else
#define LEHR_API
#define LEHR_MUST_CHECK
#endif

#ifdef __cplusplus
#define LEHR_BEGIN_DECLS extern "C" {
#define LEHR_END_DECLS }
#else
#define LEHR_BEGIN_DECLS
#define LEHR_END_DECLS
#endif

LEHR_BEGIN_DECLS

/* One row each: code, exit status of the `lehr` command (sysexits.h), text.
 * Values are never renumbered; new rows are appended. */
#define LEHR_STATUSES(X)                                                                           \
  X(OK, 0, "success")                                                                              \
  X(EUSAGE, 64, "wrong usage")                                                                     \
  X(EINPUT, 65, "malformed input")                                                                 \
  X(ERANGE, 65, "value outside the exact range")                                                   \
  X(ENOINPUT, 66, "cannot open input")                                                             \
  X(EUNAVAILABLE, 69, "not available")                                                             \
  X(EINTERNAL, 70, "internal self-check failed")                                                   \
  X(ENOMEM, 71, "out of memory")                                                                   \
  X(EOUTPUT, 73, "cannot create output")                                                           \
  X(EIO, 74, "input/output failure")                                                               \
  X(EBUSY, 75, "busy, try again")                                                                  \
  X(EPERMISSION, 77, "permission denied")

typedef enum lehr_status {
#define X(code, exit_status, text) LEHR_##code,
  LEHR_STATUSES(X)
#undef X
} lehr_status;

/* Details of a failure. Filled only when a function returns something else than LEHR_OK.
 * line and column are 1-based positions in the input, 0 where they make no sense. */
typedef struct lehr_error {
  lehr_status status;
  int64_t line;
  int64_t column;
  char text[256];
} lehr_error;

/* Text of a status, e.g. "malformed input". Never NULL. */
LEHR_API const char *lehr_status_text(lehr_status status);

/* Exit status of the `lehr` command for a status (0, 64..77). */
LEHR_API int lehr_status_exit(lehr_status status);

LEHR_END_DECLS

#endif
