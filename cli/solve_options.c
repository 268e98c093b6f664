/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/solve_options.h"

#include "base/number.h"
#include "cli/interrupt.h"
#include "cli/plugins_path.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  KEY_ENGINE = 0x200,
  KEY_TIME,
  KEY_READS,
  KEY_SEED,
  KEY_THREADS,
  KEY_TARGET,
  KEY_WORK,
  KEY_PLUGIN,
  KEY_MEMORY,
  KEY_SET
};

static const struct argp_option options[] = {
    {"engine", KEY_ENGINE, "NAME", 0,
     "Engine; `lehr engines` lists them. Default auto: exhaustive up to 20 variables unless "
     "several reads, engine options, initial states or too little --work are given, and where "
     "groups share variables; anneal where several reads or its options are asked for; else hybrid",
     0},
    {"set", KEY_SET, "KEY=VALUE", 0, "Option of the engine; may be repeated", 0},
    {"reads", KEY_READS, "N", 0, "Samples asked for (default: the engine's)", 0},
    {"seed", KEY_SEED, "N", 0, "Seed of the random numbers (default 0)", 0},
    {"work", KEY_WORK, "N", 0,
     "Stop after so many spin-update attempts or table entries; repeatable", 0},
    {"time-limit", KEY_TIME, "SECONDS", 0,
     "Wall time of the solve; 0 reports the initial states. Gives up repeatability", 0},
    {"threads", KEY_THREADS, "N", 0, "Threads (default: all this process may use)", 0},
    {"memory", KEY_MEMORY, "BYTES", 0, "Refuse to use more; k, M, G are understood", 0},
    {0}};
static const struct argp_option target_options[] = {
    {"target", KEY_TARGET, "ENERGY", 0, "Stop at this energy; exit status 1 if not reached", 0},
    {0}};
static const struct argp_option plugin_options[] = {
    {"plugin", KEY_PLUGIN, "FILE", 0, "Load an engine plugin; may be repeated", 0}, {0}};

int64_t parse_count_option(struct argp_state *state, const char *name, const char *text,
                           int64_t low, int64_t high) {
  int64_t value;
  if (!number_parse_count(text, strlen(text), &value) || value < low || value > high) {
    if (high == INT64_MAX)
      argp_error(state, "--%s=%s: expected an integer of at least %" PRId64, name, text, low);
    else
      argp_error(state, "--%s=%s: expected an integer %" PRId64 "..%" PRId64, name, text, low,
                 high);
    return low;
  }
  return value;
}

double parse_real_option(struct argp_state *state, const char *name, const char *text) {
  double value;
  if (number_parse_real(text, strlen(text), &value)) return value;
  argp_error(state, "--%s=%s: expected a number", name, text);
  return 0;
}

static uint64_t parse_bytes(struct argp_state *state, const char *text) {
  static const char units[] = "kMGT";
  size_t length = strlen(text);
  const char *unit = length > 1 ? strchr(units, text[length - 1]) : NULL;
  const int shift = unit ? 10 * (int)(unit - units + 1) : 0;
  int64_t value;
  if (unit) length--;
  if (!number_parse_count(text, length, &value) || value < 1 || value > INT64_MAX >> shift) {
    argp_error(state, "--memory=%s: expected bytes such as 500M or 8G", text);
    return 0;
  }
  return (uint64_t)value << shift;
}

static int list_add(text_list *list, const char *text) {
  const char **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
  if (!grown) return ENOMEM;
  grown[list->count++] = text;
  list->items = grown;
  return 0;
}

int solve_options_add_set(solve_options *o, const char *assignment) {
  const int failed = list_add(&o->sets, assignment);
  o->params.options = o->sets.items;
  o->params.n_options = o->sets.count;
  return failed;
}

static uint64_t parse_seed(struct argp_state *state, const char *text) {
  return (uint64_t)parse_count_option(state, "seed", text, 0, INT64_MAX);
}

static double parse_time(struct argp_state *state, const char *text) {
  const double seconds = parse_real_option(state, "time-limit", text);
  if (seconds < 0) argp_error(state, "--time-limit=%s: must not be negative", text);
  return seconds;
}

static error_t parse_work(int key, char *arg, struct argp_state *state) {
  solve_options *o = state->input;
  lehr_params *p = &o->params;
  switch (key) {
  case KEY_TIME:
    p->time_limit_s = parse_time(state, arg);
    return 0;
  case KEY_READS:
    p->reads = parse_count_option(state, "reads", arg, 1, INT64_MAX);
    return 0;
  case KEY_SEED:
    p->seed = parse_seed(state, arg);
    return 0;
  case KEY_THREADS:
    p->threads = (int32_t)parse_count_option(state, "threads", arg, 1, 4096);
    return 0;
  case KEY_WORK:
    p->work = parse_count_option(state, "work", arg, 1, INT64_MAX);
    return 0;
  case KEY_MEMORY:
    p->memory_bytes = parse_bytes(state, arg);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  solve_options *o = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = o;
    return 0;
  case KEY_ENGINE:
    o->params.engine = arg;
    return 0;
  case KEY_SET:
    return solve_options_add_set(o, arg);
  default:
    return parse_work(key, arg, state);
  }
}

static error_t parse_target(int key, char *arg, struct argp_state *state) {
  solve_options *o = state->input;
  if (key == ARGP_KEY_INIT) state->child_inputs[0] = o;
  if (key != KEY_TARGET) return key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
  o->params.target = parse_real_option(state, "target", arg);
  o->params.has_target = 1;
  return 0;
}

static error_t parse_plugin(int key, char *arg, struct argp_state *state) {
  solve_options *o = state->input;
  if (key == ARGP_KEY_INIT) state->child_inputs[0] = &o->files;
  return key == KEY_PLUGIN ? list_add(&o->plugins, arg) : ARGP_ERR_UNKNOWN;
}

static const struct argp_child files[] = {{&file_options_argp, 0, "Files:", 2}, {0}};
const struct argp plugin_options_argp = {
    .options = plugin_options, .parser = parse_plugin, .children = files};
static const struct argp_child children[] = {{&plugin_options_argp, 0, NULL, 0}, {0}};
const struct argp solve_options_argp = {.options = options, .parser = parse, .children = children};
static const struct argp_child solving[] = {{&solve_options_argp, 0, NULL, 0}, {0}};
const struct argp target_options_argp = {
    .options = target_options, .parser = parse_target, .children = solving};

error_t parse_no_arguments(int key, char *arg, struct argp_state *state) {
  (void)arg;
  if (key == ARGP_KEY_INIT) state->child_inputs[0] = state->input;
  /* Anything else that is returned for ARGP_KEY_ARGS would take the arguments. */
  return key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
}

void solve_options_init(solve_options *o) {
  *o = (solve_options){0};
  lehr_params_init(&o->params);
  o->params.stop = interrupt_flag();
}

lehr_status solve_options_context(const solve_options *o, lehr_context **ctx, lehr_error *err) {
  const lehr_status status = lehr_context_create(ctx);
  if (status != LEHR_OK) return status;
  const lehr_status loaded =
      plugins_load(*ctx, o->plugins.items, o->plugins.count, NULL, NULL, err);
  if (loaded != LEHR_OK) {
    lehr_context_free(*ctx);
    *ctx = NULL;
  }
  return loaded;
}

void solve_options_free(solve_options *o) {
  free(o->sets.items);
  free(o->plugins.items);
  *o = (solve_options){0};
}
