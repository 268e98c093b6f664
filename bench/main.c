/* SPDX-License-Identifier: Apache-2.0 */
/* lehr-bench [--peer] [--threads N] [--data DIR] [CASE...]: runs cases, prints JSON. */
#include "bench/cases.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

enum { PEER = 'p', THREADS = 't', DATA = 'd', LIST = 'l' };

typedef struct arguments {
  bench_settings settings;
  bool is_list;
  int n_names;
  char **names;
} arguments;

static error_t parse(int key, char *value, struct argp_state *state) {
  arguments *a = state->input;
  switch (key) {
  case PEER:
    a->settings.with_peer = true;
    return 0;
  case THREADS:
    a->settings.threads = atoi(value);
    if (a->settings.threads < 1) argp_error(state, "threads must be at least 1");
    return 0;
  case DATA:
    a->settings.data_dir = value;
    return 0;
  case LIST:
    a->is_list = true;
    return 0;
  case ARGP_KEY_ARGS:
    a->names = state->argv + state->next;
    a->n_names = state->argc - state->next;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static bool run_case(const char *name, const bench_settings *settings) {
  for (int k = 0; k < n_bench_cases; k++)
    if (strcmp(bench_cases[k].name, name) == 0)
      return bench_cases[k].run(&bench_cases[k], settings);
  fprintf(stderr, "lehr-bench: no case '%s'; see lehr-bench --list\n", name);
  return false;
}

int main(int argc, char **argv) {
  static const struct argp_option options[] = {
      {"peer", PEER, NULL, 0, "run the peers beside (bench/peers/setup.sh first)", 0},
      {"threads", THREADS, "N", 0, "threads of each solve (default 1)", 0},
      {"data", DATA, "DIR", 0, "folder of public instances", 0},
      {"list", LIST, NULL, 0, "list the cases", 0},
      {0}};
  static const struct argp parser = {
      options, parse, "[CASE...]", "Runs benchmark cases (default: all) and prints JSON.", 0, 0, 0};
  const char *shared = getenv("LEHR_SHARED");
  char data[4096];
  arguments a = {.settings = {.threads = 1, .data_dir = data}};
  bool is_ok = true;
  snprintf(data, sizeof data, "%s/data", shared ? shared : BENCH_SOURCE "/../../shared");
  argp_parse(&parser, argc, argv, 0, NULL, &a);
  for (int k = 0; k < n_bench_cases && a.is_list; k++)
    printf("%-16s %s\n", bench_cases[k].name, bench_cases[k].summary);
  if (a.is_list) return 0;
  for (int k = 0; k < a.n_names; k++) is_ok &= run_case(a.names[k], &a.settings);
  for (int k = 0; k < n_bench_cases && a.n_names == 0; k++)
    is_ok &= run_case(bench_cases[k].name, &a.settings);
  return is_ok ? 0 : 1;
}
