/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"
#include "cli/command.h"
#include "cli/terminal.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether standard output is a pipe that nobody reads any more (`lehr ... | head`). */
static bool reader_left(void) {
  struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int command_fail(const char *where, lehr_status status, const lehr_error *err) {
  const bool has_text = err && err->status == status && err->text[0];
  const char *text = has_text ? err->text : lehr_status_text(status);
  terminal_clear();
  if (status == LEHR_EIO && reader_left()) return lehr_status_exit(status);
  fprintf(stderr, "lehr: ");
  /* Failures of the system name the file themselves. */
  if (where && strncmp(text, where, strlen(where)) != 0) fprintf(stderr, "%s:", where);
  if (has_text && err->line > 0) fprintf(stderr, "%" PRId64 ":", err->line);
  if (has_text && err->line > 0 && err->column > 0) fprintf(stderr, "%" PRId64 ":", err->column);
  fprintf(stderr, "%s%s\n", where && strncmp(text, where, strlen(where)) != 0 ? " " : "", text);
  return lehr_status_exit(status);
}

const char *nearest_name(const char *word, const char *const names[]) {
  const char *nearest = NULL;
  size_t least = strlen(word) / 2 + 1;
  for (size_t k = 0; names[k]; k++) {
    const size_t d = nearest_distance(word, names[k]);
    if (d >= least) continue;
    least = d;
    nearest = names[k];
  }
  return nearest;
}
