/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/file_options.h"

#include "cli/terminal.h"
#include "io/extension.h"

#include <string.h>

enum { KEY_FROM = 0x100, KEY_FORMAT, KEY_TRUST };

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write to FILE; it is replaced only when complete", 0},
    {"format", KEY_FORMAT, "FORMAT", 0,
     "What is printed: text, json, and csv where the result is a table", 0},
    {"quiet", 'q', NULL, 0, "No progress, no notices; the result stays", 0},
    {0}};

static error_t parse_format(const char *text, struct argp_state *state) {
  static const char *const names[] = {"text", "json", "csv"};
  file_options *f = state->input;
  for (int k = 0; k < (f->can_csv ? 3 : 2); k++) {
    if (strcmp(text, names[k]) != 0) continue;
    f->format = (output_format)k;
    f->has_format = true;
    return 0;
  }
  argp_error(state, "--format=%s: choose one of text, json%s", text, f->can_csv ? ", csv" : "");
  return EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  file_options *f = state->input;
  switch (key) {
  case 'o':
    if (!*arg) argp_error(state, "-o needs a file name");
    f->output = arg;
    return 0;
  case KEY_FORMAT:
    return parse_format(arg, state);
  case 'q':
    f->is_quiet = true;
    terminal_set_quiet(true);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option from_options[] = {
    {"from", KEY_FROM, "FORMAT", 0, "Format of the input file (default: found out)", 0}, {0}};

static error_t parse_from(int key, char *arg, struct argp_state *state) {
  file_options *f = state->input;
  if (key != KEY_FROM) return ARGP_ERR_UNKNOWN;
  f->from = arg;
  return 0;
}

const struct argp from_option_argp = {.options = from_options, .parser = parse_from};
const struct argp file_options_argp = {.options = options, .parser = parse};

static const struct argp_option trust_options[] = {
    {"trust-input", KEY_TRUST, NULL, 0, "Read HDF5 in this process, without the guard", 0}, {0}};

static error_t parse_trust(int key, char *arg, struct argp_state *state) {
  file_options *f = state->input;
  (void)arg;
  if (key != KEY_TRUST) return ARGP_ERR_UNKNOWN;
  f->is_trusted = true;
  return 0;
}

const struct argp trust_option_argp = {.options = trust_options, .parser = parse_trust};

void file_options_check_hdf5(const file_options *f, bool is_needed, struct argp_state *state) {
  if (is_needed && !f->output) argp_error(state, "where to? (-o OUT.h5)");
  if (f->output && !extension_is_hdf5(f->output))
    argp_error(state, "-o %s: expected a .h5 file", f->output);
}
