/* SPDX-License-Identifier: Apache-2.0 */
/* cli/command.h - the subcommands of `lehr` (cli/commands.def) and how they report failures. */
#ifndef LEHR_CLI_COMMAND_H
#define LEHR_CLI_COMMAND_H

#include "lehr/lehr.h"

/* A command gets argv[0] = "lehr NAME" and returns the exit status. */
typedef struct command {
  const char *name;
  const char *summary;
  int (*run)(int argc, char **argv);
} command;

#define COMMAND(name, summary) int cmd_##name(int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND

/* The subcommands of `lehr generate`, in the same way. */
#define GENERATES(name, summary) int cmd_generate_##name(int argc, char **argv);
#include "cli/generators.def"
#undef GENERATES

/* Prints "lehr: WHERE:line:column: text" on stderr and returns the exit status of `status`.
 * where (a file name) may be NULL. */
int command_fail(const char *where, lehr_status status, const lehr_error *err);

/* The entry of `names` (NULL-terminated) nearest to `word`, or NULL if none resembles it. */
const char *nearest_name(const char *word, const char *const names[]);

#endif
