/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/generate_options.h"

#include "cli/command.h"
#include "cli/solve_options.h"

#include <stdio.h>
#include <string.h>

enum {
  KEY_KIND = 0x400,
  KEY_DENSITY,
  KEY_EDGES,
  KEY_SIZE,
  KEY_WIDTH,
  KEY_SIGNS,
  KEY_SEED,
  KEY_UNITS,
  KEY_HOURS,
  KEY_CLASS,
  KEY_LABELS,
  MOST_KINDS = 32
};

static const struct argp_option options[] = {
    {"kind", KEY_KIND, "KIND", 0, "What kind of model; see below", 0},
    {"variables", 'n', "N", 0, "Variables of a model", 0},
    {"density", KEY_DENSITY, "D", 0, "Share of all pairs that are coupled, 0..1", 0},
    {"edges", KEY_EDGES, "M", 0, "Number of couplings, instead of --density", 0},
    {"size", KEY_SIZE, "L", 0, "Side of a lattice", 0},
    {"width", KEY_WIDTH, "L", 0, "Other side of a lattice (default: --size)", 0},
    {"signs", KEY_SIGNS, NULL, 0, "Weights +1 and -1 instead of 1 (gset-like)", 0},
    {"class", KEY_CLASS, "K", 0, "Tile class 1..4 (default 2, the hard one)", 0},
    {"units", KEY_UNITS, "G", 0, "Units of a commitment chain", 0},
    {"hours", KEY_HOURS, "T", 0, "Hours of a commitment chain", 0},
    {"labels", KEY_LABELS, "K", 0, "Labels or colours of a site (default 4)", 0},
    {"seed", KEY_SEED, "N", 0, "Seed (default 0)", 0},
    {0}};

static const generator *find_kind(struct argp_state *state, const char *text) {
  const char *names[MOST_KINDS + 1] = {NULL};
  const generator *g = generator_find(text);
  for (int k = 0; generator_at(k) && k < MOST_KINDS; k++) names[k] = generator_at(k)->name;
  const char *nearest = nearest_name(text, names);
  if (!g && nearest) argp_error(state, "no kind '%s'; did you mean '%s'?", text, nearest);
  if (!g) argp_error(state, "no kind '%s'", text);
  return g;
}

static double parse_density(struct argp_state *state, const char *text) {
  const double density = parse_real_option(state, "density", text);
  if (density < 0 || density > 1)
    argp_error(state, "--density=%s: expected a share of all pairs, 0..1 (50 %% is 0.5)", text);
  return density;
}

static error_t parse_shape(int key, char *arg, struct argp_state *state) {
  generate_options *o = state->input;
  generate_request *q = &o->request;
  switch (key) {
  case KEY_SIZE:
    q->size = parse_count_option(state, "size", arg, 1, INT32_MAX);
    return 0;
  case KEY_WIDTH:
    q->width = parse_count_option(state, "width", arg, 1, INT32_MAX);
    return 0;
  case KEY_UNITS:
    q->units = parse_count_option(state, "units", arg, 1, INT32_MAX);
    return 0;
  case KEY_HOURS:
    q->hours = parse_count_option(state, "hours", arg, 1, INT32_MAX);
    return 0;
  case KEY_LABELS:
    q->labels = parse_count_option(state, "labels", arg, 1, MOST_LABELS);
    return 0;
  case KEY_CLASS:
    q->tile_class = (int)parse_count_option(state, "class", arg, 1, 4);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t parse(int key, char *arg, struct argp_state *state) {
  generate_options *o = state->input;
  generate_request *q = &o->request;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &o->files;
    return 0;
  case KEY_KIND:
    o->kind = find_kind(state, arg);
    return 0;
  case 'n':
    q->variables = parse_count_option(state, "variables", arg, 1, INT32_MAX);
    return 0;
  case KEY_DENSITY:
    q->density = parse_density(state, arg);
    return 0;
  case KEY_EDGES:
    q->edges = parse_count_option(state, "edges", arg, 1, INT64_MAX);
    return 0;
  case KEY_SIGNS:
    q->has_signs = true;
    return 0;
  case KEY_SEED:
    q->seed = (uint64_t)parse_count_option(state, "seed", arg, 0, INT64_MAX);
    return 0;
  default:
    return parse_shape(key, arg, state);
  }
}

static const struct argp_child children[] = {{&file_options_argp, 0, "Files:", 2}, {0}};
const struct argp generate_options_argp = {
    .options = options, .parser = parse, .children = children};

void generate_options_init(generate_options *o, const char *kind) {
  *o = (generate_options){.request = {.density = -1}, .kind = generator_find(kind)};
}

char *generate_help(int key, const char *text, void *input) {
  (void)input;
  char *list = NULL;
  size_t size;
  FILE *f = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&list, &size) : NULL;
  if (!f) return (char *)text;
  fprintf(f, "Kinds:\n");
  for (int k = 0; generator_at(k); k++)
    fprintf(f, "  %-17s %s\n", generator_at(k)->name, generator_at(k)->summary);
  fclose(f);
  return list;
}
