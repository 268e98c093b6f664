/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr batch IN.h5 -o OUT.h5`: what the user says becomes a batch_job; what happened goes to
 * OUT.h5.run.json, because OUT.h5 holds nothing that changes between equal runs. */
#include "cli/command.h"
#include "cli/command_line.h"

#include "base/error.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/run_record.h"
#include "cli/solve_options.h"
#include "cli/terminal.h"
#include "workflows/batch/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  KEY_RESUME = 0x600,
  KEY_SHARD,
  KEY_KEEP_READS,
  KEY_TIMING,
  TARGET_MISSED = 1,
  ALL_FAILED = 65 /* EX_DATAERR: what came in is not what can be solved */
};

typedef struct batch_command {
  solve_options solve;
  batch_job job;
  const char *shard; /* as given, or NULL */
  bool is_part;      /* the output gets the name of a part, if only of 0-of-1 */
  run_record record;
  int exit_status;
} batch_command;

static const struct argp_option options[] = {
    {"resume", KEY_RESUME, NULL, 0, "Go on where an interrupted run stopped", 0},
    {"shard", KEY_SHARD, "I/N|auto", 0,
     "Solve part I (0..N-1) of N into OUT.I-of-N.h5; auto asks the batch system", 0},
    {"keep-reads", KEY_KEEP_READS, NULL, 0, "Store the energy of every read", 0},
    {"timing", KEY_TIMING, NULL, 0, "Write the seconds of every item to OUT.h5.timing.h5", 0},
    {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
  batch_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->solve;
    state->child_inputs[1] = &c->solve.files;
    return 0;
  case KEY_RESUME:
    c->job.resume = true;
    return 0;
  case KEY_SHARD:
    c->shard = arg;
    return 0;
  case KEY_KEEP_READS:
    c->job.keep_reads = true;
    return 0;
  case KEY_TIMING:
    c->job.write_timing = true;
    return 0;
  case ARGP_KEY_ARG:
    if (c->job.input) argp_error(state, "one input file, please");
    c->job.input = arg;
    return 0;
  case ARGP_KEY_END:
    if (!c->job.input) argp_error(state, "which batch? (IN.h5)");
    file_options_check_hdf5(&c->solve.files, true, state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* ---- Progress ---- */

static void show_progress(void *user, const batch_progress *p) {
  char text[96];
  (void)user;
  const double rate = p->elapsed_s > 0 ? (double)p->done / p->elapsed_s : 0;
  snprintf(text, sizeof text, "%" PRId64 " of %" PRId64 ", %.0f/s%s", p->done, p->total, rate,
           p->failed ? ", some failed" : "");
  terminal_progress(p->total ? (double)p->done / (double)p->total : 1, "solving", text);
}

static void show_remark(void *user, const char *text) {
  const batch_command *c = user;
  if (c->solve.files.is_quiet) return;
  terminal_clear();
  fprintf(stderr, "lehr batch: %s\n", text);
}

/* ---- Shards ---- */

static const char *look_up(const char *name) { return getenv(name); }

static lehr_status choose_shard(batch_command *c, lehr_error *err) {
  const char *source = NULL;
  c->job.shards = 1;
  if (!c->shard) return LEHR_OK;
  if (strcmp(c->shard, "auto") == 0) {
    LEHR_TRY(batch_shard_detect(look_up, &c->job.shard, &c->job.shards, &source, err));
    c->is_part = source != NULL;
    if (!source) show_remark(c, "no batch system or launcher set a rank: solving all items");
    return LEHR_OK;
  }
  c->is_part = true;
  if (batch_shard_parse(c->shard, &c->job.shard, &c->job.shards)) return LEHR_OK;
  return error_set(err, LEHR_EUSAGE, "--shard=%s: expected I/N with I from 0 to N-1, or auto",
                   c->shard);
}

/* Free it; NULL when memory is short. */
static char *choose_output(const batch_command *c) {
  const char *output = c->solve.files.output;
  return c->is_part ? batch_shard_path(output, c->job.shard, c->job.shards) : strdup(output);
}

/* ---- The report ---- */

static json_t *describe_outcome(const batch_command *c, const batch_outcome *o) {
  const double rate = o->wall_s > 0 ? (double)o->solved / o->wall_s : 0;
  json_t *shard = json_null();
  if (c->job.shards > 1) shard = json_sprintf("%" PRId64 "/%" PRId64, c->job.shard, c->job.shards);
  return json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:i, s:f, s:f, s:f}",
                   "schema", "lehr.batch/1", "input", output_name(c->job.input), "output",
                   output_name(c->job.output), "shard", shard, "items", (json_int_t)o->items,
                   "rows", (json_int_t)o->rows, "solved", (json_int_t)o->solved, "resumed",
                   (json_int_t)o->resumed, "failed", (json_int_t)o->failed, "finished_before",
                   o->was_finished, "interrupted", o->was_interrupted, "threads", o->threads,
                   "wall_s", o->wall_s, "cpu_s", o->cpu_s, "items_per_s", rate);
}

/* Everything about this run that does not belong into the result. */
static lehr_status write_run_file(batch_command *c, const batch_outcome *o, lehr_error *err) {
  json_t *details = describe_outcome(c, o);
  if (!details) return error_memory(err, 0);
  json_object_del(details, "schema"); /* the record has its own */
  json_object_set_new(details, "input_sha256", json_string(o->input_sha256));
  return run_record_write(&c->record, c->job.output, o->threads, details, err);
}

static lehr_status print_outcome(const batch_command *c, const batch_outcome *o, lehr_error *err) {
  if (c->solve.files.format == OUTPUT_JSON) return output_json(describe_outcome(c, o), NULL, err);
  if (c->solve.files.is_quiet) return LEHR_OK;
  if (o->was_finished)
    printf("%s was finished: %" PRId64 " items checked, %" PRId64 " failed\n", c->job.output,
           o->rows - o->failed, o->failed);
  else
    printf("%" PRId64 " items, %" PRId64 " failed, %.3g s -> %s\n", o->rows, o->failed, o->wall_s,
           c->job.output);
  return LEHR_OK;
}

static void say_stopped(const batch_command *c, const batch_outcome *o) {
  terminal_clear();
  if (o->was_interrupted)
    fprintf(stderr, "lehr batch: stopped by %s\n", interrupt_name() ? interrupt_name() : "request");
  if (o->keeps_journal)
    fprintf(stderr,
            "lehr batch: %" PRId64 " of %" PRId64 " items are kept in %s.journal, the same command "
            "with --resume goes on\n",
            o->resumed + o->solved, o->rows, c->job.output);
}

/* The exit status of a batch that ran to its end. */
static int judge(const batch_command *c, const batch_outcome *o) {
  const lehr_params *p = &c->solve.params;
  if (o->failed == o->rows && o->rows > 0) {
    terminal_clear();
    fprintf(stderr, "lehr batch: all items failed%s%s\n", o->failure[0] ? ", e.g. " : "",
            o->failure);
    return ALL_FAILED;
  }
  return p->has_target && o->tally.highest > p->target ? TARGET_MISSED : 0;
}

static lehr_status conclude(batch_command *c, const batch_outcome *o, lehr_error *err) {
  if (!o->was_finished) LEHR_TRY(write_run_file(c, o, err));
  LEHR_TRY(print_outcome(c, o, err));
  c->exit_status = judge(c, o);
  return LEHR_OK;
}

static lehr_status run(batch_command *c, lehr_error *err) {
  batch_outcome outcome;
  lehr_context *context;
  LEHR_TRY(choose_shard(c, err));
  LEHR_TRY(solve_options_context(&c->solve, &context, err));
  char *output = choose_output(c);
  c->job.output = output;
  c->job.context = context;
  c->job.is_trusted = c->solve.files.is_trusted;
  c->job.params = c->solve.params;
  lehr_status status = output ? batch_run(&c->job, &outcome, err) : error_memory(err, 0);
  lehr_context_free(context);
  if (output && (status != LEHR_OK || outcome.was_interrupted))
    say_stopped(c, &outcome);
  else if (status == LEHR_OK)
    status = conclude(c, &outcome, err);
  free(output);
  return status;
}

int cmd_batch(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&target_options_argp, 0, "Solving each item:", 1}, {&trust_option_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .options = options,
      .parser = parse,
      .args_doc = "IN.h5 -o OUT.h5",
      .doc = "Solves every model of an HDF5 batch.\vThe result depends on the input, the options "
             "and the seed only: threads, shards (see `lehr merge') and interruptions (see "
             "--resume) leave no trace. --threads is the number of items solved at a time; "
             "--time-limit and --work hold for each item.",
      .children = children};
  batch_command c = {0};
  lehr_error err = {0};
  c.job.progress = show_progress;
  c.job.remark = show_remark;
  c.job.user = &c;
  run_record_begin(&c.record, argc, argv);
  solve_options_init(&c.solve);
  command_line_parse(&argp, argc, argv, &c);
  interrupt_resume();
  const lehr_status status = run(&c, &err);
  solve_options_free(&c.solve);
  run_record_end(&c.record);
  return status == LEHR_OK ? c.exit_status : command_fail(NULL, status, &err);
}
