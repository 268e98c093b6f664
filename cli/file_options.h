/* SPDX-License-Identifier: Apache-2.0 */
/* cli/file_options.h - the options that every command with files has: -o, --format, --quiet. An
 * argp child; its input is a file_options. --from is a child of its own, for commands that read a
 * model. */
#ifndef LEHR_CLI_FILE_OPTIONS_H
#define LEHR_CLI_FILE_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

typedef enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_CSV } output_format;

typedef struct file_options {
  const char *from;   /* input format, or NULL: found out */
  const char *output; /* file, or NULL: standard output */
  bool can_csv;       /* to be set by commands that have a table to print */
  output_format format;
  bool has_format; /* --format was given */
  bool is_quiet;
  bool is_trusted; /* --trust-input */
} file_options;

extern const struct argp file_options_argp;
/* --trust-input; same input. */
extern const struct argp trust_option_argp;

/* argp_error unless -o names a .h5 file. is_needed: it must be there. */
void file_options_check_hdf5(const file_options *f, bool is_needed, struct argp_state *state);

extern const struct argp from_option_argp;

#endif
