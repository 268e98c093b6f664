/* SPDX-License-Identifier: Apache-2.0 */
/* cli/terminal.h - progress on stderr, only where a person watches.
 *
 * A bar is drawn at most five times a second, and only if stderr is a terminal, TERM is not
 * "dumb" and --quiet was not given. It stands on one line that messages clear first. */
#ifndef LEHR_CLI_TERMINAL_H
#define LEHR_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Turns progress off for the rest of the process. */
void terminal_set_quiet(bool is_quiet);
/* Whether progress would be shown. */
bool terminal_shows_progress(void);
/* Draws "phase [#####     ]  42 %  text", or without bar if fraction < 0. fraction is clamped. */
void terminal_progress(double fraction, const char *phase, const char *text);
/* Removes the line, before a message or at the end. */
void terminal_clear(void);
/* Whether to colour what goes to `stream`: NO_COLOR, CLICOLOR_FORCE, TERM, isatty. */
bool terminal_has_colour(FILE *stream);

#endif
