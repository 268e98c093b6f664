/* SPDX-License-Identifier: Apache-2.0 */
/* cli/run_record.h - OUT.run.json beside an output: all that changes between equal runs. */
#ifndef LEHR_CLI_RUN_RECORD_H
#define LEHR_CLI_RUN_RECORD_H

#include "lehr/status.h"

#include <jansson.h>
#include <stdint.h>

/* The command line and the start of the run; take it first thing. */
typedef struct run_record {
  json_t *command; /* array of the words */
  int64_t started_s;
  double wall_start, cpu_start;
} run_record;

void run_record_begin(run_record *r, int argc, char **argv);

/* Writes output_path + ".run.json": command, start, wall and CPU seconds, peak memory, threads,
 * version, host, processor, and the members of `details` (taken; may be NULL). */
lehr_status run_record_write(run_record *r, const char *output_path, int32_t threads,
                             json_t *details, lehr_error *err);

void run_record_end(run_record *r);

#endif
