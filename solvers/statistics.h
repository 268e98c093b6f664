/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/statistics.h - what an engine tells about the course of its run, as the text of a JSON
 * object: {"round_trips": 12, "temperature": [0.5, 0.7]}. Written directly, since every model of a
 * batch makes one. */
#ifndef LEHR_SOLVERS_STATISTICS_H
#define LEHR_SOLVERS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The text so far, without its end; starts as {0}. */
typedef struct statistics {
  char *text;
  size_t length, capacity;
  bool is_failed; /* memory was short */
} statistics;

/* Instead of the length of a list: one number. */
enum { STATISTIC_NUMBER = -1 };

/* Adds a list of `count` numbers, or one with STATISTIC_NUMBER; numbers that are not finite become
 * null. Leaves out what plugin.h says. */
void statistics_add(statistics *s, const char *name, const double values[], int64_t count);
/* The text, to be freed by the caller; NULL when memory was short. *s is empty afterwards. */
char *statistics_take(statistics *s);
void statistics_free(statistics *s);

#endif
