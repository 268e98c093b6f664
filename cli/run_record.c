/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_record.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/error.h"
#include "cli/output.h"
#include "lehr/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

void run_record_begin(run_record *r, int argc, char **argv) {
  r->command = json_array();
  for (int k = 0; k < argc; k++) json_array_append_new(r->command, output_name(argv[k]));
  r->started_s = (int64_t)time(NULL);
  r->wall_start = clock_wall();
  r->cpu_start = clock_cpu();
}

lehr_status run_record_write(run_record *r, const char *output_path, int32_t threads,
                             json_t *details, lehr_error *err) {
  char started[CIVIL_TEXT], cpu[128], host[256] = "", *path = NULL;
  civil_format(r->started_s, 0, started);
  cpu_model_name(cpu, sizeof cpu);
  gethostname(host, sizeof host - 1);
  json_t *record = json_pack(
      "{ss, ss, sO, ss, sf, sf, sI, si, ss, so}", "schema", "lehr.run/1", "version", lehr_version(),
      "command", r->command, "started", started, "wall_s", clock_wall() - r->wall_start, "cpu_s",
      clock_cpu() - r->cpu_start, "peak_memory_bytes", (json_int_t)clock_peak_memory(), "threads",
      (int)threads, "cpu", cpu, "host", output_name(host));
  if (record && details) json_object_update(record, details);
  json_decref(details);
  if (asprintf(&path, "%s.run.json", output_path) < 0) {
    json_decref(record);
    return error_memory(err, 0);
  }
  const lehr_status status = output_json(record, path, err);
  free(path);
  return status;
}

void run_record_end(run_record *r) { json_decref(r->command); }
