/* SPDX-License-Identifier: Apache-2.0 */
/* cli/generate_options.h - the options of `lehr generate model` and `batch`: an argp child. */
#ifndef LEHR_CLI_GENERATE_OPTIONS_H
#define LEHR_CLI_GENERATE_OPTIONS_H

#include "cli/file_options.h"
#include "qubo/generate/generate.h"

typedef struct generate_options {
  file_options files;
  generate_request request;
  const generator *kind;
} generate_options;

extern const struct argp generate_options_argp;

/* All of the kind's defaults. */
void generate_options_init(generate_options *o, const char *kind);

/* help_filter that lists the kinds behind the options. */
char *generate_help(int key, const char *text, void *input);

#endif
