/* SPDX-License-Identifier: Apache-2.0 */
/* cli/solve_options.h - the options of every command that solves: an argp child that fills
 * lehr_params. Use:
 *
 *   solve_options o;
 *   solve_options_init(&o);
 *   children = {{&solve_options_argp, 0, "Solving:", 1}, {0}}; at ARGP_KEY_INIT the parent sets
 *   state->child_inputs[0] = &o;                      file options are a child of this child
 *   solve_options_context(&o, &ctx, &err)             plugins loaded
 *   ... lehr_solve(ctx, m, &o.params, ...)
 *   solve_options_free(&o);
 */
#ifndef LEHR_CLI_SOLVE_OPTIONS_H
#define LEHR_CLI_SOLVE_OPTIONS_H

#include "cli/file_options.h"
#include "lehr/solve.h"

#include <stddef.h>

typedef struct text_list {
  const char **items;
  size_t count;
} text_list;

typedef struct solve_options {
  lehr_params params; /* stop is the interrupt flag; options point into sets */
  file_options files;
  text_list sets, plugins;
} solve_options;

extern const struct argp solve_options_argp;
/* The same and --target, for commands that say whether it was reached; same input. */
extern const struct argp target_options_argp;
/* --plugin and the file options only, for commands that solve nothing; same input. */
extern const struct argp plugin_options_argp;

/* Parser of a command without arguments and options of its own, whose one child has its input. */
error_t parse_no_arguments(int key, char *arg, struct argp_state *state);

void solve_options_init(solve_options *o);
/* As --set ASSIGNMENT; the text is kept. 0 or ENOMEM. */
int solve_options_add_set(solve_options *o, const char *assignment);
/* Context with the plugins of --plugin and LEHR_PLUGIN_PATH. Free it with lehr_context_free. */
lehr_status solve_options_context(const solve_options *o, lehr_context **ctx, lehr_error *err);
void solve_options_free(solve_options *o);

/* Parses an integer option of low..high, "2e8" and "2^20" included; argp_error names it
 * otherwise. */
int64_t parse_count_option(struct argp_state *state, const char *name, const char *text,
                           int64_t low, int64_t high);
/* Parses a finite number. */
double parse_real_option(struct argp_state *state, const char *name, const char *text);

#endif
