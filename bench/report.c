/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/report.h"

#include "base/clock.h"
#include "base/cpu.h"
#include "lehr/version.h"

#include <stdio.h>

stopwatch stopwatch_start(void) { return (stopwatch){clock_wall(), clock_cpu()}; }

stopwatch stopwatch_read(const stopwatch *start) {
  return (stopwatch){clock_wall() - start->wall, clock_cpu() - start->cpu};
}

json_t *report_start(const char *name, const char *summary, int threads) {
  char cpu[128];
  cpu_model_name(cpu, sizeof cpu);
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "case", name, "summary", summary, "version",
                   lehr_version(), "cpu", cpu, "simd", cpu_level_name(cpu_best_level()), "threads",
                   threads);
}

void report_speed(json_t *report, const stopwatch *taken, double attempts) {
  json_object_set_new(report, "wall_s", json_real(taken->wall));
  json_object_set_new(report, "cpu_s", json_real(taken->cpu));
  json_object_set_new(report, "attempts", json_real(attempts));
  json_object_set_new(report, "attempts_per_s", json_real(attempts / taken->cpu));
}

void report_peer(json_t *report, json_t *peer, const char *key) {
  if (!peer) return;
  const double own = json_number_value(json_object_get(report, key));
  const double other = json_number_value(json_object_get(peer, key));
  json_object_set_new(report, "peer", peer);
  if (other > 0) json_object_set_new(report, "times_peer", json_real(own / other));
}

void report_print(json_t *report) {
  json_object_set_new(report, "peak_memory_bytes", json_integer(clock_peak_memory()));
  json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
  putchar('\n');
  json_decref(report);
}
