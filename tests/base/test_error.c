/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include "base/clock.h"
#include "base/cpu.h"
#include "check.h"

#include <errno.h>

static void statuses_have_texts_and_exits(void) {
#define X(code, exit_status, text)                                                                 \
  CHECK_INT(lehr_status_exit(LEHR_##code), exit_status);                                           \
  CHECK_TEXT(lehr_status_text(LEHR_##code), text);
  LEHR_STATUSES(X)
#undef X
  CHECK_INT(lehr_status_exit((lehr_status)999), 70);
  CHECK_TEXT(lehr_status_text((lehr_status)-1), "unknown status");
}

static void fills_details(void) {
  lehr_error err;
  CHECK_INT(error_at(&err, LEHR_EINPUT, 17, 3, "%s is not finite", "1e400"), LEHR_EINPUT);
  CHECK_INT(err.line, 17);
  CHECK_INT(err.column, 3);
  CHECK_TEXT(err.text, "1e400 is not finite");
  errno = ENOENT;
  error_errno(&err, LEHR_ENOINPUT, "x.qubo");
  CHECK_TEXT(err.text, "x.qubo: No such file or directory");
  CHECK_INT(error_set(NULL, LEHR_EIO, "nobody listens"), LEHR_EIO);
}

static void clocks_and_processors(void) {
  const double wall = clock_wall(), cpu = clock_cpu();
  volatile double x = 1;
  for (int k = 0; k < 1000000; k++) x = x * 1.0000001;
  CHECK(clock_wall() >= wall && clock_cpu() > cpu);
  CHECK(cpu_count() >= 1);
  CHECK(cpu_best_level() < CPU_LEVELS);
  CHECK(clock_peak_memory() > 1 << 19);
}

static const check_test tests[] = {{"status table", statuses_have_texts_and_exits},
                                   {"details", fills_details},
                                   {"clocks and processors", clocks_and_processors}};
CHECK_MAIN("base/error", tests)
