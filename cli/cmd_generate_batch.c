/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr generate batch --models N -o FILE.h5`. Models are made twice, once to learn the sizes of
 * the columns, so that memory does not grow with their number. */
#include "cli/command.h"
#include "cli/command_line.h"

#include "base/error.h"
#include "base/philox.h"
#include "cli/generate_options.h"
#include "cli/solve_options.h"
#include "cli/terminal.h"
#include "io/hdf5_batch.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY_MODELS = 0x500 };

typedef struct batch_command {
  generate_options common;
  int64_t models;
} batch_command;

static const struct argp_option options[] = {
    {"models", KEY_MODELS, "N", 0, "Number of models (default 100)", 0}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
  batch_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->common;
    return 0;
  case KEY_MODELS:
    c->models = parse_count_option(state, "models", arg, 0, INT32_MAX);
    return 0;
  case ARGP_KEY_END:
    if (!c->common.files.output) argp_error(state, "where to? (-o FILE.h5)");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* Model number `index`: its seed depends on (seed, index) only. */
static lehr_status make(const batch_command *c, int64_t index, lehr_model **m, lehr_error *err) {
  generated g;
  generate_request q = c->common.request;
  q.seed = philox_subkey(philox_key(q.seed, "batch"), (uint64_t)index) >> 1;
  const lehr_status status = generate_model(c->common.kind, &q, &g, err);
  *m = g.model;
  return status;
}

static lehr_status each(const batch_command *c, batch_totals *totals, batch_writer *w,
                        lehr_error *err) {
  for (int64_t k = 0; k < c->models; k++) {
    lehr_model *m;
    LEHR_TRY(make(c, k, &m, err));
    if (w)
      batch_writer_add(w, m, NULL);
    else
      batch_totals_add(totals, m);
    lehr_model_free(m);
    terminal_progress((double)k / (double)c->models, w ? "writing" : "measuring", "");
  }
  return LEHR_OK;
}

static lehr_status run(const batch_command *c, lehr_error *err) {
  batch_totals totals = {.is_exact = true};
  batch_writer *w;
  char title[128];
  snprintf(title, sizeof title, "%" PRId64 " models of kind %s, seed %" PRIu64, c->models,
           c->common.kind->name, c->common.request.seed);
  LEHR_TRY(each(c, &totals, NULL, err));
  LEHR_TRY(batch_writer_create(c->common.files.output, title, &totals, &w, err));
  const lehr_status status = each(c, NULL, w, err);
  if (status == LEHR_OK) return batch_writer_publish(w, err);
  batch_writer_discard(w);
  return status;
}

int cmd_generate_batch(int argc, char **argv) {
  static const struct argp_child children[] = {{&generate_options_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {.options = options,
                                   .parser = parse,
                                   .doc = "Makes many models in one HDF5 file for `lehr batch`.\v ",
                                   .children = children,
                                   .help_filter = generate_help};
  batch_command c = {.models = 100};
  lehr_error err = {0};
  generate_options_init(&c.common, "random");
  command_line_parse(&argp, argc, argv, &c);
  const lehr_status status = run(&c, &err);
  return status == LEHR_OK ? 0 : command_fail(c.common.files.output, status, &err);
}
