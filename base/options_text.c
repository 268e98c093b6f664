/* SPDX-License-Identifier: Apache-2.0 */
/* Option values as JSON, written directly: every result of a batch carries such a text. */
#include "base/number.h"
#include "base/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
  char *at, *end;
} writer;

static void put(writer *w, const char *text, size_t length) {
  if (length >= (size_t)(w->end - w->at)) return; /* does not happen, see size_of */
  memcpy(w->at, text, length);
  w->at += length;
  *w->at = '\0';
}

static void put_text(writer *w, const char *text) { put(w, text, strlen(text)); }

static void put_name(writer *w, const char *name) {
  put_text(w, w->at[-1] == '{' ? "\"" : ", \"");
  put_text(w, name);
  put_text(w, "\": ");
}

static void put_number(writer *w, bool is_real, double real, int64_t integer) {
  char text[NUMBER_TEXT];
  if (is_real)
    number_format(real, text);
  else
    snprintf(text, sizeof text, "%" PRId64, integer);
  put_text(w, text);
  if (is_real && !strpbrk(text, ".e")) put_text(w, ".0"); /* reads back as a real number */
}

/* Names of choices hold nothing that JSON would escape (solvers/plugin_check.c). */
static void put_option(writer *w, const lehr_option *o, const void *values) {
  const char *place = (const char *)values + o->offset, *c = o->unit;
  double real;
  int64_t integer;
  memcpy(&real, place, sizeof real);
  memcpy(&integer, place, sizeof integer);
  if (o->type != LEHR_OPTION_CHOICE) {
    put_number(w, o->type == LEHR_OPTION_REAL, real, integer);
    return;
  }
  for (int64_t k = 0; k < integer; k++) c += strcspn(c, "|") + 1;
  put_text(w, "\"");
  put(w, c, strcspn(c, "|"));
  put_text(w, "\"");
}

static const option_value *find_value(const option_value list[], size_t count, const char *name) {
  for (size_t k = 0; k < count; k++)
    if (strcmp(list[k].name, name) == 0) return &list[k];
  return NULL;
}

/* Room for everything. */
static size_t size_of(const lehr_option_table *table, const option_value extra[], size_t n_extra) {
  const size_t each = NUMBER_TEXT + sizeof ", \"\": .0";
  size_t size = sizeof "{}";
  for (size_t k = 0; table && k < table->n_options; k++)
    size += each + strlen(table->options[k].name) + strlen(table->options[k].unit);
  for (size_t k = 0; k < n_extra; k++) size += each + strlen(extra[k].name);
  return size;
}

char *options_json(const lehr_option_table *table, const void *values, const option_value extra[],
                   size_t n_extra) {
  const size_t size = size_of(table, extra, n_extra);
  char *text = malloc(size);
  if (!text) return NULL;
  writer w = {text, text + size};
  put_text(&w, "{");
  for (size_t k = 0; table && k < table->n_options; k++) {
    const lehr_option *o = &table->options[k];
    const option_value *e = find_value(extra, n_extra, o->name);
    put_name(&w, o->name);
    if (e)
      put_number(&w, e->is_real, e->real, e->integer);
    else
      put_option(&w, o, values);
  }
  for (size_t k = 0; k < n_extra; k++) {
    if (options_find(table, extra[k].name)) continue;
    put_name(&w, extra[k].name);
    put_number(&w, extra[k].is_real, extra[k].real, extra[k].integer);
  }
  put_text(&w, "}");
  return text;
}
