/* SPDX-License-Identifier: Apache-2.0 */
/* cli/generate_series.h - `lehr generate series`: the load of a made-up utility as a file. */
#ifndef LEHR_CLI_GENERATE_SERIES_H
#define LEHR_CLI_GENERATE_SERIES_H

/* A subcommand like those of cli/command.h, called by cmd_generate with argv[0] = "lehr generate
 * series". Returns the exit status. */
int generate_series(int argc, char **argv);

#endif
