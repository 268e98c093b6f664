/* SPDX-License-Identifier: Apache-2.0 */
/* The whole way of a batch: from an HDF5 file through `lehr batch` to an HDF5 file. */
#include "bench/cases.h"
#include "bench/child.h"
#include "bench/peer.h"
#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LEHR BENCH_BUILD "/bin/lehr"
#define ITEMS 100000
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

enum { VARIABLES = 50, READS = 8, SWEEPS = 100, PEER_ITEMS = 1000 };
#define DENSITY "0.5"

static bool generate(char *path) {
  child_usage usage;
  char *argv[] = {LEHR,        "generate", "batch",  "--models", TEXT(ITEMS), "--variables", "50",
                  "--density", DENSITY,    "--seed", "1",        "-o",        path,          NULL};
  return child_run(argv, false, &usage);
}

static bool solve(char *input, char *output, int threads, child_usage *usage) {
  char *argv[] = {
      LEHR,     "batch",   input, "-o",    output,       "-q",        "--engine",
      "anneal", "--reads", "8",   "--set", "sweeps=100", "--threads", threads == 1 ? "1" : "2",
      NULL};
  return child_run(argv, threads == 1, usage);
}

static void add_usage(json_t *report, const child_usage *u) {
  const stopwatch taken = {u->wall_s, u->cpu_s};
  report_speed(report, &taken, (double)ITEMS * VARIABLES * READS * SWEEPS);
  json_object_set_new(report, "models_per_s", json_real(ITEMS / u->cpu_s));
  json_object_set_new(report, "models_per_wall_s", json_real(ITEMS / u->wall_s));
  json_object_set_new(report, "processes_peak_bytes", json_integer(u->peak_bytes));
}

static bool measure(json_t *report, char *input, char *output) {
  child_usage one, two;
  if (!solve(input, output, 1, &one) || !solve(input, output, 2, &two)) return false;
  json_t *second = json_object();
  add_usage(report, &one);
  add_usage(second, &two);
  json_object_set_new(report, "two_threads", second);
  json_object_set_new(report, "speedup_of_two_threads", json_real(one.wall_s / two.wall_s));
  return true;
}

bool bench_batch_file(const bench_case *self, const bench_settings *settings) {
  char folder[] = "/tmp/lehr-bench-XXXXXX", input[64], output[64], record[80];
  if (!mkdtemp(folder)) {
    perror(folder);
    return false;
  }
  snprintf(input, sizeof input, "%s/in.h5", folder);
  snprintf(output, sizeof output, "%s/out.h5", folder);
  snprintf(record, sizeof record, "%s.run.json", output);
  json_t *report = report_start(self->name, self->summary, 1);
  const bool is_ok = generate(input) && measure(report, input, output);
  if (is_ok && settings->with_peer)
    report_peer(report, peer_run_batch("dwave_batch.py", input, PEER_ITEMS, READS, SWEEPS),
                "models_per_s");
  unlink(input);
  unlink(output);
  unlink(record);
  rmdir(folder);
  report_print(report);
  return is_ok;
}
