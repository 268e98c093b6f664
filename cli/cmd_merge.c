/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr merge -o OUT.h5 PART.h5...`: the shards of a batch become one result. */
#include "cli/command.h"
#include "cli/command_line.h"

#include "cli/file_options.h"
#include "cli/output.h"
#include "workflows/batch/batch.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct merge_command {
  file_options files;
  const char **paths; /* [count] */
  int64_t count;
} merge_command;

static error_t add_path(merge_command *c, const char *path) {
  const char **grown = realloc(c->paths, ((size_t)c->count + 1) * sizeof *grown);
  if (!grown) return ENOMEM;
  c->paths = grown;
  c->paths[c->count++] = path;
  return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  merge_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = state->child_inputs[1] = &c->files;
    return 0;
  case ARGP_KEY_ARG:
    return add_path(c, arg);
  case ARGP_KEY_END:
    if (c->count == 0) argp_error(state, "which parts?");
    file_options_check_hdf5(&c->files, true, state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static lehr_status report(const merge_command *c, lehr_error *err) {
  if (c->files.format == OUTPUT_JSON)
    return output_json(json_pack("{s:s, s:o, s:I}", "schema", "lehr.merge/1", "output",
                                 output_name(c->files.output), "parts", (json_int_t)c->count),
                       NULL, err);
  if (!c->files.is_quiet) printf("%" PRId64 " parts -> %s\n", c->count, c->files.output);
  return LEHR_OK;
}

int cmd_merge(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&file_options_argp, 0, "Files:", 1}, {&trust_option_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {

      .parser = parse,
      .args_doc = "-o OUT.h5 PART.h5...",
      .doc = "Puts the results of all shards of a batch together, in any order of the arguments. "
             "The output is byte for byte what one run would have written.",
      .children = children};
  merge_command c = {0};
  lehr_error err = {0};
  command_line_parse(&argp, argc, argv, &c);
  lehr_status status = batch_merge(c.paths, c.count, c.files.output, c.files.is_trusted, &err);
  if (status == LEHR_OK) status = report(&c, &err);
  free(c.paths);
  return status == LEHR_OK ? 0 : command_fail(NULL, status, &err);
}
