/* SPDX-License-Identifier: Apache-2.0 */
/* The `lehr` command: finds the subcommand and sees to what every one of them needs - open
 * standard streams, signals, and an exit status that tells when output was lost. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/terminal.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_bug_address = "the project's issue tracker";

static const command commands[] = {
#define COMMAND(name, summary) {#name, summary, cmd_##name},
#include "cli/commands.def"
#undef COMMAND
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void print_version(FILE *stream) {
  fprintf(stream,
          "lehr %s\n"
          "Source licence: Apache-2.0. This program links CHOLMOD, parts of which are GPL-2+;\n"
          "as a whole it is distributed under GPL-3.\n"
          "There is no warranty.\n",
          lehr_version());
}

static void print_help(FILE *stream) {
  fprintf(stream, "Usage: lehr COMMAND [OPTION...] [FILE...]\n"
                  "Quantum-inspired optimization: models, engines, forecasts.\n\n");
  for (int k = 0; k < N_COMMANDS; k++)
    fprintf(stream, "  %-12s %s\n", commands[k].name, commands[k].summary);
  fprintf(stream, "\n  -h, --help     this list; `lehr COMMAND --help` for a command\n"
                  "  -V, --version  version and licence\n\n"
                  "Results go to standard output or -o FILE, everything else to standard error.\n"
                  "Exit status: 0 success, 64 usage, 65 bad data, 66 no input, 69 unavailable,\n"
                  "70 internal, 71 memory, 73 cannot create, 74 input/output, 75 busy,\n"
                  "77 permission, 1 where a demanded --target was not reached.\n");
}

/* Descriptors 0-2 that the caller closed must not become somebody's output file. They are opened
 * the wrong way round so that using them still fails, except that messages may vanish. */
static void occupy_standard_streams(void) {
  static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    if (open("/dev/null", modes[fd]) != fd) _exit(lehr_status_exit(LEHR_EIO));
  }
}

/* Runs at exit: a full disk behind standard output is a failure, a reader that left is a quiet
 * one. */
static void close_standard_output(void) {
  const int had_error = ferror(stdout);
  errno = output_failure();
  const int flushed = fflush(stdout);
  if (!had_error && flushed == 0 && (fclose(stdout) == 0 || errno == EBADF)) return;
  if (errno != EPIPE) {
    terminal_clear();
    fprintf(stderr, "lehr: standard output: %s\n", errno ? strerror(errno) : "write error");
  }
  interrupt_reraise();
  _exit(lehr_status_exit(LEHR_EIO));
}

/* What is shorter is written at the end, where a failure can say why. */
static void buffer_standard_output(void) {
  static char buffer[1 << 16];
  if (!isatty(STDOUT_FILENO)) setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

static int unknown_command(const char *word) {
  const char *names[N_COMMANDS + 1] = {NULL};
  for (int k = 0; k < N_COMMANDS; k++) names[k] = commands[k].name;
  const char *nearest = nearest_name(word, names);
  fprintf(stderr, "lehr: unknown command '%s'", word);
  if (nearest) fprintf(stderr, "; did you mean '%s'?", nearest);
  fprintf(stderr, "\nTry `lehr --help'.\n");
  return lehr_status_exit(LEHR_EUSAGE);
}

/* argp knows --help and -?, people type -h. */
static void alias_help(int argc, char **argv) {
  static char help[] = "--help";
  for (int k = 1; k < argc && strcmp(argv[k], "--") != 0; k++)
    if (strcmp(argv[k], "-h") == 0) argv[k] = help;
}

static int run(const command *c, int argc, char **argv) {
  char name[64];
  snprintf(name, sizeof name, "lehr %s", c->name);
  argv[0] = name;
  alias_help(argc, argv);
  return c->run(argc, argv);
}

/* Solving many small models allocates and frees the same few blocks over and over: giving them back
 * to the system each time would cost more than the solving. */
static void keep_freed_memory(void) {
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
}

int main(int argc, char **argv) {
  keep_freed_memory();
  occupy_standard_streams();
  buffer_standard_output();
  atexit(close_standard_output);
  interrupt_prepare();
  if (argc < 2) {
    print_help(stderr);
    return lehr_status_exit(LEHR_EUSAGE);
  }
  const char *word = argv[1];
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
    print_help(stdout);
    return 0;
  }
  if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
    print_version(stdout);
    return 0;
  }
  for (int k = 0; k < N_COMMANDS; k++) {
    if (strcmp(word, commands[k].name) != 0) continue;
    const int status = run(&commands[k], argc - 1, argv + 1);
    terminal_clear();
    if (interrupt_name()) fflush(stdout);
    interrupt_reraise();
    return status;
  }
  return unknown_command(word);
}
