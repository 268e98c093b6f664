/* SPDX-License-Identifier: Apache-2.0 */
/* Whole runs of `lehr solve --engine tn`, as a user starts them: seconds and memory of the process,
 * and what it proved. */
#include "bench/cases.h"
#include "bench/child.h"
#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEHR BENCH_BUILD "/bin/lehr"

enum { MOST_WORDS = 12, MOST_ROWS = 8 };

typedef struct tn_row {
  const char *name;
  const char *file;                 /* below the folder of instances, or NULL */
  const char *generate[MOST_WORDS]; /* options of `lehr generate model`, without a file */
} tn_row;

typedef struct tn_suite {
  const char *name;                /* of the case */
  const char *options[MOST_WORDS]; /* of `lehr solve` */
  tn_row rows[MOST_ROWS];
} tn_suite;

#define DROPLETS(k)                                                                                \
  { .name = "droplets_" k, .file = "tn/chimera_droplets/512/" k ".txt" }
#define SELBY(k)                                                                                   \
  { .name = "w5_502_" k, .file = "tn/selby_chimera/w5_502_" k ".txt" }
#define J124(k)                                                                                    \
  { .name = "J124_" k, .file = "tn/chimera_J124/C8_" k ".txt" }
#define TORUS(name_)                                                                               \
  { .name = name_, .file = "gset/" name_ ".mc.gz" }
#define CHAIN(seed)                                                                                \
  {                                                                                                \
    .name = "seed_" seed, .generate = {                                                            \
      "--kind",                                                                                    \
      "commitment-chain",                                                                          \
      "--units",                                                                                   \
      "20",                                                                                        \
      "--hours",                                                                                   \
      "168",                                                                                       \
      "--seed",                                                                                    \
      seed                                                                                         \
    }                                                                                              \
  }

static const tn_suite suites[] = {
    {"tn-tori", {NULL}, {TORUS("G11"), TORUS("G12"), TORUS("G32")}},
    {"tn-tori-gap", {"--time-limit", "600"}, {TORUS("G13"), TORUS("G33")}},
    {"tn-chimera",
     {"--memory", "12G"},
     {DROPLETS("001"), DROPLETS("002"), DROPLETS("003"), SELBY("1"), SELBY("2"), SELBY("3"),
      J124("001"), J124("002")}},
    {"tn-chimera-plain",
     {"--memory", "12G", "--set", "slicing=never"},
     {SELBY("1"), SELBY("2"), SELBY("3"), DROPLETS("001")}},
    {"tn-count", {"--set", "count=1"}, {J124("001")}},
    {"tn-chain", {NULL}, {CHAIN("1"), CHAIN("2"), CHAIN("3")}},
    {"tn-labels",
     {NULL},
     {{.name = "10x40x4",
       .generate = {"--kind", "labels", "--size", "10", "--width", "40", "--labels", "4", "--seed",
                    "1"}}}},
};

/* Appends words up to the first NULL. */
static void append(char *argv[], int *n, const char *const words[]) {
  for (int k = 0; k < MOST_WORDS && words[k]; k++) argv[(*n)++] = (char *)words[k];
}

static void copy(json_t *into, const char *to, json_t *from, const char *key) {
  json_t *const value = json_object_get(from, key);
  if (value) json_object_set(into, to, value);
}

/* What a user reads in the result, beside what the process took. */
static json_t *row_of(const child_usage *used, json_t *result) {
  json_t *const one = json_pack("{s:f, s:f, s:I}", "wall_s", used->wall_s, "cpu_s", used->cpu_s,
                                "process_peak_bytes", (json_int_t)used->peak_bytes);
  copy(one, "energy", result, "energy");
  copy(one, "bound", result, "bound");
  copy(one, "is_proven", result, "proven");
  copy(one, "degeneracy", result, "degeneracy");
  copy(one, "width", json_object_get(result, "statistics"), "width");
  return one;
}

static bool run_row(const tn_suite *suite, const tn_row *row, const bench_settings *settings,
                    const char *folder, json_t *report) {
  char input[512], output[64], threads[16];
  char *generate[MOST_WORDS + 8] = {LEHR, "generate", "model", "-q", "-o", input};
  char *solve[MOST_WORDS + 16] = {LEHR, "solve", input,      "-q",   "--engine",  "tn",
                                  "-o", output,  "--format", "json", "--threads", threads};
  int n_generate = 6, n_solve = 12;
  child_usage used;
  snprintf(threads, sizeof threads, "%d", settings->threads);
  snprintf(output, sizeof output, "%s/result.json", folder);
  if (row->file)
    snprintf(input, sizeof input, "%s/%s", settings->data_dir, row->file);
  else
    snprintf(input, sizeof input, "%s/model.h5", folder);
  append(generate, &n_generate, row->generate);
  append(solve, &n_solve, suite->options);
  if (!row->file && !child_run(generate, false, &used)) return false;
  const bool is_solved = child_run(solve, false, &used);
  json_t *const result = is_solved ? json_load_file(output, 0, NULL) : NULL;
  if (result) json_object_set_new(report, row->name, row_of(&used, result));
  if (!row->file) unlink(input);
  unlink(output);
  json_decref(result);
  return result != NULL;
}

bool bench_tn_solve(const bench_case *self, const bench_settings *settings) {
  char folder[] = "/tmp/lehr-bench-XXXXXX";
  const tn_suite *suite = suites;
  bool is_ok = true;
  while (strcmp(suite->name, self->name)) suite++;
  if (!mkdtemp(folder)) {
    perror(folder);
    return false;
  }
  json_t *report = report_start(self->name, self->summary, settings->threads);
  for (int k = 0; k < MOST_ROWS && suite->rows[k].name; k++)
    is_ok &= run_row(suite, &suite->rows[k], settings, folder, report);
  rmdir(folder);
  report_print(report);
  return is_ok;
}
