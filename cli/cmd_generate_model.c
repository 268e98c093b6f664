/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr generate model --kind KIND -o FILE` */
#include "cli/command.h"
#include "cli/command_line.h"

#include "base/error.h"
#include "cli/generate_options.h"
#include "cli/output.h"
#include "io/registry.h"

enum { KEY_TO = 0x500 };

typedef struct model_command {
  generate_options common;
  const char *to;
} model_command;

static const struct argp_option options[] = {
    {"to", KEY_TO, "FORMAT", 0, "Format of the output file (default: from its extension)", 0}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
  model_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->common;
    return 0;
  case KEY_TO:
    c->to = arg;
    return 0;
  case ARGP_KEY_END:
    if (!c->common.files.output) argp_error(state, "where to? (-o FILE, - is standard output)");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static lehr_status print_facts(const model_command *c, const generated *g, lehr_error *err) {
  const lehr_model_view *v = lehr_model_look(g->model);
  if (c->common.files.format != OUTPUT_JSON) return LEHR_OK;
  return output_json(json_pack("{ss, ss, si, sI, so, so}", "schema", "lehr.generate/1", "kind",
                               c->common.kind->name, "variables", (int)v->n, "interactions",
                               (json_int_t)v->n_interactions, "ground_energy",
                               g->has_ground ? json_integer(g->ground_energy) : json_null(),
                               "output", output_name(c->common.files.output)),
                     NULL, err);
}

int cmd_generate_model(int argc, char **argv) {
  static const struct argp_child children[] = {{&generate_options_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {.options = options,
                                   .parser = parse,
                                   .doc = "Makes one model; the same for a seed everywhere.\v ",
                                   .children = children,
                                   .help_filter = generate_help};
  model_command c = {0};
  generated g = {0};
  lehr_error err = {0};
  const char *culprit = NULL;
  generate_options_init(&c.common, "random");
  command_line_parse(&argp, argc, argv, &c);
  lehr_status status = generate_model(c.common.kind, &c.common.request, &g, &err);
  if (status == LEHR_OK) {
    culprit = c.common.files.output;
    status = format_write(g.model, culprit, c.to, g.comment, &err);
  }
  if (status == LEHR_OK) status = print_facts(&c, &g, &err);
  lehr_model_free(g.model);
  return status == LEHR_OK ? 0 : command_fail(culprit, status, &err);
}
