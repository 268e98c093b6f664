/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr solve MODEL`: reads, solves, reports. */
#include "cli/command.h"
#include "cli/command_line.h"

#include "base/clock.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/number.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/run_record.h"
#include "cli/solve_options.h"
#include "cli/solve_text.h"
#include "cli/terminal.h"
#include "cli/trajectory.h"
#include "io/extension.h"
#include "io/result.h"
#include "io/schedule_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  KEY_INITIAL = 0x300,
  KEY_SCHEDULE,
  KEY_TRAJECTORY,
  KEY_KEEP,
  TARGET_MISSED = 1,
  DEFAULT_KEEP = 10
};

typedef struct solve_command {
  solve_options common;
  const char *model_path, *initial_path, *trajectory_path;
  char *schedule; /* "schedule=NAME", or NULL */
  schedule_file points;
  const char *schedule_path;
  lehr_context *context;
  lehr_model *model;
  result_rows initial;
  trajectory path;
  result result;
  lehr_sampleset *set;
  const char *culprit; /* file that a failure is about */
  run_record record;
} solve_command;

static const struct argp_option options[] = {
    {"initial", KEY_INITIAL, "FILE", 0,
     "Start from the samples of a result file, or lines of 0 and 1", 0},
    {"schedule", KEY_SCHEDULE, "NAME|FILE", 0,
     "How the temperature falls: geometric, linear, adaptive, or a FILE of lines `sweep beta`", 0},
    {"trajectory", KEY_TRAJECTORY, "FILE.csv", 0, "Write every improvement with its time", 0},
    {"keep", KEY_KEEP, "N", 0, "Samples to report, best first (default 10; 0 = all)", 0},
    {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
  solve_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->common;
    state->child_inputs[1] = &c->common.files;
    return 0;
  case KEY_INITIAL:
    c->initial_path = arg;
    return 0;
  case KEY_SCHEDULE:
    c->schedule_path = arg;
    return 0;
  case KEY_TRAJECTORY:
    c->trajectory_path = arg;
    return 0;
  case KEY_KEEP:
    c->result.keep = parse_count_option(state, "keep", arg, 0, INT64_MAX);
    return 0;
  case ARGP_KEY_ARG:
    if (c->model_path) argp_error(state, "one model at a time; `lehr batch` solves many");
    c->model_path = arg;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "which model? (- reads standard input)");
    return EINVAL;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* ---- Reading ---- */

static lehr_status read_initial(solve_command *c, lehr_error *err) {
  if (!c->initial_path) return LEHR_OK;
  c->culprit = c->initial_path;
  if (result_format_for(c->initial_path))
    LEHR_TRY(result_read(c->initial_path, &c->initial, err));
  else
    LEHR_TRY(result_read_bits(c->initial_path, &c->initial, err));
  const int32_t n = lehr_model_look(c->model)->n;
  if (c->initial.count == 0) return error_set(err, LEHR_EINPUT, "no states to start from");
  if (c->initial.n != n)
    return error_set(err, LEHR_EINPUT, "states of %d bits for a model of %d variables",
                     c->initial.n, n);
  c->common.params.initial = c->initial.bits;
  c->common.params.n_initial = c->initial.count;
  return LEHR_OK;
}

/* The engine's options know names, everything else is a file. */
static lehr_status read_schedule(solve_command *c, lehr_error *err) {
  static const char *const names[] = {"geometric", "linear", "adaptive"};
  const char *path = c->schedule_path;
  if (!path) return LEHR_OK;
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
    if (strcmp(path, names[k]) != 0) continue;
    if (asprintf(&c->schedule, "schedule=%s", path) < 0) c->schedule = NULL;
    const bool is_added = c->schedule && solve_options_add_set(&c->common, c->schedule) == 0;
    return is_added ? LEHR_OK : error_memory(err, 0);
  }
  c->culprit = path;
  LEHR_TRY(schedule_file_read(path, &c->points, err));
  c->common.params.schedule = c->points.points;
  c->common.params.n_schedule = c->points.count;
  return LEHR_OK;
}

static lehr_status read_model(solve_command *c, lehr_error *err) {
  const double start = clock_wall();
  c->culprit = c->model_path;
  LEHR_TRY(
      lehr_model_read(c->model_path, c->common.files.from, &c->model, &c->result.objective, err));
  c->result.read_s = clock_wall() - start;
  return LEHR_OK;
}

/* ---- Solving ---- */

static void show_progress(void *user, const lehr_progress *p) {
  char text[64] = "", number[NUMBER_TEXT];
  (void)user;
  if (p->has_best) {
    number_format(p->best_energy, number);
    snprintf(text, sizeof text, "best %s, %.0f s", number, p->elapsed_s);
  }
  terminal_progress(p->fraction, p->phase, text);
}

static void note_improvement(void *user, double wall_s, double cpu_s, double energy) {
  solve_command *c = user;
  trajectory_add(&c->path, (trajectory_point){wall_s, cpu_s, energy});
}

static lehr_status solve(solve_command *c, lehr_error *err) {
  lehr_params *p = &c->common.params;
  p->user = c;
  if (c->trajectory_path) p->improved = note_improvement;
  if (terminal_shows_progress()) p->progress = show_progress;
  c->culprit = NULL;
  LEHR_TRY(lehr_solve(c->context, c->model, p, &c->set, err));
  terminal_clear();
  c->result.model = c->model;
  c->result.set = c->set;
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(c->set, &info);
  if (info.stop_reason == LEHR_STOP_STOPPED) c->result.stop_reason = interrupt_name();
  return LEHR_OK;
}

/* ---- Reporting ---- */

static lehr_status print_csv(const solve_command *c, lehr_error *err) {
  publication *p;
  LEHR_TRY(publish_open("-", &p, err));
  const lehr_status status = result_csv.write(&c->result, p, err);
  if (status == LEHR_OK) return publish_commit(p, err);
  publish_abort(p);
  return status;
}

static lehr_status print_result(const solve_command *c, lehr_error *err) {
  switch (c->common.files.format) {
  case OUTPUT_JSON:
    return output_json(result_json_object(&c->result), NULL, err);
  case OUTPUT_CSV:
    return print_csv(c, err);
  default:
    return solve_text(&c->result, err);
  }
}

/* HDF5 holds nothing that changes between equal runs; JSON has its own members for that. */
static lehr_status write_run_file(solve_command *c, lehr_error *err) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(c->set, &info);
  json_t *details = json_pack("{so, ss, sf, sf, sf, sf, sI}", "input", output_name(c->model_path),
                              "engine", info.engine, "solve_wall_s", info.wall_s, "solve_cpu_s",
                              info.cpu_s, "time_to_best_s", info.time_to_best_s, "read_s",
                              c->result.read_s, "attempts", (json_int_t)info.attempts);
  const int32_t threads = c->common.params.threads;
  return run_record_write(&c->record, c->common.files.output, threads > 0 ? threads : cpu_count(),
                          details, err);
}

/* With -o FILE standard output stays empty unless --format asks for it as well. */
static lehr_status report(solve_command *c, lehr_error *err) {
  const file_options *f = &c->common.files;
  c->culprit = NULL;
  if (c->trajectory_path)
    LEHR_TRY(trajectory_write(&c->path, c->result.objective, c->trajectory_path, err));
  const bool to_file = f->output && strcmp(f->output, "-") != 0;
  if (to_file) LEHR_TRY(result_write(&c->result, f->output, err));
  if (to_file && extension_is_hdf5(f->output)) LEHR_TRY(write_run_file(c, err));
  if (to_file && c->result.stop_reason && !f->is_quiet)
    fprintf(stderr, "lehr: stopped by %s, best written to %s\n", c->result.stop_reason, f->output);
  return to_file && !f->has_format ? LEHR_OK : print_result(c, err);
}

static bool target_missed(const solve_command *c) {
  const lehr_params *p = &c->common.params;
  if (!p->has_target) return false;
  return lehr_sampleset_size(c->set) == 0 || !lehr_sampleset_feasible(c->set, 0) ||
         lehr_sampleset_energy(c->set, 0) > p->target;
}

/* An output that cannot work is refused before the work. */
static lehr_status check_output(const solve_command *c, lehr_error *err) {
  const char *path = c->common.files.output;
  if (!path || strcmp(path, "-") == 0) return LEHR_OK;
  if (result_format_for(path) && !extension_is_gzip(path)) return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "-o %s: results are .json, .csv or .h5 files", path);
}

static lehr_status run(solve_command *c, lehr_error *err) {
  LEHR_TRY(check_output(c, err));
  LEHR_TRY(solve_options_context(&c->common, &c->context, err));
  interrupt_suspend();
  LEHR_TRY(read_schedule(c, err));
  LEHR_TRY(read_model(c, err));
  LEHR_TRY(read_initial(c, err));
  interrupt_resume();
  LEHR_TRY(solve(c, err));
  return report(c, err);
}

static void release(solve_command *c) {
  lehr_sampleset_free(c->set);
  lehr_model_free(c->model);
  lehr_context_free(c->context);
  result_rows_free(&c->initial);
  trajectory_free(&c->path);
  solve_options_free(&c->common);
  run_record_end(&c->record);
  free(c->schedule);
  schedule_file_free(&c->points);
}

int cmd_solve(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&target_options_argp, 0, "Solving:", 1}, {&from_option_argp, 0, NULL, 2}, {0}};
  static const struct argp argp = {
      .options = options,
      .parser = parse,
      .args_doc = "MODEL",
      .doc = "Minimises a model file and reports the best samples.\v"
             "MODEL is recognised by content, then by extension; FILE.gz is unpacked, - is "
             "standard input.",
      .children = children};
  solve_command c = {.result = {.keep = DEFAULT_KEEP}};
  lehr_error err = {0};
  run_record_begin(&c.record, argc, argv);
  solve_options_init(&c.common);
  c.common.files.can_csv = true;
  command_line_parse(&argp, argc, argv, &c);
  const lehr_status status = run(&c, &err);
  int exit_status = 0;
  if (status != LEHR_OK)
    exit_status = command_fail(c.culprit, status, &err);
  else if (target_missed(&c))
    exit_status = TARGET_MISSED;
  release(&c);
  return exit_status;
}
