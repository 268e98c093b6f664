/* SPDX-License-Identifier: Apache-2.0 */
/* bench/report.h - one JSON object per case. */
#ifndef LEHR_BENCH_REPORT_H
#define LEHR_BENCH_REPORT_H

#include <jansson.h>

/* Wall and CPU clock at a start. */
typedef struct stopwatch {
  double wall, cpu;
} stopwatch;

stopwatch stopwatch_start(void);
/* Seconds since the start. */
stopwatch stopwatch_read(const stopwatch *start);

/* A new object with the case's name and the machine it runs on. */
json_t *report_start(const char *name, const char *summary, int threads);
/* Adds wall_s, cpu_s, attempts and attempts per CPU second. */
void report_speed(json_t *report, const stopwatch *taken, double attempts);
/* Adds the peer's own object and the ratio of `key` between the two. */
void report_peer(json_t *report, json_t *peer, const char *key);
/* Adds peak memory, prints the object on stdout and frees it. */
void report_print(json_t *report);

#endif
