/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_line.h"

#include "cli/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 128 };

/* What argp itself understands. */
static const struct argp_option built_in[] = {
    {"help", '?', NULL, 0, NULL, 0}, {"usage", 1, NULL, 0, NULL, 0}, {0}};

/* The options of a parser and its children. */
typedef struct option_list {
  const struct argp_option *item[MOST_OPTIONS];
  int count;
} option_list;

static void collect(const struct argp_option *options, option_list *all) {
  for (const struct argp_option *o = options; o && (o->name || o->key || o->doc); o++)
    if (all->count < MOST_OPTIONS) all->item[all->count++] = o;
}

static void collect_all(const struct argp *argp, option_list *all) {
  collect(argp->options, all);
  for (const struct argp_child *c = argp->children; c && c->argp; c++) collect_all(c->argp, all);
}

static const struct argp_option *find_long(const option_list *all, const char *word, size_t n) {
  for (int k = 0; k < all->count; k++) {
    const char *name = all->item[k]->name;
    if (name && strlen(name) == n && strncmp(name, word, n) == 0) return all->item[k];
  }
  return NULL;
}

/* Whether the letters behind a "-" end with an option whose value is the next word. */
static bool letters_take_next(const option_list *all, const char *letters) {
  for (; *letters; letters++)
    for (int k = 0; k < all->count; k++)
      if (all->item[k]->key == *letters && all->item[k]->arg) return letters[1] == '\0';
  return false;
}

_Noreturn static void refuse(const option_list *all, const char *program, const char *word,
                             size_t n) {
  const char *names[MOST_OPTIONS + 1] = {NULL}, *nearest = NULL;
  int count = 0, begin_so = 0;
  char *typed = strndup(word, n);
  for (int k = 0; k < all->count; k++) {
    const char *name = all->item[k]->name;
    if (!name) continue;
    names[count++] = name;
    if (strncmp(name, word, n) != 0) continue;
    nearest = name;
    begin_so++;
  }
  if (begin_so != 1) nearest = typed ? nearest_name(typed, names) : NULL;
  fprintf(stderr, "%s: no option '--%s'", program, typed ? typed : "");
  if (nearest) fprintf(stderr, "; did you mean '--%s'?", nearest);
  fprintf(stderr, "\nTry `%s --help'.\n", program);
  free(typed);
  exit(lehr_status_exit(LEHR_EUSAGE));
}

static void check_long_options(const option_list *all, int argc, char **argv) {
  for (int k = 1; k < argc && strcmp(argv[k], "--") != 0; k++) {
    const char *word = argv[k];
    if (word[0] != '-' || word[1] == '\0') continue;
    if (word[1] != '-') {
      k += letters_take_next(all, word + 1);
      continue;
    }
    const size_t n = strcspn(word + 2, "=");
    const struct argp_option *o = find_long(all, word + 2, n);
    if (!o) refuse(all, argv[0], word + 2, n);
    k += o->arg && word[2 + n] == '\0';
  }
}

void command_line_parse(const struct argp *argp, int argc, char **argv, void *input) {
  option_list all = {.count = 0};
  collect(built_in, &all);
  collect_all(argp, &all);
  check_long_options(&all, argc, argv);
  argp_parse(argp, argc, argv, 0, NULL, input);
}
