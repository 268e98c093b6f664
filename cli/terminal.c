/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double seconds_between = 0.2;
enum { NARROW = 40, BAR = 30, LINE = 256 };

static struct {
  bool is_quiet, is_drawn;
  double last_s;
} state;

void terminal_set_quiet(bool is_quiet) { state.is_quiet = is_quiet; }

static bool is_dumb(void) {
  const char *term = getenv("TERM");
  return !term || strcmp(term, "dumb") == 0;
}

bool terminal_shows_progress(void) {
  return !state.is_quiet && isatty(STDERR_FILENO) && !is_dumb();
}

static int width(void) {
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void terminal_progress(double fraction, const char *phase, const char *text) {
  const double now = clock_wall();
  if (!terminal_shows_progress()) return;
  if (state.is_drawn && now - state.last_s < seconds_between) return;
  state.last_s = now;
  state.is_drawn = true;
  char bar[BAR + 16] = "", line[LINE];
  const int columns = width();
  if (fraction >= 0 && columns >= NARROW) {
    if (fraction > 1) fraction = 1;
    char marks[BAR + 1];
    const int done = (int)(fraction * BAR);
    memset(marks, '#', (size_t)done);
    memset(marks + done, ' ', (size_t)(BAR - done));
    marks[BAR] = '\0';
    snprintf(bar, sizeof bar, " [%s] %3d %%", marks, (int)(fraction * 100));
  }
  snprintf(line, sizeof line, "%s%s  %s", phase, bar, text);
  fprintf(stderr, "\r%.*s\033[K", columns - 1, line);
  fflush(stderr);
}

void terminal_clear(void) {
  if (!state.is_drawn) return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  state.is_drawn = false;
}

static bool is_set(const char *name) {
  const char *value = getenv(name);
  return value && value[0];
}

bool terminal_has_colour(FILE *stream) {
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0) return true;
  return !is_dumb() && isatty(fileno(stream));
}
