/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr generate WHAT`: dispatches to one file per WHAT (cli/generators.def). */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static const command makers[] = {
#define GENERATES(name, summary) {#name, summary, cmd_generate_##name},
#include "cli/generators.def"
#undef GENERATES
};
enum { N_MAKERS = sizeof makers / sizeof makers[0] };

static void print_help(FILE *stream) {
  fprintf(stream, "Usage: lehr generate WHAT [OPTION...] -o FILE\n\n");
  for (int k = 0; k < N_MAKERS; k++)
    fprintf(stream, "  %-8s %s\n", makers[k].name, makers[k].summary);
  fprintf(stream, "\n`lehr generate WHAT --help` tells the options.\n");
}

int cmd_generate(int argc, char **argv) {
  const char *names[N_MAKERS + 1] = {NULL};
  if (argc < 2) {
    print_help(stderr);
    return lehr_status_exit(LEHR_EUSAGE);
  }
  if (strcmp(argv[1], "--help") == 0) {
    print_help(stdout);
    return 0;
  }
  for (int k = 0; k < N_MAKERS; k++) {
    char name[64];
    names[k] = makers[k].name;
    if (strcmp(argv[1], makers[k].name) != 0) continue;
    snprintf(name, sizeof name, "lehr generate %s", makers[k].name);
    argv[1] = name;
    return makers[k].run(argc - 1, argv + 1);
  }
  const char *nearest = nearest_name(argv[1], names);
  fprintf(stderr, "lehr generate: cannot make '%s'", argv[1]);
  if (nearest) fprintf(stderr, "; did you mean '%s'?", nearest);
  fprintf(stderr, "\nTry `lehr generate --help'.\n");
  return lehr_status_exit(LEHR_EUSAGE);
}
