/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr convert IN -o OUT`: any readable model format to any writable one. */
#include "base/error.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/file_options.h"
#include "cli/output.h"
#include "io/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_TO = 0x300, KEY_VARTYPE };

typedef struct convert_command {
  file_options files;
  const char *input, *to, *vartype;
  const char *culprit;
} convert_command;

static const struct argp_option options[] = {
    {"to", KEY_TO, "FORMAT", 0, "Format of the output file (default: from its extension)", 0},
    {"vartype", KEY_VARTYPE, "binary|spin", 0, "Change the variables, keeping all energies", 0},
    {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
  convert_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->files;
    state->child_inputs[1] = &c->files;
    return 0;
  case KEY_TO:
    c->to = arg;
    return 0;
  case KEY_VARTYPE:
    if (strcmp(arg, "binary") != 0 && strcmp(arg, "spin") != 0)
      argp_error(state, "--vartype=%s: choose binary or spin", arg);
    c->vartype = arg;
    return 0;
  case ARGP_KEY_ARG:
    if (state->arg_num == 0)
      c->input = arg;
    else if (state->arg_num == 1 && !c->files.output)
      c->files.output = arg;
    else
      argp_error(state, "one input and one output file");
    return 0;
  case ARGP_KEY_END:
    if (!c->input) argp_error(state, "which model? (- reads standard input)");
    if (!c->files.output) argp_error(state, "where to? (-o FILE, - is standard output)");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* The list of formats behind the options; argp frees what this returns if it differs. */
static char *add_formats(int key, const char *text, void *input) {
  (void)input;
  if (key != ARGP_KEY_HELP_POST_DOC) return (char *)text;
  char *list = NULL;
  size_t size;
  FILE *f = open_memstream(&list, &size);
  if (!f) return (char *)text;
  fprintf(f, "Formats:\n");
  for (int k = 0; format_at(k); k++) {
    const model_format *m = format_at(k);
    fprintf(f, "  %-8s %-18s %s\n", m->name, m->extensions, m->summary);
  }
  fprintf(f, "\nContent decides about the input, then the extension. Binary and spin models\n"
             "become each other where the format needs it; energies stay the same.");
  fclose(f);
  return list;
}

static lehr_status change_vartype(const convert_command *c, lehr_model **m, lehr_error *err) {
  lehr_model *changed;
  if (!c->vartype) return LEHR_OK;
  LEHR_TRY(lehr_model_convert(*m, strcmp(c->vartype, "spin") == 0 ? LEHR_SPIN : LEHR_BINARY,
                              &changed, err));
  lehr_model_free(*m);
  *m = changed;
  return LEHR_OK;
}

static lehr_status print_json(const convert_command *c, const lehr_model *m,
                              const model_format *from, lehr_error *err) {
  const lehr_model_view *v = lehr_model_look(m);
  if (c->files.format != OUTPUT_JSON) return LEHR_OK;
  const model_format *to = c->to ? format_find(c->to) : format_for_writing(c->files.output);
  return output_json(json_pack("{ss, ss, ss, so, si, sI}", "schema", "lehr.convert/1", "from",
                               from->name, "to", to->name, "output", output_name(c->files.output),
                               "variables", (int)v->n, "interactions",
                               (json_int_t)v->n_interactions),
                     NULL, err);
}

static lehr_status run(convert_command *c, lehr_error *err) {
  lehr_model *m;
  const model_format *from;
  c->culprit = c->input;
  LEHR_TRY(format_read(c->input, c->files.from, &m, NULL, &from, err));
  lehr_status status = change_vartype(c, &m, err);
  c->culprit = c->files.output;
  if (status == LEHR_OK) status = lehr_model_write(m, c->files.output, c->to, err);
  c->culprit = NULL;
  if (status == LEHR_OK) status = print_json(c, m, from, err);
  lehr_model_free(m);
  return status;
}

int cmd_convert(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&file_options_argp, 0, NULL, 0}, {&from_option_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {.options = options,
                                   .parser = parse,
                                   .args_doc = "IN [OUT]",
                                   .doc = "Converts a model file.\v ",
                                   .children = children,
                                   .help_filter = add_formats};
  convert_command c = {0};
  lehr_error err = {0};
  command_line_parse(&argp, argc, argv, &c);
  const lehr_status status = run(&c, &err);
  return status == LEHR_OK ? 0 : command_fail(c.culprit, status, &err);
}
